// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/text_match.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/search/words.h"

namespace corpuscope::search {
namespace {

/// As in BM25; never negative.
double inverse_document_frequency(std::int64_t passages, std::int64_t with) {
    const auto all = static_cast<double>(std::max(passages, with)), found = static_cast<double>(with);
    return std::log(1 + (all - found + 0.5) / (found + 0.5));
}

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

TextMatcher::TextMatcher(std::string_view question, std::int64_t passages,
                         const std::function<std::int64_t(const std::string& word)>& passages_with) {
    const std::vector<Word> words = words_of(question);
    const bool only_function_words =
        std::all_of(words.begin(), words.end(), [](const Word& word) { return word.function_word; });
    for (const Word& word : words) {
        if ((word.function_word && !only_function_words) || weights_.contains(word.stem)) continue;
        weights_[word.stem] = inverse_document_frequency(passages, passages_with(word.text));
        all_words_ += weights_[word.stem];
    }
    const auto weight = [&](const std::string& stem) {
        const auto known = weights_.find(stem);
        return known != weights_.end() ? known->second : 0.0;
    };
    for (std::size_t i = 1; i < words.size(); ++i) {
        const double both = weight(words[i - 1].stem) + weight(words[i].stem);
        if (both > 0 && pairs_.emplace(std::pair(words[i - 1].stem, words[i].stem), both).second)
            all_pairs_ += both;
    }
    const double rarest = inverse_document_frequency(passages, 1);
    const auto identifiers = identifiers_of(question);
    for (const Identifier& identifier : identifiers) {
        double rarity = 0;
        for (const std::string& word : identifier.words)
            rarity = std::max(rarity, share(weight(word), rarest));
        identifiers_.emplace_back(identifier,
                                  std::min(rarity, 1.0) / static_cast<double>(identifiers.size()));
    }
}

double TextMatcher::weight_of(const std::set<std::string>& stems) const {
    double sum = 0;
    for (const auto& [stem, weight] : weights_)
        if (stems.contains(stem)) sum += weight;
    return sum;
}

TextMatch TextMatcher::match(std::string_view text, std::string_view headings,
                             std::string_view document) const {
    const std::vector<std::string> in_text = stems(text), above = stems(headings), name = stems(document);
    TextMatch match;
    std::set<std::string> found(above.begin(), above.end());
    match.headings = share(weight_of(found), all_words_);
    found.insert(name.begin(), name.end());
    found.insert(in_text.begin(), in_text.end());
    match.words = share(weight_of(found), all_words_);

    std::set<std::pair<std::string_view, std::string_view>> seen;
    double pairs = 0;
    for (std::size_t i = 1; i < in_text.size(); ++i) {
        if (!weights_.contains(in_text[i - 1]) && !weights_.contains(in_text[i])) continue;
        const auto pair = pairs_.find({in_text[i - 1], in_text[i]});
        if (pair != pairs_.end() && seen.insert({pair->first.first, pair->first.second}).second)
            pairs += pair->second;
    }
    match.pairs = share(pairs, all_pairs_);
    match.names_others = !identifiers_.empty();
    for (const auto& [identifier, worth] : identifiers_)
        if (stands_in(identifier, in_text) || stands_in(identifier, above) || stands_in(identifier, name)) {
            match.identifiers += worth;
            match.names_others = false;
        }
    return match;
}

}  // namespace corpuscope::search
