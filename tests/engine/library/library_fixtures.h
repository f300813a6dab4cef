// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Documents and vectors made up for tests of the library.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "engine/library/library.h"

namespace corpuscope::library::testing {

/// Each text becomes a passage of one sentence and one unit; blank lines stand between them.
inline ReadDocument read_document(const std::string& title, const std::vector<std::string>& texts) {
    ReadDocument read;
    read.document.format = "txt";
    read.document.title = title;
    for (const std::string& text : texts) {
        const auto begin = static_cast<std::int64_t>(read.document.text.size());
        read.document.text += text;
        const ByteRange range{begin, static_cast<std::int64_t>(read.document.text.size())};
        read.document.text += "\n\n";
        documents::Passage passage;
        passage.range = range;
        passage.page = 1;
        passage.heading = title + " › Section";
        passage.first_unit = passage.first_sentence = static_cast<std::int64_t>(read.passages.units.size());
        passage.units = passage.sentences = 1;
        read.passages.passages.push_back(passage);
        read.passages.sentences.push_back(range);
        documents::Unit unit;
        unit.range = range;
        for (const char c : text) unit.ids.push_back(static_cast<unsigned char>(c) * 100);
        read.passages.tokens += static_cast<std::int64_t>(unit.ids.size());
        read.passages.units.push_back(std::move(unit));
        read.document.blocks.push_back({documents::BlockKind::Paragraph, 0, range});
        read.document.source_map.push_back({begin, begin * 2});
    }
    read.document.pages.push_back({0, static_cast<std::int64_t>(read.document.text.size())});
    return read;
}

inline DocumentRecord record_of(const std::string& path, const ReadDocument& read) {
    DocumentRecord record;
    record.path = path;
    record.bytes = static_cast<std::int64_t>(read.document.text.size());
    record.modified_ns = 1234567890123456789;
    record.sha256 = std::string(64, 'a');
    record.format = read.document.format;
    record.title = read.document.title;
    record.warnings = {"a picture was left out", "so was a \"quoted\" one"};
    record.reader_version = 1;
    record.segmentation = "model 16";
    return record;
}

inline DocumentId store(Library& library, const std::string& path, const ReadDocument& read) {
    const DocumentRecord record = record_of(path, read);
    const DocumentId id = library.add_pending(record);
    library.store_read(id, record, read);
    return id;
}

inline std::vector<float> random_rows(std::int64_t rows, std::int64_t dimension, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(rows * dimension));
    for (std::int64_t r = 0; r < rows; ++r) {
        double square = 0;
        for (std::int64_t i = 0; i < dimension; ++i) {
            float& value = values[static_cast<std::size_t>(r * dimension + i)];
            value = normal(random);
            square += static_cast<double>(value) * value;
        }
        for (std::int64_t i = 0; i < dimension; ++i) {
            values[static_cast<std::size_t>(r * dimension + i)] /= static_cast<float>(std::sqrt(square));
        }
    }
    return values;
}

inline DocumentVectors random_vectors(const DocumentRecord& record, std::int64_t generation,
                                      std::int64_t dimension = 384) {
    const auto seed = static_cast<unsigned>(record.id.value * 10 + generation);
    return {dimension, generation, random_rows(record.units, dimension, seed),
            random_rows(record.passages, dimension, seed + 1), random_rows(1, dimension, seed + 2)};
}

inline void store_random_vectors(Library& library, DocumentId id, std::int64_t generation) {
    const DocumentVectors vectors = random_vectors(*library.document(id), generation);
    library.store_vectors({&id, 1}, {&vectors, 1});
}

}  // namespace corpuscope::library::testing
