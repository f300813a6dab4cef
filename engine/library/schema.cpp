// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The tables are described in resources/manual/library-format.md.
#include "engine/library/schema.h"

namespace corpuscope::library {
namespace {

constexpr const char* kVersion1 = R"sql(
CREATE TABLE documents (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    path           TEXT    NOT NULL UNIQUE,
    bytes          INTEGER NOT NULL,
    modified_ns    INTEGER NOT NULL,
    sha256         TEXT    NOT NULL,
    format         TEXT    NOT NULL,
    title          TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    warnings       TEXT    NOT NULL,
    reader_version INTEGER NOT NULL,
    segmentation   TEXT    NOT NULL,
    pages          INTEGER NOT NULL,
    passages       INTEGER NOT NULL,
    units          INTEGER NOT NULL,
    tokens         INTEGER NOT NULL,
    text_bytes     INTEGER NOT NULL,
    text_checksum  INTEGER NOT NULL,
    generation     INTEGER NOT NULL,
    state          INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3)
);

CREATE TABLE passages (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    document       INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    begin_byte     INTEGER NOT NULL,
    end_byte       INTEGER NOT NULL,
    page           INTEGER NOT NULL,
    first_unit     INTEGER NOT NULL,
    units          INTEGER NOT NULL,
    first_sentence INTEGER NOT NULL,
    sentences      INTEGER NOT NULL,
    heading        TEXT    NOT NULL,
    text           TEXT    NOT NULL
);
CREATE INDEX passages_by_document ON passages (document);

CREATE TABLE parts (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    part     INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (document, part)
);

CREATE TABLE vectors (
    document   INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    level      INTEGER NOT NULL CHECK (level BETWEEN 0 AND 2),
    chunk      INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    dimension  INTEGER NOT NULL,
    row_count  INTEGER NOT NULL,
    encoding   INTEGER NOT NULL,
    checksum   INTEGER NOT NULL,
    data       BLOB    NOT NULL,
    PRIMARY KEY (document, level, chunk)
);

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE VIEW passage_content AS
    SELECT passages.id AS id, passages.text AS text, passages.heading AS heading, documents.title AS title
    FROM passages JOIN documents ON documents.id = passages.document;

CREATE VIRTUAL TABLE passage_words USING fts5 (
    text, heading, title,
    content = 'passage_content', content_rowid = 'id', tokenize = 'porter unicode61'
);
)sql";

constexpr const char* kVersion2 = R"sql(
CREATE TABLE sequence_parts (
    generation     INTEGER PRIMARY KEY,
    begin_position INTEGER NOT NULL,
    block          INTEGER NOT NULL,
    layers         INTEGER NOT NULL,
    windows        BLOB    NOT NULL,
    checksum       INTEGER NOT NULL
);

CREATE TABLE sequence_rows (
    generation INTEGER NOT NULL REFERENCES sequence_parts (generation) ON DELETE CASCADE,
    layer      INTEGER NOT NULL,
    chunk      INTEGER NOT NULL,
    checksum   INTEGER NOT NULL,
    data       BLOB    NOT NULL,
    PRIMARY KEY (generation, layer, chunk)
);
)sql";

constexpr const char* kMigrations[] = {kVersion1, kVersion2};

}  // namespace

std::span<const char* const> migrations() { return kMigrations; }

}  // namespace corpuscope::library
