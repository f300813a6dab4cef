// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Tables of HTML, which are there for what they say or for the layout of a page.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "engine/documents/html_tree.h"

namespace corpuscope::documents {

/// What is in a row of a table.
struct RowContents {
    int cells = 0;
    int filled = 0;           ///< cells with text
    bool structured = false;  ///< not words alone: such rows are there for the layout

    bool reads_as_line() const { return cells > 1 && !structured; }
};
RowContents contents_of(const GumboNode* row);

/// Columns that a cell spreads over.
std::size_t width_of(const GumboNode* cell);

/// Remembers of each table which columns have text in some row; the others keep columns apart on a page.
class TableColumns {
 public:
    /// Edges between the cells in two columns of a row's table that have text, or before the first of them:
    /// one, and one for each column between that has text in other rows.
    std::size_t edges(const GumboNode* row, std::size_t column) { return edges_in(row, 0, column); }
    std::size_t edges(const GumboNode* row, std::size_t before, std::size_t column) {
        return 1 + edges_in(row, before + 1, column);
    }

 private:
    std::size_t edges_in(const GumboNode* row, std::size_t begin, std::size_t end);

    std::map<const GumboNode*, std::vector<bool>> filled_;
};

}  // namespace corpuscope::documents
