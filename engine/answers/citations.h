// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "engine/answers/answer.h"
#include "engine/library/library.h"

namespace corpuscope::answers {

/// Turns places in documents into citations; looks each document up once.
class Citer {
 public:
    explicit Citer(const library::Library& library) : library_(library) {}

    CitedPassage passage(const library::StoredPassage& stored, double score);
    CitedAnswer sentence(const library::StoredPassage& passage, const ByteRange& range, std::string_view text,
                         double score);

 private:
    const library::DocumentRecord& record(DocumentId id);
    int page_of(const library::StoredPassage& passage, std::int64_t offset);

    const library::Library& library_;
    std::map<DocumentId, library::DocumentRecord> records_;
    std::map<DocumentId, std::vector<ByteRange>> pages_;
};

}  // namespace corpuscope::answers
