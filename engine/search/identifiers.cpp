// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/identifiers.h"

#include <algorithm>
#include <regex>

#include "engine/search/words.h"

namespace corpuscope::search {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::vector<Identifier> identifiers_of(std::string_view question) {
    static const std::regex shape("[A-Za-z0-9]+(?:[-_./:#][A-Za-z0-9]+)*"),
        counted("[0-9]+(?:st|nd|rd|th|s)", std::regex::icase);
    std::vector<Identifier> identifiers;
    const char* const end = question.data() + question.size();
    for (std::cregex_iterator at(question.data(), end, shape), none; at != none; ++at) {
        const std::string token = at->str();
        if (!std::any_of(token.begin(), token.end(), is_digit) ||
            !std::any_of(token.begin(), token.end(), is_letter) || std::regex_match(token, counted))
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
