// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/office_table.h"

#include <algorithm>

namespace corpuscope::documents {
namespace {

constexpr std::size_t kLongestLine = 1500;  // bytes of a row that still reads as one line

}  // namespace

bool OfficeTable::reads_as_line() const {
    std::size_t bytes = 0;
    for (const Cell& cell : cells_) {
        std::size_t paragraphs = 0;
        for (const Paragraph& paragraph : cell) {
            paragraphs += !is_blank(paragraph);
            for (const Run& run : paragraph) bytes += run.text.size();
        }
        if (paragraphs > 1) return false;
    }
    return cells_.size() > 1 && bytes <= kLongestLine;
}

bool OfficeTable::is_blank(const Paragraph& paragraph) {
    return std::all_of(paragraph.begin(), paragraph.end(),
                       [](const Run& run) { return simplified(run.text).empty(); });
}

bool OfficeTable::is_blank(const Cell& cell) {
    return std::all_of(cell.begin(), cell.end(),
                       [](const Paragraph& paragraph) { return is_blank(paragraph); });
}

void OfficeTable::end_row(DocumentBuilder& builder) {
    if (depth_ != 1) return;
    const bool line = reads_as_line();
    builder.begin_block(line ? BlockKind::TableRow : BlockKind::Paragraph);
    const bool alone =
        std::count_if(cells_.begin(), cells_.end(), [](const Cell& cell) { return !is_blank(cell); }) < 2;
    std::size_t edges = 0;  // of cells since the last one with text
    for (const Cell& cell : cells_) {
        if (line && !is_blank(cell) && !alone)
            for (; edges > 0; --edges) builder.append(" | ", -1);
        for (const Paragraph& paragraph : cell) {
            for (const Run& run : paragraph) builder.append(run.text, run.source);
            if (!line) builder.begin_block(BlockKind::Paragraph);
        }
        ++edges;
    }
    builder.end_block();
    cells_.clear();
}

}  // namespace corpuscope::documents
