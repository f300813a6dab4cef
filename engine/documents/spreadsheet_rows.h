// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The rows of spreadsheets as lines of text, written cell by cell, so that a row of millions of cells needs
// no room of its own. A row that names the columns of those below it is their heading, so that a passage or a
// quote from far below still says what its numbers are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/documents/column_names.h"
#include "engine/documents/document_builder.h"

namespace corpuscope::documents {

/// Writes rows one after another: "Drum | east store". Cells that show nothing leave no trace; a cell that is
/// alone in its row is a paragraph. Rows of several cells with nothing between them are a table.
class SpreadsheetRows {
 public:
    explicit SpreadsheetRows(DocumentBuilder& builder) : builder_(builder) {}

    /// The sheet is a page; its name stands above its first row, and nowhere if it has none.
    void begin_sheet(std::string name);
    void add(const Cell& cell);
    void end_row();
    /// After the last row of a table, and of the document.
    void end_table();

 private:
    void begin_row(BlockKind kind, int level = 0);
    void write(const Row& row);
    void write(const Cell& cell);
    void write_held();

    DocumentBuilder& builder_;
    std::string sheet_;      ///< its name as long as it is due
    int column_level_ = 1;   ///< of a heading that names columns
    std::vector<Row> held_;  ///< the table's first rows, as long as its heading is not decided
    Row row_;                ///< the row at hand, as long as it is held or has one cell
    std::size_t held_bytes_ = 0;
    std::int64_t cells_ = 0;  ///< of the row at hand
    bool decided_ = false;    ///< rows of this table go straight to the builder
    bool writing_ = false;    ///< this row has begun to
};

}  // namespace corpuscope::documents
