// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/column_names.h"

#include <algorithm>

#include "engine/documents/document_builder.h"

namespace corpuscope::documents {
namespace {

constexpr std::size_t kLongestName = 60, kLongestNames = 300;  // bytes

std::string text_of(const Cell& cell) {
    std::string text;
    for (const CellRun& run : cell) text += run.text;
    return simplified(text);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Amounts, dates, times, shares: as many digits as letters, or more.
bool is_number(const std::string& text) {
    std::int64_t digits = 0, letters = 0;
    for (const char c : text) {
        if (is_digit(c)) digits += 2;
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) letters += 2;
        if (static_cast<unsigned char>(c) >= 0x80) ++letters;  // a byte of two or three
    }
    return digits > 0 && digits >= letters;
}

bool is_year(const std::string& text) {
    return text.size() == 4 && std::all_of(text.begin(), text.end(), is_digit) &&
           (text.starts_with("18") || text.starts_with("19") || text.starts_with("20") ||
            text.starts_with("21"));
}

/// Whether `names` could stand above columns.
bool could_name(const std::vector<std::string>& names) {
    std::size_t bytes = 0, years = 0, words = 0;
    for (const std::string& name : names) {
        bytes += name.size();
        if (name.size() > kLongestName || bytes > kLongestNames) return false;
        if (is_year(name))
            ++years;
        else if (is_number(name))
            return false;
        else
            ++words;
    }
    return words > 0 && years != 1;
}

}  // namespace

bool is_blank(const Cell& cell) {
    return std::all_of(cell.begin(), cell.end(),
                       [](const CellRun& run) { return simplified(run.text).empty(); });
}

bool names_columns(std::span<const Row> rows) {
    if (rows.size() < 2 || (rows.size() == 2 && rows[0].size() == 2)) return false;
    std::vector<std::string> names;
    for (const Cell& cell : rows[0]) names.push_back(text_of(cell));
    if (!could_name(names)) return false;
    for (std::size_t column = 0; column < names.size(); ++column) {
        const auto number_below = [column](const Row& row) {
            return column < row.size() && is_number(text_of(row[column]));
        };
        if (std::all_of(rows.begin() + 1, rows.end(), number_below)) return true;
    }
    return false;
}

}  // namespace corpuscope::documents
