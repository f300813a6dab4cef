// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/words.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

namespace corpuscope::search {
namespace {

constexpr std::array kFunctionWords = {
    "a",       "about", "all",  "am",    "an",    "and",  "any",  "are",   "as",   "at",   "be",    "been",
    "between", "but",   "by",   "can",   "could", "did",  "do",   "does",  "for",  "from", "get",   "had",
    "has",     "have",  "how",  "i",     "if",    "in",   "into", "is",    "it",   "its",  "many",  "may",
    "me",      "much",  "must", "my",    "no",    "not",  "of",   "off",   "on",   "one",  "or",    "our",
    "should",  "so",    "some", "such",  "than",  "that", "the",  "their", "them", "then", "there", "these",
    "they",    "this",  "to",   "up",    "us",    "was",  "we",   "were",  "what", "when", "where", "which",
    "while",   "who",   "whom", "whose", "why",   "will", "with", "would", "you",  "your"};

bool ends_with(const std::string& word, std::string_view suffix, std::size_t stem) {
    return word.size() >= stem + suffix.size() && word.ends_with(suffix);
}

/// Enough of English morphology to match a question with a statement; other scripts pass unchanged.
void cut_to_stem(std::string& word) {
    if (ends_with(word, "ies", 2)) {
        word.replace(word.size() - 3, 3, "y");
    } else if (ends_with(word, "s", 3) && !word.ends_with("ss") && !word.ends_with("us")) {
        word.pop_back();
    }
    if (ends_with(word, "ing", 3))
        word.resize(word.size() - 3);
    else if (ends_with(word, "ed", 3))
        word.resize(word.size() - 2);
    else if (ends_with(word, "ly", 4))
        word.resize(word.size() - 2);
    if (ends_with(word, "e", 3)) word.pop_back();
    if (word.size() > 3 && word[word.size() - 1] == word[word.size() - 2]) word.pop_back();
}

std::vector<std::string> lower_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto close = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    const auto length = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < length;) {
        UChar32 character = 0;
        U8_NEXT(text.data(), at, length, character);
        if (character < 0 || !u_isalnum(character)) {
            close();
            continue;
        }
        std::array<char, 4> bytes{};
        std::int32_t used = 0;
        U8_APPEND_UNSAFE(bytes.data(), used, u_tolower(character));
        word.append(bytes.data(), static_cast<std::size_t>(used));
    }
    close();
    return words;
}

}  // namespace

std::vector<Word> words_of(std::string_view text) {
    std::vector<Word> words;
    for (std::string& word : lower_words(text)) {
        const bool function_word =
            std::binary_search(kFunctionWords.begin(), kFunctionWords.end(), std::string_view(word));
        std::string stem = word;
        cut_to_stem(stem);
        words.push_back({std::move(word), std::move(stem), function_word});
    }
    return words;
}

std::vector<std::string> stems(std::string_view text) {
    std::vector<std::string> words = lower_words(text);
    std::for_each(words.begin(), words.end(), cut_to_stem);
    return words;
}

std::set<std::string> content_stems(std::string_view question) {
    std::set<std::string> content, all;
    for (Word& word : words_of(question)) {
        if (!word.function_word) content.insert(word.stem);
        all.insert(std::move(word.stem));
    }
    return content.empty() ? all : content;
}

double share_covered(const std::set<std::string>& wanted, std::string_view text) {
    if (wanted.empty()) return 0;
    std::set<std::string> found;
    for (std::string& stem : stems(text))
        if (wanted.contains(stem)) found.insert(std::move(stem));
    return static_cast<double>(found.size()) / static_cast<double>(wanted.size());
}

}  // namespace corpuscope::search
