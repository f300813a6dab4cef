// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The rows of a table in an office document, whose cells are told from their layout only once the row is
// complete.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/documents/document_builder.h"

namespace corpuscope::documents {

/// Text of the paragraphs of one row; cells of a table inside a cell count as paragraphs of that cell.
class OfficeTable {
 public:
    bool open() const { return depth_ > 0; }
    void enter_table() { ++depth_; }
    void leave_table() { --depth_; }

    void begin_row() {
        if (depth_ == 1) cells_.clear();
    }
    void begin_cell() {
        if (depth_ == 1) cells_.emplace_back();
    }
    void begin_paragraph() {
        if (!cells_.empty()) cells_.back().emplace_back();
    }
    void add(const std::string& text, std::int64_t source) {
        if (!cells_.empty() && !cells_.back().empty()) cells_.back().back().push_back({text, source});
    }

    /// One line of cells joined by " | " if they hold a paragraph each and are short; else the paragraphs one
    /// by one. Empty cells keep their place before others, "Drum | | east store", unless only one has text.
    void end_row(DocumentBuilder& builder);

 private:
    struct Run {
        std::string text;
        std::int64_t source;
    };
    using Paragraph = std::vector<Run>;
    using Cell = std::vector<Paragraph>;

    static bool is_blank(const Paragraph& paragraph);
    static bool is_blank(const Cell& cell);
    bool reads_as_line() const;

    int depth_ = 0;
    std::vector<Cell> cells_;
};

}  // namespace corpuscope::documents
