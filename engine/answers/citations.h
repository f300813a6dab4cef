// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "engine/answers/answer.h"
#include "engine/library/library.h"

namespace corpuscope::answers {

/// What the pages of a document are, by the ending of its name: an EPUB has chapters, a presentation
/// slides, a spreadsheet sheets, a mailbox messages.
enum class PageKind : std::uint8_t { Page, Chapter, Slide, Sheet, Message };
PageKind page_kind(std::string_view path);

/// Turns places in documents into citations; looks each document up once.
class Citer {
 public:
    explicit Citer(const library::Library& library) : library_(library) {}

    /// Its heading is that of the passage's beginning.
    CitedPassage passage(const library::StoredPassage& stored, double score);

    /// Its heading is the nearest one above the sentence, with those above that, wherever the passage begins.
    CitedAnswer sentence(const library::StoredPassage& passage, const ByteRange& range, std::string_view text,
                         double score);

 private:
    const library::DocumentRecord& record(DocumentId id);
    const library::StoredText& text(DocumentId id);
    int page_of(const library::StoredPassage& passage, std::int64_t offset);
    std::string heading_of(const library::StoredPassage& passage, std::int64_t offset);

    const library::Library& library_;
    std::map<DocumentId, library::DocumentRecord> records_;
    std::map<DocumentId, library::StoredText> texts_;
};

}  // namespace corpuscope::answers
