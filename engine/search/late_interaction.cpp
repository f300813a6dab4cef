// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/late_interaction.h"

#include <faiss/utils/distances.h>

#include <algorithm>

#include "engine/search/inner_products.h"

namespace corpuscope::search {
namespace {

constexpr std::size_t kMaxTokens = 254;  // one window with [CLS] and [SEP]

}  // namespace

std::pair<std::int64_t, std::int64_t> TokenStates::rows_within(const ByteRange& range) const {
    const auto first = std::partition_point(ranges.begin(), ranges.end(),
                                            [&](const ByteRange& token) { return token.end <= range.begin; });
    const auto last = std::partition_point(first, ranges.end(),
                                           [&](const ByteRange& token) { return token.begin < range.end; });
    return {first - ranges.begin() + 1, last - ranges.begin() + 1};
}

std::vector<TokenStates> read_tokens(std::span<const std::string_view> texts, longnet::Encoder& encoder,
                                     const tokenizer::Tokenizer& tokenizer) {
    std::vector<TokenStates> read(texts.size());
    std::vector<std::vector<std::int32_t>> ids(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::vector<tokenizer::Piece> pieces = tokenizer.encode_with_ranges(texts[i]);
        if (pieces.size() > kMaxTokens) pieces.resize(kMaxTokens);
        for (const tokenizer::Piece& piece : pieces) {
            ids[i].push_back(piece.id);
            read[i].ranges.push_back(piece.range);
        }
    }
    const longnet::Encoder::TokenStates states = encoder.encode_tokens(ids);
    const std::int64_t dimension = encoder.model().config.d_model;
    const auto d = static_cast<std::size_t>(dimension);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        TokenStates& text = read[i];
        text.dimension = dimension;
        text.rows.assign(states.states.begin() + states.offsets[i] * dimension,
                         states.states.begin() + states.offsets[i + 1] * dimension);
        text.mean.assign(d, 0.0f);
        for (std::int64_t r = 0; r < text.size(); ++r)
            for (std::size_t k = 0; k < d; ++k) text.mean[k] += text.row(r)[k];
        faiss::fvec_renorm_L2(d, 1, text.mean.data());
        faiss::fvec_renorm_L2(d, static_cast<std::size_t>(text.size()), text.rows.data());
    }
    return read;
}

std::vector<float> best_matches(const TokenStates& question, const TokenStates& text, std::int64_t begin,
                                std::int64_t end) {
    std::vector<float> best(static_cast<std::size_t>(question.size()), -1.0f);
    if (end <= begin) return best;
    const auto d = static_cast<std::size_t>(question.dimension);
    std::vector<float> cosines(static_cast<std::size_t>(end - begin));
    for (std::int64_t q = 0; q < question.size(); ++q) {
        inner_products({question.row(q), d}, text.row(begin), end - begin, cosines.data());
        best[static_cast<std::size_t>(q)] = *std::max_element(cosines.begin(), cosines.end());
    }
    return best;
}

double token_interaction(const TokenStates& question, const TokenStates& text, std::int64_t begin,
                         std::int64_t end) {
    if (end <= begin || question.size() <= 2) return 0;
    const std::vector<float> matches = best_matches(question, text, begin, end);
    return summarize_matches(std::span(matches).subspan(1, matches.size() - 2)).mean;
}

Interaction summarize_matches(std::span<const float> matches) {
    if (matches.empty()) return {};
    Interaction interaction{0, matches.front()};
    for (const float match : matches) {
        interaction.mean += match;
        interaction.least = std::min<double>(interaction.least, match);
    }
    interaction.mean /= static_cast<double>(matches.size());
    return interaction;
}

}  // namespace corpuscope::search
