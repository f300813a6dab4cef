// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// How much of a passage is quoted with the sentence that answers, so that the quote can be understood by
// itself.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/documents/document.h"
#include "engine/library/library.h"
#include "engine/types.h"

namespace corpuscope::answers {

/// Of one document, in bytes of its text.
struct Structure {
    std::vector<ByteRange> sentences;
    std::vector<documents::Block> blocks;
};

/// A heading or a question of the text cannot answer, nor can a scrap without two words.
bool can_answer(const Structure& structure, const ByteRange& sentence, std::string_view text);

/// Sentence `number` of the document, of those of the passage, with
/// - what it announces ("... with this command:", the term of a definition): the next one, of lines of code
///   and items of a list as many as there is room for;
/// - the one before in the same paragraph, where it points back to that ("This keeps ...");
/// - the one after in the same paragraph, where that points back to it or says yes or no.
ByteRange quote_range(const Structure& structure, const library::StoredPassage& passage, std::int64_t number);

}  // namespace corpuscope::answers
