// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "engine/library/blob_codec.h"
#include "engine/library/state.h"
#include "engine/library/vector_codec.h"

namespace corpuscope::library {
namespace {

// The statement cache keys by address, so each of these is made once.
const std::string kDocumentColumns =
    "SELECT id, path, bytes, modified_ns, sha256, format, title, state, reason, warnings, reader_version, "
    "segmentation, pages, passages, units, tokens, generation FROM documents ";
const std::string kAllDocuments = kDocumentColumns + "ORDER BY path";
const std::string kDocumentById = kDocumentColumns + "WHERE id = ?";
const std::string kDocumentByPath = kDocumentColumns + "WHERE path = ?";

const std::string kPassageColumns =
    "SELECT id, document, begin_byte, end_byte, page, first_unit, units, first_sentence, sentences, heading, "
    "text "
    "FROM passages ";
const std::string kPassagesOfDocument = kPassageColumns + "WHERE document = ? ORDER BY id";
const std::string kPassageById = kPassageColumns + "WHERE id = ?";

std::vector<std::string> warnings_from(const std::string& json) {
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    std::vector<std::string> warnings;
    if (!parsed.is_array()) return warnings;
    for (const auto& entry : parsed) {
        if (entry.is_string()) warnings.push_back(entry.get<std::string>());
    }
    return warnings;
}

DocumentRecord record_from(SQLite::Statement& row) {
    DocumentRecord record;
    int column = 0;
    const auto number = [&] { return row.getColumn(column++).getInt64(); };
    const auto text = [&] { return row.getColumn(column++).getString(); };
    record.id = DocumentId{number()};
    record.path = text();
    record.bytes = number();
    record.modified_ns = number();
    record.sha256 = text();
    record.format = text();
    record.title = text();
    record.state = static_cast<DocumentState>(number());
    record.reason = text();
    record.warnings = warnings_from(text());
    record.reader_version = static_cast<int>(number());
    record.segmentation = text();
    record.pages = static_cast<int>(number());
    record.passages = number();
    record.units = number();
    record.tokens = number();
    record.generation = number();
    return record;
}

StoredPassage passage_from(SQLite::Statement& row) {
    StoredPassage passage;
    int column = 0;
    const auto number = [&] { return row.getColumn(column++).getInt64(); };
    passage.id = PassageId{number()};
    passage.document = DocumentId{number()};
    passage.range.begin = number();
    passage.range.end = number();
    passage.page = static_cast<int>(number());
    passage.first_unit = number();
    passage.units = number();
    passage.first_sentence = number();
    passage.sentences = number();
    passage.heading = row.getColumn(column++).getString();
    passage.text = row.getColumn(column++).getString();
    return passage;
}

std::optional<DocumentRecord> optional_record(Query& query) {
    if (!query->executeStep()) return std::nullopt;
    return record_from(*query);
}

}  // namespace

std::vector<DocumentRecord> Library::documents() const {
    return state_->connection.guarded([&] {
        Query query = state_->connection.query(kAllDocuments.c_str());
        std::vector<DocumentRecord> records;
        while (query->executeStep()) records.push_back(record_from(*query));
        return records;
    });
}

std::optional<DocumentRecord> Library::document(DocumentId id) const {
    return state_->connection.guarded([&] {
        Query query = state_->connection.query(kDocumentById.c_str());
        query.bind(id.value);
        return optional_record(query);
    });
}

std::optional<DocumentRecord> Library::find(std::string_view path) const {
    return state_->connection.guarded([&] {
        Query query = state_->connection.query(kDocumentByPath.c_str());
        query.bind(path);
        return optional_record(query);
    });
}

Counts Library::counts() const {
    return state_->connection.guarded([&] {
        Connection& connection = state_->connection;
        Counts counts;
        Query query = connection.query(
            "SELECT count(*), sum(state = 3), sum(state = 0), sum(state = 1), sum(state = 2), sum(passages), "
            "sum(units), sum(tokens) FROM documents");
        query->executeStep();
        const auto number = [&](int column) { return query->getColumn(column).getInt64(); };
        counts.documents = number(0);
        counts.failed = number(1);
        counts.pending = number(2);
        counts.read = number(3);
        counts.ready = number(4);
        counts.passages = number(5);
        counts.units = number(6);
        counts.tokens = number(7);
        counts.bytes = connection.number("PRAGMA page_count") * connection.number("PRAGMA page_size");
        counts.generation = connection.number(kHighestGeneration);
        counts.model = setting("model").value_or("");
        return counts;
    });
}

StoredText Library::text(DocumentId id) const {
    return state_->connection.guarded([&] {
        StoredText stored;
        std::uint32_t expected = 0;
        std::int64_t size = 0;
        {
            Query query =
                state_->connection.query("SELECT text_bytes, text_checksum FROM documents WHERE id = ?");
            query.bind(id.value);
            if (!query->executeStep()) throw LibraryError("there is no " + document_name(id));
            size = query->getColumn(0).getInt64();
            expected = static_cast<std::uint32_t>(query->getColumn(1).getInt64());
        }
        const std::string gaps = state_->part(id, Part::Gaps);
        std::size_t gaps_used = 0;
        Query query =
            state_->connection.query("SELECT begin_byte, text FROM passages WHERE document = ? ORDER BY id");
        query.bind(id.value);
        while (query->executeStep()) {
            const auto begin = query->getColumn(0).getInt64();
            const std::int64_t gap = begin - static_cast<std::int64_t>(stored.text.size());
            if (gap < 0 || static_cast<std::size_t>(gap) > gaps.size() - gaps_used) break;
            stored.text.append(gaps, gaps_used, static_cast<std::size_t>(gap));
            gaps_used += static_cast<std::size_t>(gap);
            stored.text.append(query->getColumn(1).getString());
        }
        stored.text.append(gaps, gaps_used);
        if (static_cast<std::int64_t>(stored.text.size()) != size || checksum(stored.text) != expected) {
            throw state_->connection.damaged("the text of " + document_name(id) +
                                             " does not match its checksum");
        }
        stored.blocks = blocks(id);
        stored.pages = state_->decoded(id, Part::Pages, decode_ranges);
        stored.source_map = state_->decoded(id, Part::SourceMap, decode_source_map);
        return stored;
    });
}

std::vector<documents::Block> Library::blocks(DocumentId id) const {
    return state_->decoded(id, Part::Blocks, decode_blocks);
}

StoredUnits Library::units(DocumentId id) const {
    UnitTable table = state_->decoded(id, Part::Units, decode_units);
    return {id, std::move(table.ids), std::move(table.offsets), std::move(table.ranges)};
}

std::vector<ByteRange> Library::sentences(DocumentId id) const {
    return state_->decoded(id, Part::Sentences, decode_ranges);
}

std::vector<StoredPassage> Library::passages(DocumentId id) const {
    return state_->connection.guarded([&] {
        Query query = state_->connection.query(kPassagesOfDocument.c_str());
        query.bind(id.value);
        std::vector<StoredPassage> passages;
        while (query->executeStep()) passages.push_back(passage_from(*query));
        return passages;
    });
}

StoredPassage Library::passage(PassageId id) const {
    return state_->connection.guarded([&] {
        Query query = state_->connection.query(kPassageById.c_str());
        query.bind(id.value);
        if (!query->executeStep()) {
            throw LibraryError(file().string() + " holds no passage " + std::to_string(id.value));
        }
        return passage_from(*query);
    });
}

std::vector<StoredPassage> Library::passages(std::span<const PassageId> ids) const {
    std::vector<StoredPassage> passages;
    passages.reserve(ids.size());
    for (const PassageId id : ids) passages.push_back(passage(id));
    return passages;
}

std::vector<PassageId> Library::passage_ids(DocumentId id) const {
    return state_->connection.guarded([&] {
        Query query = state_->connection.query("SELECT id FROM passages WHERE document = ? ORDER BY id");
        query.bind(id.value);
        std::vector<PassageId> ids;
        while (query->executeStep()) ids.push_back(PassageId{query->getColumn(0).getInt64()});
        return ids;
    });
}

std::vector<PassageUnits> Library::passage_units(DocumentId id) const {
    return state_->connection.guarded([&] {
        Query query = state_->connection.query(
            "SELECT id, first_unit, units FROM passages WHERE document = ? ORDER BY id");
        query.bind(id.value);
        std::vector<PassageUnits> passages;
        while (query->executeStep())
            passages.push_back({PassageId{query->getColumn(0).getInt64()}, query->getColumn(1).getInt64(),
                                query->getColumn(2).getInt64()});
        return passages;
    });
}

std::optional<DocumentVectors> Library::vectors(DocumentId id) const {
    DocumentVectors vectors;
    const auto level = [&](VectorLevel which, std::vector<float>& rows) {
        state_->each_chunk(id, which, [&](const Chunk& chunk) {
            vectors.dimension = chunk.dimension;
            vectors.generation = chunk.generation;
            decode_rows(chunk.bytes, chunk.encoding, chunk.rows, chunk.dimension, rows);
        });
    };
    level(VectorLevel::Unit, vectors.units);
    level(VectorLevel::Passage, vectors.passages);
    level(VectorLevel::Document, vectors.document);
    if (vectors.dimension == 0) return std::nullopt;
    return vectors;
}

std::optional<QuantizedVectors> Library::quantized_vectors(DocumentId id, VectorLevel level) const {
    QuantizedVectors vectors;
    state_->each_chunk(id, level, [&](const Chunk& chunk) {
        vectors.dimension = chunk.dimension;
        vectors.generation = chunk.generation;
        decode_codes(chunk.bytes, chunk.encoding, chunk.rows, chunk.dimension, vectors.codes, vectors.scales);
    });
    if (vectors.dimension == 0) return std::nullopt;
    return vectors;
}

}  // namespace corpuscope::library
