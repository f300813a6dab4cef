// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include <algorithm>
#include <cmath>

#include "engine/library/state.h"
#include "engine/library/validation.h"

namespace corpuscope::library {
namespace {

using Problems = std::vector<std::string>;

void check_integrity(Connection& connection, Problems& problems) {
    SQLite::Statement integrity(connection.database(), "PRAGMA integrity_check");
    while (integrity.executeStep()) {
        const std::string line = integrity.getColumn(0).getString();
        if (line != "ok") problems.push_back("integrity check: " + line);
    }
    SQLite::Statement foreign(connection.database(), "PRAGMA foreign_key_check");
    while (foreign.executeStep()) {
        problems.push_back("table " + foreign.getColumn(0).getString() + " row " +
                           foreign.getColumn(1).getString() + " belongs to no row of " +
                           foreign.getColumn(2).getString());
    }
}

void check_words(SQLite::Database& database, Problems& problems) {
    try {
        // With rank 1 FTS5 compares its index with the passages themselves. It changes nothing.
        database.exec("INSERT INTO passage_words (passage_words, rank) VALUES ('integrity-check', 1)");
    } catch (const SQLite::Exception& error) {
        if (error.getErrorCode() != SQLITE_CORRUPT) throw;
        problems.push_back("the keyword index does not agree with the passages");
    }
}

/// FTS5 runs its check as an insert, which a connection for reading may not do and which would keep a writer
/// waiting.
void check_words_from_reader(Connection& connection, Problems& problems) {
    try {
        const WriteLock lock(connection.file());
        SQLite::Database writer(connection.file().string(), SQLite::OPEN_READWRITE, 10000);
        check_words(writer, problems);
        return;
    } catch (const LibraryError&) {
        // Somebody writes, or the folder is read-only: what can be checked by reading is checked below.
    } catch (const SQLite::Exception&) {
        // The file itself is read-only.
    }
    if (connection.number(
            "SELECT count(*) FROM passages WHERE id NOT IN (SELECT id FROM passage_words_docsize)") +
            connection.number(
                "SELECT count(*) FROM passage_words_docsize WHERE id NOT IN (SELECT id FROM passages)") >
        0) {
        problems.push_back("the keyword index does not hold the passages");
    }
}

/// What is proven of one document; throws LibraryError where a checksum or a blob is wrong.
class DocumentCheck {
 public:
    DocumentCheck(const Library& library, Connection& connection, const DocumentRecord& record,
                  Problems& problems)
        : library_(library), connection_(connection), record_(record), problems_(problems) {}

    void run() {
        const bool readable = record_.state == DocumentState::Read || record_.state == DocumentState::Ready;
        expect(record_.state != DocumentState::Failed || !record_.reason.empty(), "failed without a reason");
        const auto parts = rows("SELECT count(*) FROM parts WHERE document = ?");
        const auto passages = rows("SELECT count(*) FROM passages WHERE document = ?");
        if (readable) {
            check_text();
        } else {
            expect(parts == 0 && passages == 0, "holds text although it was not read");
        }
        if (record_.state == DocumentState::Ready) {
            check_vectors();
        } else {
            expect(rows("SELECT count(*) FROM vectors WHERE document = ?") == 0,
                   "holds vectors although it is not ready");
        }
    }

 private:
    void expect(bool holds, std::string_view problem) {
        if (!holds) {
            problems_.push_back(record_.path + " (" + document_name(record_.id) +
                                "): " + std::string(problem));
        }
    }
    std::int64_t rows(const char* sql) {
        Query query = connection_.query(sql);
        query.bind(record_.id.value);
        query->executeStep();
        return query->getColumn(0).getInt64();
    }

    /// Puts together what store_read was given and holds it to the same rules.
    void check_text() {
        ReadDocument read;
        StoredText text = library_.text(record_.id);
        read.document.text = std::move(text.text);
        read.document.blocks = std::move(text.blocks);
        read.document.pages = std::move(text.pages);
        read.passages.sentences = library_.sentences(record_.id);
        const StoredUnits units = library_.units(record_.id);
        for (std::size_t u = 0; u < units.ranges.size(); ++u) {
            read.passages.units.push_back(
                {units.ranges[u],
                 {units.ids.begin() + units.offsets[u], units.ids.begin() + units.offsets[u + 1]}});
        }
        for (const StoredPassage& passage : library_.passages(record_.id)) {
            expect(passage.range.size() == static_cast<std::int64_t>(passage.text.size()),
                   "a passage is not as long as its range");
            read.passages.passages.push_back({passage.range, passage.page, passage.heading,
                                              passage.first_unit, passage.units, passage.first_sentence,
                                              passage.sentences});
        }
        const std::string problem = contradiction(read);
        expect(problem.empty(), problem);
        const auto count = [](const auto& items) { return static_cast<std::int64_t>(items.size()); };
        expect(count(read.passages.passages) == record_.passages, "another number of passages than recorded");
        expect(count(read.passages.units) == record_.units, "another number of units than recorded");
        expect(count(units.ids) == record_.tokens, "another number of tokens than recorded");
        expect(count(read.document.pages) == record_.pages, "another number of pages than recorded");
    }

    void check_vectors() {
        const auto vectors = library_.vectors(record_.id);
        if (!vectors) {
            expect(record_.units == 0, "is ready without vectors");
            return;
        }
        const std::string problem = contradiction(*vectors, record_.units, record_.passages);
        expect(problem.empty(), problem);
        expect(rows("SELECT count(*) FROM vectors WHERE document = ?1 AND generation != "
                    "(SELECT generation FROM documents WHERE id = ?1)") == 0,
               "holds vectors of another generation");
        expect(rows("SELECT count(DISTINCT dimension) FROM vectors WHERE document = ?") == 1,
               "holds vectors of different dimensions");
        for (const auto* level : {&vectors->units, &vectors->passages, &vectors->document}) {
            expect(unit_lengths(*level, vectors->dimension), "a vector is not finite and of length 1");
        }
    }

    static bool unit_lengths(const std::vector<float>& rows, std::int64_t dimension) {
        for (std::size_t at = 0; at < rows.size(); at += static_cast<std::size_t>(dimension)) {
            if (!(std::abs(row_length(rows.data() + at, dimension) - 1.0) < 1e-3)) return false;
        }
        return true;
    }

    const Library& library_;
    Connection& connection_;
    const DocumentRecord& record_;
    Problems& problems_;
};

}  // namespace

std::vector<std::string> Library::verify() const {
    Connection& connection = state_->connection;
    Problems problems;
    try {
        connection.guarded([&] {
            check_integrity(connection, problems);
            if (state_->mode == OpenMode::ReadWrite) {
                check_words(connection.database(), problems);
            } else {
                check_words_from_reader(connection, problems);
            }
        });
        for (const DocumentRecord& record : documents()) {
            try {
                DocumentCheck(*this, connection, record, problems).run();
            } catch (const LibraryError& error) {
                problems.push_back(record.path + ": " + error.what());
            }
        }
        check_sequence(*this, problems);
    } catch (const LibraryError& error) {
        problems.push_back(error.what());
    }
    return problems;
}

}  // namespace corpuscope::library
