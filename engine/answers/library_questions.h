// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Questions about the library itself, which are answered from its records instead of from what the documents
// say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/library/library.h"

namespace corpuscope::answers {

struct LibraryQuestion {
    enum class Kind : std::uint8_t {
        CountDocuments,  ///< of `format`, where it is given
        CountPassages,
        CountTokens,
        CountFailed,
        ListDocuments,  ///< of `format`, where it is given
        ListFailed,
        CountMentions,  ///< of `phrase`
        ListMentions,
        ListDiscussions,  ///< of `phrase`
    };
    Kind kind = Kind::CountDocuments;
    std::string format;  ///< "pdf", ... as in DocumentRecord::format
    std::string phrase;
};

/// What the question asks of the library; nothing where it is a question for the documents. Only whole
/// questions count: "How many documents can git show at once?" is none.
std::optional<LibraryQuestion> parse_library_question(std::string_view question);

struct LibraryAnswer {
    std::string note;                   ///< sentences for people
    std::vector<DocumentId> documents;  ///< that the note speaks of, in its order
};

/// Words can be counted, meaning cannot: of the documents that talk about something those are found that
/// mention it. Nothing where none does, since they may do so in other words; that is asked of the documents.
std::optional<LibraryAnswer> answer_library_question(const library::Library& library,
                                                     const LibraryQuestion& question);

}  // namespace corpuscope::answers
