// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Words as a question and a text share them. Enough for matching; the library's own index has its own
// tokenizer.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::search {

struct Word {
    std::string text;            ///< lower case
    std::string stem;            ///< what its forms have in common ("closes", "closed": "clos")
    bool function_word = false;  ///< an article, auxiliary, question word or the like
};

/// Letters and digits of any script.
std::vector<Word> words_of(std::string_view text);

/// Words of a text in lower case, cut to a common stem.
std::vector<std::string> stems(std::string_view text);

/// The stems of a question that carry its meaning: without question words, auxiliaries, articles and the
/// like, unless there is nothing else.
std::set<std::string> content_stems(std::string_view question);

/// Share of `wanted` that stands in `text`; 0 where nothing is wanted.
double share_covered(const std::set<std::string>& wanted, std::string_view text);

}  // namespace corpuscope::search
