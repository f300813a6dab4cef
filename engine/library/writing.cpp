// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "engine/library/state.h"
#include "engine/library/validation.h"

namespace corpuscope::library {
namespace {

/// Vectors in one blob: some 25 MB at 384 dimensions, far from what SQLite takes as one value.
constexpr std::int64_t kRowsPerChunk = 65536;

void set_state(Connection& connection, DocumentId id, DocumentState state) {
    connection.query("UPDATE documents SET state = ? WHERE id = ?")
        .bind(static_cast<int>(state), id.value)
        .run();
}

/// Takes away text, passages, words and vectors; the words need the title that they were indexed under.
void remove_content(Connection& connection, DocumentId id) {
    connection
        .query(
            "INSERT INTO passage_words (passage_words, rowid, text, heading, title) "
            "SELECT 'delete', passages.id, passages.text, passages.heading, documents.title "
            "FROM passages JOIN documents ON documents.id = passages.document WHERE passages.document = ?")
        .bind(id.value)
        .run();
    connection.query("DELETE FROM passages WHERE document = ?").bind(id.value).run();
    connection.query("DELETE FROM parts WHERE document = ?").bind(id.value).run();
    connection.query("DELETE FROM vectors WHERE document = ?").bind(id.value).run();
}

/// Everything of the row but its path and state.
void update_record(Connection& connection, DocumentId id, const DocumentRecord& record,
                   std::string_view reason) {
    const nlohmann::json warnings = record.warnings;
    connection
        .query(
            "UPDATE documents SET bytes = ?, modified_ns = ?, sha256 = ?, format = ?, title = ?, reason = ?, "
            "warnings = ?, reader_version = ?, segmentation = ?, pages = 0, passages = 0, units = 0, "
            "tokens = 0, text_bytes = 0, text_checksum = 0, generation = 0 WHERE id = ?")
        .bind(record.bytes, record.modified_ns, record.sha256, record.format, record.title, reason,
              warnings.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), record.reader_version,
              record.segmentation, id.value)
        .run();
    if (connection.database().getChanges() != 1)
        throw std::invalid_argument("there is no " + document_name(id));
}

void store_part(Connection& connection, DocumentId id, Part part, const std::string& bytes) {
    Query query = connection.query("INSERT INTO parts (document, part, checksum, data) VALUES (?, ?, ?, ?)");
    query.bind(id.value, static_cast<int>(part), std::int64_t{checksum(bytes)});
    query->bindNoCopy(4, bytes.data(), static_cast<int>(bytes.size()));
    query.run();
}

std::string gaps_between(const documents::Passages& passages, const std::string& text) {
    std::string gaps;
    std::int64_t at = 0;
    for (const documents::Passage& passage : passages.passages) {
        gaps.append(text, static_cast<std::size_t>(at), static_cast<std::size_t>(passage.range.begin - at));
        at = passage.range.end;
    }
    gaps.append(text, static_cast<std::size_t>(at));
    return gaps;
}

void store_passage(Connection& connection, DocumentId id, const std::string& title,
                   const documents::Passage& passage, const std::string& text) {
    connection
        .query(
            "INSERT INTO passages (document, begin_byte, end_byte, page, first_unit, units, first_sentence, "
            "sentences, heading, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(id.value, passage.range.begin, passage.range.end, passage.page, passage.first_unit,
              passage.units, passage.first_sentence, passage.sentences, passage.heading, text)
        .run();
    connection.query("INSERT INTO passage_words (rowid, text, heading, title) VALUES (?, ?, ?, ?)")
        .bind(std::int64_t{connection.database().getLastInsertRowid()}, text, passage.heading, title)
        .run();
}

void store_content(Connection& connection, DocumentId id, const std::string& title,
                   const ReadDocument& read) {
    const documents::Document& document = read.document;
    for (const documents::Passage& passage : read.passages.passages) {
        store_passage(connection, id, title, passage,
                      document.text.substr(static_cast<std::size_t>(passage.range.begin),
                                           static_cast<std::size_t>(passage.range.size())));
    }
    store_part(connection, id, Part::Gaps, gaps_between(read.passages, document.text));
    store_part(connection, id, Part::Blocks, encode_blocks(document.blocks));
    store_part(connection, id, Part::Pages, encode_ranges(document.pages));
    store_part(connection, id, Part::SourceMap, encode_source_map(document.source_map));
    store_part(connection, id, Part::Sentences, encode_ranges(read.passages.sentences));
    store_part(connection, id, Part::Units, encode_units(read.passages.units));
}

void store_content_counts(Connection& connection, DocumentId id, const ReadDocument& read) {
    std::int64_t tokens = 0;
    for (const documents::Unit& unit : read.passages.units)
        tokens += static_cast<std::int64_t>(unit.ids.size());
    const auto count = [](const auto& items) { return static_cast<std::int64_t>(items.size()); };
    connection
        .query(
            "UPDATE documents SET pages = ?, passages = ?, units = ?, tokens = ?, text_bytes = ?, "
            "text_checksum = ? WHERE id = ?")
        .bind(count(read.document.pages), count(read.passages.passages), count(read.passages.units), tokens,
              count(read.document.text), std::int64_t{checksum(read.document.text)}, id.value)
        .run();
}

void store_level(Connection& connection, DocumentId id, VectorLevel level, const DocumentVectors& vectors,
                 std::span<const float> rows) {
    const std::int64_t count = static_cast<std::int64_t>(rows.size()) / vectors.dimension;
    for (std::int64_t first = 0, chunk = 0; first < count; first += kRowsPerChunk, ++chunk) {
        const std::int64_t size = std::min(kRowsPerChunk, count - first);
        const EncodedRows encoded =
            encode_rows(rows.subspan(static_cast<std::size_t>(first * vectors.dimension),
                                     static_cast<std::size_t>(size * vectors.dimension)),
                        vectors.dimension);
        Query query = connection.query(
            "INSERT INTO vectors (document, level, chunk, generation, dimension, row_count, encoding, "
            "checksum, "
            "data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        query.bind(id.value, static_cast<int>(level), chunk, vectors.generation, vectors.dimension, size,
                   static_cast<int>(encoded.encoding), std::int64_t{checksum(encoded.bytes)});
        query->bindNoCopy(9, encoded.bytes.data(), static_cast<int>(encoded.bytes.size()));
        query.run();
    }
}

void store_document_vectors(Connection& connection, const DocumentRecord& record,
                            const DocumentVectors& vectors) {
    connection.query("DELETE FROM vectors WHERE document = ?").bind(record.id.value).run();
    if (record.units > 0) {
        store_level(connection, record.id, VectorLevel::Unit, vectors, vectors.units);
        store_level(connection, record.id, VectorLevel::Passage, vectors, vectors.passages);
        store_level(connection, record.id, VectorLevel::Document, vectors, vectors.document);
    }
    connection.query("UPDATE documents SET generation = ? WHERE id = ?")
        .bind(vectors.generation, record.id.value)
        .run();
    set_state(connection, record.id, DocumentState::Ready);
}

}  // namespace

