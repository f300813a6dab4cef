// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/spreadsheet_rows.h"

#include <algorithm>
#include <utility>

namespace corpuscope::documents {

bool is_blank(const Cell& cell) {
    return std::all_of(cell.begin(), cell.end(),
                       [](const CellRun& run) { return simplified(run.text).empty(); });
}

void SpreadsheetRows::begin_sheet(std::string name) {
    builder_.begin_page();
    sheet_ = std::move(name);
}

void SpreadsheetRows::add(const Cell& cell) {
    if (is_blank(cell)) return;
    ++cells_;
    if (cells_ == 1) {
        first_ = cell;
        return;
    }
    if (cells_ == 2) {
        begin_row(BlockKind::TableRow);
        write(first_);
    }
    builder_.append(" | ", -1);
    write(cell);
}

void SpreadsheetRows::end_row() {
    if (cells_ == 1) {
        begin_row(BlockKind::Paragraph);
        write(first_);
    }
    builder_.end_block();
    cells_ = 0;
}

void SpreadsheetRows::begin_row(BlockKind kind) {
    if (!sheet_.empty()) {
        builder_.begin_block(BlockKind::Heading, 1);
        builder_.append(sheet_, -1);
        sheet_.clear();
    }
    builder_.begin_block(kind, 0, true);
}

void SpreadsheetRows::write(const Cell& cell) {
    for (const CellRun& run : cell) builder_.append(run.text, run.source);
}

}  // namespace corpuscope::documents
