// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::answers {

/// For each topic, given as texts of its members, at most `count` words that set it apart from the others,
/// the most telling first, each in its most frequent form: the share of the topic's texts that have the word,
/// times the logarithm of how rare it is among the texts of all topics (class-based tf-idf; Grootendorst,
/// "BERTopic", 2022, on texts instead of counts). A word of one text alone tells nothing.
std::vector<std::vector<std::string>> telling_words(const std::vector<std::vector<std::string_view>>& topics,
                                                    std::size_t count);

}  // namespace corpuscope::answers
