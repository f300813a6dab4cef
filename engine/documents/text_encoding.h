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

/// Text of any encoding as UTF-8. What decides, in this order: a byte order mark, being valid UTF-8,
/// `declared` (of an HTML or XML head; may be empty), the pattern of zero bytes in UTF-16, uchardet's guess.
/// What cannot be decoded becomes U+FFFD, with a warning that counts it.
DecodedText decode_text(std::string_view bytes, std::string_view declared = {});

/// Whether the beginning of the bytes says that they are not text of any encoding: zero bytes outside UTF-16
/// and UTF-32, or many control characters.
bool looks_binary(std::string_view bytes);

}  // namespace corpuscope::documents
