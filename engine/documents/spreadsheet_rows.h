// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The rows of spreadsheets as lines of text, written cell by cell, so that a row of millions of cells needs
// no room of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/documents/document_builder.h"

namespace corpuscope::documents {

/// A piece of a cell's text; `source` is where it stands in the original, -1 if nowhere.
struct CellRun {
    std::string text;
    std::int64_t source = -1;
};
using Cell = std::vector<CellRun>;

/// Whether the cell shows nothing.
bool is_blank(const Cell& cell);

/// Writes rows one after another: "Drum | east store". Cells that show nothing leave no trace; a cell that is
/// alone in its row is a paragraph.
class SpreadsheetRows {
 public:
    explicit SpreadsheetRows(DocumentBuilder& builder) : builder_(builder) {}

    /// The sheet is a page; its name stands above its first row, and nowhere if it has none.
    void begin_sheet(std::string name);
    void add(const Cell& cell);
    void end_row();

 private:
    void begin_row(BlockKind kind);
    void write(const Cell& cell);

    DocumentBuilder& builder_;
    std::string sheet_;  ///< its name as long as it is due
    Cell first_;         ///< of the row, whose kind shows with the second
    std::int64_t cells_ = 0;
};

}  // namespace corpuscope::documents
