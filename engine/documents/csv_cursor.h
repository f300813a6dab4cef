// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Steps through the cells of comma-separated values as RFC 4180 has them, whatever separates them.
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/documents/spreadsheet_rows.h"

namespace corpuscope::documents {

class CsvCursor {
 public:
    /// The text, lines ended by '\n', must outlive the cursor.
    CsvCursor(std::string_view text, char delimiter, std::size_t begin = 0)
        : text_(text), delimiter_(delimiter), at_(begin) {}

    /// Moves to the next cell; false at the end.
    bool next();

    /// Its runs have offsets of the text.
    const Cell& cell() const { return cell_; }
    bool ends_row() const { return ends_row_; }

 private:
    void read_quoted();
    void read_plain();
    void add(std::size_t begin, std::size_t end);

    std::string_view text_;
    char delimiter_;
    std::size_t at_;
    bool ends_row_ = true;
    bool quotes_ = true;  ///< until one is never closed
    Cell cell_;
};

/// What separates the cells of a text: of , ; | and the tabulator the one that divides most of its first
/// lines into the same number of cells; '\0' if none does.
char guess_delimiter(std::string_view text);

}  // namespace corpuscope::documents
