// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/library/keyword_query.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>
#include <vector>

namespace corpuscope::library {
namespace {

const std::unordered_set<std::string_view>& stop_words() {
    static const std::unordered_set<std::string_view> kWords = {
        "a",   "about", "after", "all",    "also",  "am",     "an",    "and",   "any",   "are",   "as",
        "at",  "be",    "been",  "before", "being", "both",   "but",   "by",    "can",   "could", "did",
        "do",  "does",  "doing", "done",   "each",  "for",    "from",  "had",   "has",   "have",  "he",
        "her", "here",  "him",   "his",    "how",   "i",      "if",    "in",    "into",  "is",    "it",
        "its", "just",  "may",   "me",     "might", "more",   "most",  "must",  "my",    "of",    "on",
        "one", "or",    "our",   "shall",  "she",   "should", "so",    "some",  "such",  "than",  "that",
        "the", "their", "them",  "then",   "there", "these",  "they",  "this",  "those", "to",    "us",
        "was", "we",    "were",  "what",   "when",  "where",  "which", "while", "who",   "whom",  "whose",
        "why", "will",  "with",  "would",  "you",   "your"};
    return kWords;
}

/// Letters and digits; every byte beyond ASCII counts as a letter, the index's tokenizer knows better.
bool is_word_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0;
}

bool has_word(std::string_view text) { return std::any_of(text.begin(), text.end(), is_word_byte); }

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (static_cast<unsigned char>(c) < 0x80) c = static_cast<char>(std::tolower(c));
    }
    return result;
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) result += c == '"' || c == '\0' ? ' ' : c;
    return result + '"';
}

/// Terms of a query in order, each once.
class Terms {
 public:
    void add(std::string_view term) {
        std::string folded = lower(term);
        if (has_word(term) && seen_.insert(folded).second) terms_.push_back(std::move(folded));
    }
    void add_word(std::string_view word) {
        std::vector<std::string_view> parts;
        for (std::size_t at = 0; at < word.size();) {
            std::size_t end = at;
            while (end < word.size() && is_word_byte(word[end])) ++end;
            if (end > at) parts.push_back(word.substr(at, end - at));
            at = end + 1;
        }
        if (parts.size() > 1)
            add(word.substr(0, static_cast<std::size_t>(parts.back().end() - word.begin())));
        for (const auto part : parts) add(part);
    }
    std::vector<std::string> as_phrases() const {
        const bool only_stop_words = std::all_of(terms_.begin(), terms_.end(), is_stop_word);
        std::vector<std::string> phrases;
        for (const std::string& term : terms_)
            if (only_stop_words || !is_stop_word(term)) phrases.push_back(quoted(term));
        return phrases;
    }

 private:
    static bool is_stop_word(const std::string& term) { return stop_words().contains(term); }
    std::vector<std::string> terms_;
    std::unordered_set<std::string> seen_;
};

}  // namespace

std::vector<std::string> fts_terms(std::string_view text) {
    Terms terms;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '"') {
            if (const auto close = text.find('"', at + 1); close != std::string_view::npos) {
                terms.add(text.substr(at + 1, close - at - 1));
                at = close + 1;
                continue;
            }
        }
        std::size_t end = at;
        while (end < text.size() && !std::isspace(static_cast<unsigned char>(text[end])) &&
               (end == at || text[end] != '"')) {
            ++end;
        }
        if (end > at) terms.add_word(text.substr(at, end - at));
        at = std::max(end, at + 1);
        while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
    }
    return terms.as_phrases();
}

std::string fts_phrase(std::string_view text) { return has_word(text) ? quoted(text) : std::string(); }

}  // namespace corpuscope::library
