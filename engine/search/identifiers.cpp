// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/identifiers.h"

#include <algorithm>
#include <array>

#include "engine/search/words.h"

namespace corpuscope::search {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Letters and digits from `at` on, and single signs between them; empty where there are none. Not a regular
/// expression: the standard library's descends once for each character of a question.
std::string_view token_at(std::string_view text, std::size_t at) {
    constexpr std::string_view kJoints = "-_./:#";
    const auto belongs = [&](std::size_t i) {
        return i < text.size() && (is_digit(text[i]) || is_letter(text[i]));
    };
    std::size_t end = at;
    while (belongs(end) || (end > at && end < text.size() && kJoints.find(text[end]) != kJoints.npos &&
                            belongs(end - 1) && belongs(end + 1)))
        ++end;
    return text.substr(at, end - at);
}

/// "20th", "1990s".
bool is_count(std::string_view token) {
    const std::size_t digits = token.find_first_not_of("0123456789");
    const std::vector<std::string> ending = stems(token.substr(std::min(digits, token.size())));
    constexpr std::array<std::string_view, 5> kEndings = {"st", "nd", "rd", "th", "s"};
    return digits > 0 && ending.size() == 1 && std::ranges::find(kEndings, ending.front()) != kEndings.end();
}

}  // namespace

std::vector<Identifier> identifiers_of(std::string_view question) {
    std::vector<Identifier> identifiers;
    for (std::size_t at = 0; at < question.size();) {
        const std::string_view token = token_at(question, at);
        at += std::max<std::size_t>(token.size(), 1);
        if (!std::any_of(token.begin(), token.end(), is_digit) ||
            !std::any_of(token.begin(), token.end(), is_letter) || is_count(token))
            continue;
        Identifier identifier{stems(token), {}};
        for (const std::string& word : identifier.words) identifier.joined += word;
        identifiers.push_back(std::move(identifier));
    }
    return identifiers;
}

bool stands_in(const Identifier& identifier, const std::vector<std::string>& stems) {
    for (auto first = stems.begin(); first != stems.end(); ++first) {
        std::string_view rest = identifier.joined;
        for (auto word = first; word != stems.end() && !rest.empty() && rest.starts_with(*word); ++word)
            rest.remove_prefix(word->size());
        if (rest.empty()) return true;
    }
    return false;
}

}  // namespace corpuscope::search
