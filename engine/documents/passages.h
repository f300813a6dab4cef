// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Cuts a document into passages (what search returns), sentences (what answers quote) and units (what is
// embedded).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/documents/document.h"

namespace corpuscope::documents {

struct PassageOptions {
    std::int64_t max_characters = 1000;  ///< of a passage (Unicode code points)
    /// A heading, or the term of a definition, closes a passage that already has this many characters.
    std::int64_t heading_closes_from = 500;
    int unit_tokens = 16;       ///< a unit is closed as soon as it has this many tokens
    int max_unit_tokens = 254;  ///< a longer run of text is split
};

/// A run of whole sentences of one passage: [first_sentence, first_sentence + sentences) of
/// `Passages::sentences`. One sentence longer than max_unit_tokens gives several units.
struct Unit {
    ByteRange range;
    std::vector<std::int32_t> ids;  ///< tokens without [CLS] and [SEP]; never empty
};

struct Passage {
    ByteRange range;
    int page = 0;         ///< 1-based page its first character stands on; 0 where the format has no pages
    std::string heading;  ///< path of headings above its first character, joined by " › "
    std::int64_t first_unit = 0, units = 0;
    std::int64_t first_sentence = 0, sentences = 0;
};

struct Passages {
    std::vector<Passage> passages;
    std::vector<ByteRange> sentences;
    std::vector<Unit> units;
    std::int64_t tokens = 0;
};

using TokenizeFunction = std::function<std::vector<std::int32_t>(std::string_view)>;

Passages cut_passages(const Document& document, const PassageOptions& options,
                      const TokenizeFunction& tokenize);

/// Sentences of running text (ICU, root locale, with a guard for lower-cased text and abbreviations): ranges
/// relative to `text`, without surrounding white space, none empty. A line break after a closing mark ends a
/// sentence.
std::vector<ByteRange> split_sentences(std::string_view text);

}  // namespace corpuscope::documents
