// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/html_table.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "engine/documents/document_builder.h"

namespace corpuscope::documents {
namespace {

constexpr std::size_t kMostColumns = 1000;

bool is_cell(const GumboNode* node) {
    return is_element(node, GUMBO_TAG_TD) || is_element(node, GUMBO_TAG_TH);
}

bool has_text(const GumboNode* node) {
    return node->type == GUMBO_NODE_TEXT && !simplified(node->v.text.text).empty();
}

std::vector<bool> filled_columns(const GumboNode* table) {
    std::vector<bool> filled;
    std::size_t column = 0, next = 0;
    for_each_below(table, [&](const GumboNode* node) {
        const bool inner = is_element(node, GUMBO_TAG_TABLE);
        if (is_element(node, GUMBO_TAG_TR)) next = 0;
        if (is_cell(node)) {
            column = next;
            next += width_of(node);
            if (column < kMostColumns && filled.size() <= column) filled.resize(column + 1);
        }
        if ((inner || has_text(node)) && column < filled.size()) filled[column] = true;
        return !inner;
    });
    return filled;
}

const GumboNode* table_of(const GumboNode* row) {
    while (row && !is_element(row, GUMBO_TAG_TABLE)) row = row->parent;
    return row;
}

}  // namespace

// A row reads as one line if it has several cells with nothing but words in them.
RowContents contents_of(const GumboNode* row) {
    constexpr std::int64_t kLongest = 1500;
    RowContents contents;
    int paragraphs = 0;
    std::int64_t characters = 0;
    bool empty = false;
    for_each_below(row, [&](const GumboNode* node) {
        if (node->type == GUMBO_NODE_TEXT)
            characters += static_cast<std::int64_t>(node->v.text.original_text.length);
        if (empty && has_text(node)) {
            ++contents.filled;
            empty = false;
        }
        if (is_cell(node))
            ++contents.cells, paragraphs = 0, empty = true;
        else if (is_element(node, GUMBO_TAG_P) || is_element(node, GUMBO_TAG_DIV))
            contents.structured |= ++paragraphs > 1;
        else if (node->type == GUMBO_NODE_ELEMENT)
            contents.structured |= is_block_level(node->v.element.tag);
        contents.structured |= characters > kLongest;
        return !contents.structured;
    });
    return contents;
}

std::size_t width_of(const GumboNode* cell) {
    const std::string_view text = attribute(cell, "colspan");
    std::size_t width = 1;
    std::from_chars(text.data(), text.data() + text.size(), width);
    return std::clamp<std::size_t>(width, 1, kMostColumns);
}

std::size_t TableColumns::edges_in(const GumboNode* row, std::size_t begin, std::size_t end) {
    const GumboNode* table = table_of(row);
    auto found = filled_.find(table);
    if (found == filled_.end())
        found = filled_.emplace(table, table ? filled_columns(table) : std::vector<bool>()).first;
    const std::vector<bool>& filled = found->second;
    begin = std::min(begin, filled.size());
    end = std::min(end, filled.size());
    return begin < end
               ? static_cast<std::size_t>(std::count(filled.begin() + static_cast<std::ptrdiff_t>(begin),
                                                     filled.begin() + static_cast<std::ptrdiff_t>(end), true))
               : 0;
}

}  // namespace corpuscope::documents
