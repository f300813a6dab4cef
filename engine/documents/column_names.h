// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether the first row of a table names its columns. Nothing in a spreadsheet says so; what does is that
// there are words above a column of numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace corpuscope::documents {

/// A piece of a cell's text; `source` is where it stands in the original, -1 if nowhere.
struct CellRun {
    std::string text;
    std::int64_t source = -1;
};
using Cell = std::vector<CellRun>;
using Row = std::vector<Cell>;

/// Rows that tell: the first of a table and the three below it.
inline constexpr std::size_t kTellingRows = 4;

/// Whether the cell shows nothing.
bool is_blank(const Cell& cell);

/// Whether the first of `rows`, a table's, names the columns of the others: its cells are short and none is a
/// number, but for years beside one another, and below one of them there are only numbers. In a table of two
/// columns and two rows nothing tells names from values.
bool names_columns(std::span<const Row> rows);

}  // namespace corpuscope::documents
