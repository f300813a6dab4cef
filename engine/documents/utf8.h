// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The little that the readers need to know of UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/types.h"

namespace corpuscope::documents {

inline constexpr std::string_view kReplacement =
    "\xEF\xBF\xBD";  ///< U+FFFD in place of what cannot be decoded

inline bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

inline bool is_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

/// Bytes of the well-formed character that begins at `position`; 0 if none does (overlong forms, surrogates
/// and values beyond U+10FFFF are not well-formed).
inline std::size_t character_length(std::string_view text, std::size_t position);

/// The same where it does not begin with an ASCII character.
std::size_t multibyte_length(std::string_view text, std::size_t position);

/// Bytes at `position` that one U+FFFD stands for (the longest start of a well-formed character, at least
/// one).
std::size_t malformed_length(std::string_view text, std::size_t position);

/// Whether the range lies inside the text and both its ends are between two characters.
inline bool fits_text(const ByteRange& range, std::string_view text);

/// Code points in well-formed text.
std::int64_t count_characters(std::string_view text);

/// The character as a code point; `position` must be at a well-formed one.
inline char32_t code_point(std::string_view text, std::size_t position);

/// The same where it is not an ASCII character.
char32_t multibyte_code_point(std::string_view text, std::size_t position);

inline std::size_t character_length(std::string_view text, std::size_t position) {
    return static_cast<unsigned char>(text[position]) < 0x80 ? 1 : multibyte_length(text, position);
}

inline char32_t code_point(std::string_view text, std::size_t position) {
    const auto byte = static_cast<unsigned char>(text[position]);
    return byte < 0x80 ? byte : multibyte_code_point(text, position);
}

inline bool fits_text(const ByteRange& range, std::string_view text) {
    const auto between_characters = [&](std::int64_t offset) {
        const auto at = static_cast<std::size_t>(offset);
        return at == text.size() || !is_continuation(text[at]);
    };
    return range.begin >= 0 && range.begin <= range.end &&
           range.end <= static_cast<std::int64_t>(text.size()) && between_characters(range.begin) &&
           between_characters(range.end);
}

}  // namespace corpuscope::documents
