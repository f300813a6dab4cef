// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// How the words of a question stand in one text. BM25 sums over occurrences; this says how much of the
// question is there at all, and which words of it stand side by side as they do in the question.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/search/identifiers.h"

namespace corpuscope::search {

/// Shares of the question, 0..1, each word weighing its inverse document frequency.
struct TextMatch {
    double words = 0;     ///< its words in the text, in the headings above it or in the name of its document
    double pairs = 0;     ///< its pairs of neighbouring words that are neighbours in the text
    double headings = 0;  ///< its words in the headings above the text
    /// Of its identifiers, those in the text, in the headings or in the name, each weighing how rare its
    /// rarest word is: 1 where all are there and each is in one passage alone.
    double identifiers = 0;
    bool names_others = false;  ///< it has identifiers, none of them here
    double language = 1;        ///< 0..1: share of the text in its language; 1 where that cannot be told
};

class TextMatcher {
 public:
    /// `passages_with` says how many of the `passages` passages of the corpus hold a word.
    TextMatcher(std::string_view question, std::int64_t passages,
                const std::function<std::int64_t(const std::string& word)>& passages_with);

    /// `document`: its title and the name of its file.
    TextMatch match(std::string_view text, std::string_view headings, std::string_view document) const;

 private:
    double weight_of(const std::set<std::string>& stems) const;

    std::map<std::string, double> weights_;  // of stems
    std::map<std::pair<std::string, std::string>, double> pairs_;
    std::vector<std::pair<Identifier, double>> identifiers_;  // what each is worth
    double all_words_ = 0, all_pairs_ = 0;
};

}  // namespace corpuscope::search