DocumentId Library::add_pending(const DocumentRecord& record) {
    DocumentId id;
    state_->connection.transaction([&] {
        if (const auto known = find(record.path)) {
            id = known->id;
            return;
        }
        state_->connection
            .query(
                "INSERT INTO documents (path, bytes, modified_ns, sha256, format, title, reason, warnings, "
                "reader_version, segmentation, pages, passages, units, tokens, text_bytes, text_checksum, "
                "generation, state) VALUES (?, ?, ?, '', ?, ?, '', '[]', 0, '', 0, 0, 0, 0, 0, 0, 0, 0)")
            .bind(record.path, record.bytes, record.modified_ns, record.format, record.title)
            .run();
        id = DocumentId{state_->connection.database().getLastInsertRowid()};
    });
    return id;
}

void Library::store_read(DocumentId id, const DocumentRecord& record, const ReadDocument& read) {
    if (const std::string problem = contradiction(read); !problem.empty())
        throw std::invalid_argument(problem);
    state_->connection.transaction([&] {
        Connection& connection = state_->connection;
        remove_content(connection, id);
        update_record(connection, id, record, "");
        store_content(connection, id, record.title, read);
        store_content_counts(connection, id, read);
        set_state(connection, id, DocumentState::Read);
    });
}

void Library::store_failed(DocumentId id, const DocumentRecord& record, std::string_view reason) {
    state_->connection.transaction([&] {
        remove_content(state_->connection, id);
        update_record(state_->connection, id, record, reason);
        set_state(state_->connection, id, DocumentState::Failed);
    });
}

void Library::set_modified(DocumentId id, std::int64_t modified_ns) {
    state_->connection.transaction([&] {
        state_->connection.query("UPDATE documents SET modified_ns = ? WHERE id = ?")
            .bind(modified_ns, id.value)
            .run();
    });
}

void Library::store_vectors(std::span<const DocumentId> ids, std::span<const DocumentVectors> vectors) {
    if (ids.size() != vectors.size())
        throw std::invalid_argument("another number of documents than of vectors");
    state_->connection.transaction([&] {
        std::int64_t generation = state_->connection.number(kHighestGeneration);
        std::vector<DocumentRecord> records;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto record = document(ids[i]);
            if (!record) throw std::invalid_argument("there is no " + document_name(ids[i]));
            if (record->state != DocumentState::Read && record->state != DocumentState::Ready) {
                throw std::invalid_argument(document_name(ids[i]) + " was not read");
            }
            const std::string problem = contradiction(vectors[i], record->units, record->passages);
            if (!problem.empty()) throw std::invalid_argument(document_name(ids[i]) + ": " + problem);
            records.push_back(*record);
            generation = std::max(generation, vectors[i].generation);
        }
        for (std::size_t i = 0; i < ids.size(); ++i) {
            store_document_vectors(state_->connection, records[i], vectors[i]);
        }
        set_setting("generation", std::to_string(generation));
    });
}

void Library::set_model(std::string_view model) {
    if (setting("model") == model) return;
    state_->connection.transaction([&] {
        Connection& connection = state_->connection;
        connection.query("DELETE FROM vectors").run();
        forget_sequence(connection);
        connection.query("UPDATE documents SET state = ?, generation = 0 WHERE state = ?")
            .bind(static_cast<int>(DocumentState::Read), static_cast<int>(DocumentState::Ready))
            .run();
        set_setting("model", model);
    });
}

void Library::remove(DocumentId id) {
    state_->connection.transaction([&] {
        remove_content(state_->connection, id);
        state_->connection.query("DELETE FROM documents WHERE id = ?").bind(id.value).run();
    });
}

void Library::compact() {
    Connection& connection = state_->connection;
    connection.transaction(
        [&] { connection.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')"); });
    connection.guarded([&] {
        connection.execute("VACUUM");
        connection.execute("PRAGMA optimize");
        connection.number("PRAGMA wal_checkpoint(TRUNCATE)");
    });
}

}  // namespace corpuscope::library
