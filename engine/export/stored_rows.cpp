// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "engine/export/rows.h"

namespace corpuscope::exporting {
namespace {

std::span<const float> row_of(const std::vector<float>& rows, std::int64_t dimension, std::size_t index) {
    const auto width = static_cast<std::size_t>(dimension);
    return std::span(rows).subspan(index * width, width);
}

void passage_rows(const library::Library& library, const library::DocumentRecord& document,
                  const library::DocumentVectors& vectors, const RowSink& sink) {
    const auto passages = library.passages(document.id);
    for (std::size_t i = 0; i < passages.size(); ++i)
        sink({document.path, passages[i].range, passages[i].page},
             row_of(vectors.passages, vectors.dimension, i));
}

}  // namespace

std::vector<library::DocumentRecord> exportable(const library::Library& library) {
    auto documents = library.documents();
    std::erase_if(documents, [](const auto& d) { return d.state != library::DocumentState::Ready; });
    return documents;
}

std::int64_t count_rows(const std::vector<library::DocumentRecord>& documents, Level level) {
    std::int64_t rows = 0;
    for (const auto& document : documents)
        rows += level == Level::Document ? 1 : level == Level::Passage ? document.passages : document.tokens;
    return rows;
}

void stored_rows(const library::Library& library, const std::vector<library::DocumentRecord>& documents,
                 const Options& options, const RowSink& sink) {
    for (std::size_t i = 0; i < documents.size(); ++i) {
        if (options.control != nullptr) options.control->checkpoint();
        const auto& document = documents[i];
        const auto vectors = library.vectors(document.id);
        if (!vectors) throw std::runtime_error(document.path + ": its vectors are missing");
        if (options.level == Level::Passage) {
            passage_rows(library, document, *vectors, sink);
        } else {
            const auto size = static_cast<std::int64_t>(library.text(document.id).text.size());
            sink({document.path, {0, size}, 0}, vectors->document);
        }
        if (options.progress)
            options.progress(static_cast<double>(i + 1) / static_cast<double>(documents.size()));
    }
}

}  // namespace corpuscope::exporting
