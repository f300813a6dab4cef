// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/pattern_spaces.h"

#include <QRegularExpression>
#include <QString>
#include <algorithm>

namespace corpuscope::answers {
namespace {

constexpr std::string_view kSpaces = " \t\n\r\f\v";

/// Where what begins at `at` and ends with `end` is over.
std::size_t after(std::string_view pattern, std::string_view end, std::size_t at) {
    const std::size_t found = pattern.find(end, at);
    return found == std::string_view::npos ? pattern.size() : found + end.size();
}

/// Of an escape, or of a literal stretch \Q...\E.
std::size_t after_escape(std::string_view pattern, std::size_t at) {
    if (pattern.substr(at).starts_with("\\Q")) return after(pattern, "\\E", at + 2);
    return std::min(at + 2, pattern.size());
}

/// Of a character class "[...]": a "]" that comes first is one of its characters.
std::size_t after_class(std::string_view pattern, std::size_t at) {
    ++at;
    if (at < pattern.size() && pattern[at] == '^') ++at;
    if (at < pattern.size() && pattern[at] == ']') ++at;
    while (at < pattern.size() && pattern[at] != ']') {
        if (pattern[at] == '\\')
            at = after_escape(pattern, at);
        else if (pattern.substr(at).starts_with("[:") && pattern.find(":]", at) != std::string_view::npos)
            at = after(pattern, ":]", at);
        else
            ++at;
    }
    return std::min(at + 1, pattern.size());
}

bool is_quantifier(std::string_view rest) {
    static const QRegularExpression counted(QStringLiteral(R"(\A\{\d+(,\d*)?\})"));
    return rest.starts_with('*') || rest.starts_with('+') || rest.starts_with('?') ||
           counted.match(QString::fromUtf8(rest.data(), static_cast<qsizetype>(rest.size()))).hasMatch();
}

/// Whether the group that begins with `rest` sets the option x: "(?x)", "(?i-s:" does not.
bool ignores_white_space(std::string_view rest) {
    if (!rest.starts_with("(?")) return false;
    const std::string_view options = rest.substr(2, rest.find_first_not_of("^imsnxJU", 2) - 2);
    const char end = options.size() + 2 < rest.size() ? rest[options.size() + 2] : '\0';
    return options.find('x') != std::string_view::npos && (end == ')' || end == ':' || end == '-');
}

}  // namespace

std::string with_any_white_space(std::string_view pattern) {
    std::string changed;
    std::size_t at = 0;
    const auto keep_until = [&](std::size_t end) {
        changed += pattern.substr(at, end - at);
        at = end;
    };
    while (at < pattern.size()) {
        const char c = pattern[at];
        if (c == '\\') {
            keep_until(after_escape(pattern, at));
        } else if (c == '[') {
            keep_until(after_class(pattern, at));
        } else if (ignores_white_space(pattern.substr(at))) {
            return std::string(pattern);
        } else if (kSpaces.find(c) == std::string_view::npos) {
            keep_until(at + 1);
        } else {
            std::size_t end = std::min(pattern.find_first_not_of(kSpaces, at), pattern.size());
            const bool quantified = is_quantifier(pattern.substr(end));
            if (!quantified || end - at > 1) changed += "\\s+";
            if (quantified) changed += "\\s";
            at = end;
        }
    }
    return changed;
}

}  // namespace corpuscope::answers
