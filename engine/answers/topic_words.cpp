// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/topic_words.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "engine/search/words.h"

namespace corpuscope::answers {
namespace {

constexpr std::size_t kShortest = 3;  // bytes: initials and variables tell nothing, one Chinese character may

struct Use {
    std::size_t texts = 0;                     ///< that have the word in any form
    std::map<std::string, std::size_t> forms;  ///< how often each
};
using Uses = std::map<std::string, Use>;  // by stem

bool tells(const search::Word& word) {
    return !word.function_word && word.text.size() >= kShortest &&
           word.text.find_first_not_of("0123456789") != std::string::npos;
}

Uses uses_in(const std::set<std::string_view>& texts) {
    Uses uses;
    for (const std::string_view text : texts) {
        std::set<std::string> seen;
        for (search::Word& word : search::words_of(text)) {
            if (!tells(word)) continue;
            Use& use = uses[word.stem];
            ++use.forms[word.text];
            if (seen.insert(std::move(word.stem)).second) ++use.texts;
        }
    }
    return uses;
}

const std::string& most_frequent(const Use& use) {
    return std::max_element(use.forms.begin(), use.forms.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

}  // namespace

std::vector<std::vector<std::string>> telling_words(const std::vector<std::vector<std::string_view>>& topics,
                                                    std::size_t count) {
    std::vector<Uses> uses;
    std::map<std::string, std::size_t> texts_with;
    std::size_t all = 0;
    for (const std::vector<std::string_view>& texts : topics) {
        const std::set<std::string_view> different(texts.begin(), texts.end());  // notices stand often
        all += different.size();
        for (const auto& [stem, use] : uses.emplace_back(uses_in(different))) texts_with[stem] += use.texts;
    }
    std::vector<std::vector<std::string>> words;
    for (const Uses& topic : uses) {
        std::vector<std::pair<double, const Use*>> ranked;
        for (const auto& [stem, use] : topic)
            if (use.texts > 1)
                ranked.emplace_back(
                    static_cast<double>(use.texts) *
                        std::log(static_cast<double>(all + 1) / static_cast<double>(texts_with[stem])),
                    &use);
        std::stable_sort(ranked.begin(), ranked.end(),
                         [](const auto& a, const auto& b) { return a.first > b.first; });
        ranked.resize(std::min(ranked.size(), count));
        auto& chosen = words.emplace_back();
        for (const auto& [weight, use] : ranked) chosen.push_back(most_frequent(*use));
    }
    return words;
}

}  // namespace corpuscope::answers
