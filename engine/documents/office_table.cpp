// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/office_table.h"

#include <algorithm>

#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

constexpr std::size_t kLongestLine = 1500;  // bytes of a row that still reads as one line

bool is_blank(const std::string& text) { return std::all_of(text.begin(), text.end(), is_space); }

}  // namespace

bool OfficeTable::reads_as_line() const {
    std::size_t bytes = 0;
    for (const Cell& cell : cells_) {
        std::size_t paragraphs = 0;
        for (const Paragraph& paragraph : cell) {
            const bool empty = std::all_of(paragraph.begin(), paragraph.end(),
                                           [](const Run& run) { return is_blank(run.text); });
            paragraphs += !empty;
            for (const Run& run : paragraph) bytes += run.text.size();
        }
        if (paragraphs > 1) return false;
    }
    return cells_.size() > 1 && bytes <= kLongestLine;
}

void OfficeTable::end_row(DocumentBuilder& builder) {
    if (depth_ != 1) return;
    const bool line = reads_as_line();
    builder.begin_block(line ? BlockKind::TableRow : BlockKind::Paragraph);
    for (const Cell& cell : cells_) {
        bool separator_due = line && builder.block_has_text();
        for (const Paragraph& paragraph : cell) {
            for (const Run& run : paragraph) {
                if (separator_due && !is_blank(run.text)) {
                    builder.append(" | ", -1);
                    separator_due = false;
                }
                builder.append(run.text, run.source);
            }
            if (!line) builder.begin_block(BlockKind::Paragraph);
        }
    }
    builder.end_block();
    cells_.clear();
}

}  // namespace corpuscope::documents
