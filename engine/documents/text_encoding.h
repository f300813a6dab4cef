// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/documents/document.h"

namespace corpuscope::documents {

struct DecodedText {
    std::string text;  ///< valid UTF-8 without NUL, lines ended by '\n'
    /// Text → bytes of the file; exact at the beginning of every word and of every cell of separated values,
    /// and within them as long as their characters have as many bytes in the file as in UTF-8.
    std::vector<SourceAnchor> source_map;
    std::string encoding;  ///< as ICU names it
    std::vector<std::string> warnings;
};

/// Text of any encoding as UTF-8. What decides, in this order: a byte order mark, the pattern of zero bytes
/// in UTF-16, the escapes of ISO-2022, being valid UTF-8, `declared` (of an HTML or XML head or a header of
/// mail; may be empty), uchardet's guess. Names of encodings mean what they mean on the web: "iso-8859-1" is
/// windows-1252. What cannot be decoded becomes U+FFFD, with a warning that counts it.
DecodedText decode_text(std::string_view bytes, std::string_view declared = {});

/// The bytes without the mark that some programs put in front of UTF-8.
std::string_view without_mark(std::string_view bytes);

/// Control characters that come of windows-1252 taken for Latin-1 as the quotes and dashes they are. `text`
/// is UTF-8.
std::string with_windows_punctuation(const std::string& text);

/// Whether the beginning of the bytes says that they are not text of any encoding: zero bytes outside UTF-16
/// and UTF-32, or many control characters.
bool looks_binary(std::string_view bytes);

}  // namespace corpuscope::documents
