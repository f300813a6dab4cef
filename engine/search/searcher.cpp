// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/searcher.h"

#include <algorithm>
#include <unordered_map>

#include "engine/search/duplicates.h"
#include "engine/search/fusion.h"

namespace corpuscope::search {
namespace {

constexpr int kKeywordCandidates = 1000;
constexpr std::int64_t kUnitCandidates = 1000;
/// Passages that are encoded again: some 3,300 tokens, which is most of the time that a question takes. Twice
/// as many find the same (recall@1 within .003 for any number from 10 to 50).
constexpr std::size_t kReranked = 16;
/// Candidates looked at for near-duplicates before kReranked distinct ones are found.
constexpr std::size_t kExamined = 120;

/// Nothing stands for a passage that was removed from the library after the index was built.
std::vector<std::optional<library::StoredPassage>> load(const library::Library& library,
                                                        std::span<const PassageId> ids) {
    std::vector<std::optional<library::StoredPassage>> stored;
    try {
        for (library::StoredPassage& passage : library.passages(ids)) stored.emplace_back(std::move(passage));
        return stored;
    } catch (const library::LibraryError&) {
        if (ids.size() == 1) return {std::nullopt};
    }
    stored.clear();
    for (const PassageId& id : ids) stored.push_back(std::move(load(library, {&id, 1}).front()));
    return stored;
}

}  // namespace

std::optional<Mode> mode_from(std::string_view name) {
    if (name == "hybrid") return Mode::Hybrid;
    if (name == "keyword") return Mode::Keyword;
    if (name == "vector") return Mode::Vector;
    return std::nullopt;
}

Searcher::Searcher(const library::Library& library, std::shared_ptr<const VectorIndex> index,
                   longnet::Encoder& encoder, std::shared_ptr<const tokenizer::Tokenizer> tokenizer)
    : library_(library), index_(std::move(index)), encoder_(encoder), tokenizer_(std::move(tokenizer)) {}

std::vector<Hit> Searcher::candidates(const Query& query, std::span<const float> question) const {
    std::vector<Hit> hits;
    std::unordered_map<PassageId, std::size_t> place;
    const auto hit_of = [&](PassageId passage) -> Hit& {
        const auto [at, is_new] = place.emplace(passage, hits.size());
        if (is_new) hits.push_back({.passage = passage});
        return hits[at->second];
    };

    Moments keyword;
    if (query.mode != Mode::Vector) {
        std::vector<double> scores;
        library::KeywordOptions options;
        options.limit = kKeywordCandidates;
        options.within = query.within;
        for (const library::KeywordHit& found : library_.keyword_search(query.text, options)) {
            hit_of(found.passage).keyword = found.score;
            scores.push_back(found.score);
        }
        keyword = moments_of(scores);
    }
    if (question.empty()) {
        fuse(hits, Mode::Keyword, {}, {}, {});
        return hits;
    }

    if (query.within.empty()) {
        for (const Neighbour& neighbour : index_->nearest(question, kUnitCandidates))
            hit_of(index_->passage(neighbour.passage)).unit = neighbour.cosine;
    } else {
        for (const std::int64_t row : index_->rows_of(query.within)) hit_of(index_->passage(row));
    }
    const Moments unit = index_->unit_moments(question), passage = index_->passage_moments(question);
    for (Hit& hit : hits) {
        // A passage whose vectors are still to come counts as an average one.
        const auto row = index_->row_of(hit.passage);
        hit.unit = row ? index_->best_unit(question, *row) : unit.mean;
        hit.passage_vector = row ? index_->passage_cosine(question, *row) : passage.mean;
    }
    fuse(hits, query.mode, keyword, unit, passage);
    return hits;
}

Result Searcher::read(const Query& query) {
    Result result;
    if (query.limit <= 0) return result;
    const bool vectors = query.mode != Mode::Keyword && (index_->dimension() > 0 || query.rerank);
    if (vectors) {
        const std::string_view text = query.text;
        result.question_tokens = std::move(read_tokens({&text, 1}, encoder_, *tokenizer_).front());
        result.question = result.question_tokens.mean;
    }
    const bool rerank_wanted = vectors && query.rerank;
    std::vector<Hit> hits = candidates(
        query, index_->dimension() > 0 ? std::span<const float>(result.question) : std::span<const float>());

    const auto limit = static_cast<std::size_t>(query.limit);
    const std::size_t wanted = rerank_wanted ? std::max(limit, kReranked) : limit;
    DuplicateFilter duplicates;
    for (std::size_t from = 0; from < hits.size() && result.hits.size() < wanted;) {
        const std::size_t to = std::min(hits.size(), from + std::max(wanted, kExamined));
        std::vector<PassageId> ids;
        for (std::size_t i = from; i < to; ++i) ids.push_back(hits[i].passage);
        std::vector<std::optional<library::StoredPassage>> stored = load(library_, ids);
        for (std::size_t i = from; i < to && result.hits.size() < wanted; ++i) {
            std::optional<library::StoredPassage>& passage = stored[i - from];
            if (!passage || duplicates.seen(passage->text)) continue;
            result.hits.push_back(hits[i]);
            result.passages.push_back({std::move(*passage), {}});
        }
        from = to;
    }
    if (rerank_wanted) rerank(result, std::min(kReranked, result.hits.size()));
    if (result.hits.size() > limit) {
        result.hits.resize(limit);
        result.passages.resize(limit);
    }
    return result;
}

void Searcher::rerank(Result& result, std::size_t count) {
    std::vector<std::string_view> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(result.passages[i].stored.text);
    std::vector<TokenStates> states = read_tokens(texts, encoder_, *tokenizer_);
    std::unordered_map<PassageId, ReadPassage> read;
    for (std::size_t i = 0; i < count; ++i) {
        const Interaction interaction =
            summarize_matches(best_matches(result.question_tokens, states[i], 0, states[i].size()));
        result.hits[i].interaction = interaction.mean;
        result.hits[i].least_covered = interaction.least;
        result.hits[i].reranked = true;
        result.passages[i].tokens = std::move(states[i]);
    }
    for (std::size_t i = 0; i < result.hits.size(); ++i)
        read.emplace(result.hits[i].passage, std::move(result.passages[i]));
    blend_interaction(result.hits, count);
    for (std::size_t i = 0; i < result.hits.size(); ++i)
        result.passages[i] = std::move(read.at(result.hits[i].passage));
}

std::vector<Hit> Searcher::search(const Query& query) { return read(query).hits; }

}  // namespace corpuscope::search
