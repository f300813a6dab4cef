// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/quotable.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "engine/search/words.h"

namespace corpuscope::answers {
namespace {

constexpr std::size_t kShortest = 40, kLongest = 320;  // bytes
constexpr double kLeastLetters = 0.7;                  // share of letters and spaces

constexpr double kPointsBack = 0.3;  // more than the spread of centrality within a topic
constexpr double kFewWords = 0.02;   // for each word below kEnoughWords
constexpr double kOtherMarks = 0.6;  // times the share of characters that are no letters or spaces
constexpr std::size_t kEnoughWords = 10;

/// First words of sentences that say something about the one before.
constexpr auto kPointers = std::to_array<std::string_view>(
    {"additionally", "again",  "also",     "although",     "and",        "another",      "because",
     "besides",      "both",   "but",      "consequently", "conversely", "either",       "finally",
     "first",        "for",    "further",  "furthermore",  "he",         "hence",        "her",
     "here",         "his",    "however",  "if",           "indeed",     "instead",      "it",
     "its",          "later",  "likewise", "meanwhile",    "moreover",   "nevertheless", "next",
     "nor",          "note",   "now",      "or",           "other",      "others",       "otherwise",
     "rather",       "second", "see",      "she",          "similarly",  "since",        "so",
     "still",        "such",   "that",     "their",        "then",       "there",        "therefore",
     "these",        "they",   "third",    "this",         "those",      "though",       "thus",
     "yet",          "you",    "your"});
static_assert(std::is_sorted(kPointers.begin(), kPointers.end()));

/// Those of them that cannot be understood without it, and answers.
constexpr auto kPointersToTheLast = std::to_array<std::string_view>(
    {"but",  "he",        "hence",     "her",  "his",  "however", "instead", "it",
     "its",  "no",        "otherwise", "she",  "so",   "such",    "that",    "their",
     "then", "therefore", "these",     "they", "this", "those",   "thus",    "yes"});
static_assert(std::is_sorted(kPointersToTheLast.begin(), kPointersToTheLast.end()));

/// Near the beginning of a sentence they stand for something outside it.
constexpr auto kPronouns = std::to_array<std::string_view>(
    {"former", "he", "his", "it", "its", "latter", "she", "their", "these", "they", "this", "those"});
static_assert(std::is_sorted(kPronouns.begin(), kPronouns.end()));
constexpr std::size_t kNear = 3;  // words; with four, "The goal of this work is ..." is out

double share_of_letters(std::string_view text) {
    std::int64_t letters = 0, all = 0;
    const auto length = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < length; ++all) {
        UChar32 character = 0;
        U8_NEXT(text.data(), at, length, character);
        letters += u_isalpha(character) || u_isUWhiteSpace(character) ? 1 : 0;
    }
    return all > 0 ? static_cast<double>(letters) / static_cast<double>(all) : 0;
}

bool starts_in_lower_case(std::string_view text) {
    UChar32 first = 0;
    std::int32_t at = 0;
    U8_NEXT(text.data(), at, static_cast<std::int32_t>(text.size()), first);
    return u_islower(first) != 0;
}

/// "+ ", "<1> ", "* ": marks of how a text is laid out, which reach a plain text reader as they are.
bool starts_with_mark(std::string_view text) {
    constexpr std::string_view kMarks = "+*-<>=|#~^";
    return kMarks.find(text.front()) != std::string_view::npos;
}

/// "3." or "3)": one of several steps.
bool starts_with_number(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    return digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')');
}

bool begins_with_pronoun(std::span<const search::Word> words) {
    return std::ranges::any_of(words.first(std::min(kNear, words.size())), [](const search::Word& word) {
        return std::binary_search(kPronouns.begin(), kPronouns.end(), word.text);
    });
}

bool ends_as_sentence(std::string_view text) {
    UChar32 last = 0;
    auto at = static_cast<std::int32_t>(text.size());
    U8_PREV(text.data(), 0, at, last);
    return last == '.' || last == '!' || last == 0x3002 || last == 0xFF0E || last == 0x061F || last == 0x06D4;
}

}  // namespace

bool reads_as_sentence(std::string_view text) {
    return text.size() >= kShortest && text.size() <= kLongest && ends_as_sentence(text) &&
           share_of_letters(text) >= kLeastLetters;
}

double dependence(std::string_view sentence) {
    const std::vector<search::Word> words = search::words_of(sentence);
    if (words.empty()) return 1;
    double sum = kOtherMarks * (1 - share_of_letters(sentence));
    if (starts_in_lower_case(sentence) || starts_with_number(sentence) || starts_with_mark(sentence) ||
        std::binary_search(kPointers.begin(), kPointers.end(), words.front().text) ||
        begins_with_pronoun(words))
        sum += kPointsBack;
    if (words.size() < kEnoughWords) sum += kFewWords * static_cast<double>(kEnoughWords - words.size());
    return sum;
}

bool points_back(std::string_view sentence) {
    const std::vector<search::Word> words = search::words_of(sentence);
    return !words.empty() &&
           std::binary_search(kPointersToTheLast.begin(), kPointersToTheLast.end(), words.front().text);
}

std::vector<std::string> lines_of_quote(std::string_view quote) {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    std::string running;
    std::vector<std::string> lines;
    bool in_running_text = true;
    for (std::size_t begin = 0; begin <= quote.size();) {
        const std::size_t end = std::min(quote.find('\n', begin), quote.size());
        std::string_view line = quote.substr(begin, end - begin);
        begin = end + 1;
        line = line.substr(0, line.find_last_not_of(kSpace) + 1);
        if (line.empty()) {
            in_running_text = in_running_text && running.empty();
        } else if (!in_running_text) {
            lines.emplace_back(line);
        } else {
            for (std::size_t word = 0; (word = line.find_first_not_of(kSpace, word)) != line.npos;) {
                const std::size_t after = std::min(line.find_first_of(kSpace, word), line.size());
                (running.empty() ? running : running += ' ') += line.substr(word, after - word);
                word = after;
            }
        }
    }
    if (!running.empty()) lines.insert(lines.begin(), std::move(running));
    return lines;
}

}  // namespace corpuscope::answers
