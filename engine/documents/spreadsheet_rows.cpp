// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/spreadsheet_rows.h"

#include <utility>

namespace corpuscope::documents {
namespace {

/// Of the rows that are held; a table with more in its first rows has no heading.
constexpr std::size_t kHeldCells = 256, kHeldBytes = 16384;

}  // namespace

void SpreadsheetRows::begin_sheet(std::string name) {
    end_table();
    builder_.begin_page();
    column_level_ = name.empty() ? 1 : 2;
    sheet_ = std::move(name);
}

void SpreadsheetRows::add(const Cell& cell) {
    if (is_blank(cell)) return;
    ++cells_;
    if (writing_) {
        builder_.append(" | ", -1);
        return write(cell);
    }
    row_.push_back(cell);
    for (const CellRun& run : cell) held_bytes_ += run.text.size();
    if (cells_ == 1) return;
    if (!decided_ && row_.size() <= kHeldCells && held_bytes_ <= kHeldBytes) return;
    if (!decided_) write_held();
    begin_row(BlockKind::TableRow);
    write(row_);
    row_.clear();
    writing_ = true;
}

void SpreadsheetRows::end_row() {
    if (cells_ <= 1) {
        end_table();
        if (cells_ == 1) {
            begin_row(BlockKind::Paragraph);
            write(row_);
        }
    } else if (!writing_) {
        held_.push_back(std::move(row_));
        if (held_.size() == kTellingRows) write_held();
    }
    builder_.end_block();
    row_.clear();
    cells_ = 0;
    writing_ = false;
}

void SpreadsheetRows::end_table() {
    write_held();
    decided_ = false;
    held_bytes_ = 0;
}

void SpreadsheetRows::write_held() {
    const bool named = names_columns(held_);
    for (std::size_t i = 0; i < held_.size(); ++i) {
        if (i == 0 && named)
            begin_row(BlockKind::Heading, column_level_);
        else
            begin_row(BlockKind::TableRow);
        write(held_[i]);
        builder_.end_block();
    }
    held_.clear();
    decided_ = true;
}

void SpreadsheetRows::begin_row(BlockKind kind, int level) {
    if (!sheet_.empty()) {
        builder_.begin_block(BlockKind::Heading, 1);
        builder_.append(sheet_, -1);
        sheet_.clear();
    }
    builder_.begin_block(kind, level, true);
}

void SpreadsheetRows::write(const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0) builder_.append(" | ", -1);
        write(row[i]);
    }
}

void SpreadsheetRows::write(const Cell& cell) {
    for (const CellRun& run : cell) builder_.append(run.text, run.source);
}

}  // namespace corpuscope::documents
