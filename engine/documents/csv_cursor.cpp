// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/csv_cursor.h"

#include <algorithm>
#include <map>
#include <string>

namespace corpuscope::documents {
namespace {

/// How well a delimiter divides the beginning of a text.
struct Division {
    int rows = 0;     ///< that show something
    int divided = 0;  ///< into two cells and more
    int alike = 0;    ///< into the same number of cells, two and more
};

Division divide(std::string_view text, char delimiter) {
    constexpr int kEnoughRows = 64;
    Division division;
    std::map<int, int> rows_by_cells;
    CsvCursor cursor(text, delimiter);
    bool blank = true;
    for (int cells = 1; division.rows < kEnoughRows && cursor.next(); ++cells) {
        blank = blank && is_blank(cursor.cell());
        if (!cursor.ends_row()) continue;
        if (!blank) {
            ++division.rows;
            if (cells > 1) {
                ++division.divided;
                division.alike = std::max(division.alike, ++rows_by_cells[cells]);
            }
        }
        blank = true;
        cells = 0;
    }
    return division;
}

}  // namespace

bool CsvCursor::next() {
    // The end of the text ends the last row; behind a delimiter, there is one more cell.
    if (at_ > text_.size() || (at_ == text_.size() && ends_row_)) return false;
    cell_.clear();
    if (quotes_ && at_ < text_.size() && text_[at_] == '"') read_quoted();
    read_plain();
    ends_row_ = at_ >= text_.size() || text_[at_] == '\n';
    ++at_;
    return true;
}

/// Goes behind the quote that closes the cell. Of two quotes the first one is shown.
void CsvCursor::read_quoted() {
    std::size_t begin = at_ + 1;
    for (std::size_t i = begin; (i = text_.find('"', i)) != text_.npos; ++i) {
        const char after = i + 1 < text_.size() ? text_[i + 1] : '\n';
        if (after == '"') {
            add(begin, ++i);
            begin = i + 1;
        } else if (after == delimiter_ || after == '\n') {
            add(begin, i);
            at_ = i + 1;
            return;
        }
    }
    // Looking for the end of each such cell anew would take quadratic time.
    quotes_ = false;
    cell_.clear();
}

void CsvCursor::read_plain() {
    const char ends[] = {delimiter_, '\n'};
    const std::size_t end = std::min(text_.find_first_of({ends, 2}, at_), text_.size());
    add(at_, end);
    at_ = end;
}

void CsvCursor::add(std::size_t begin, std::size_t end) {
    if (begin < end)
        cell_.push_back({std::string(text_.substr(begin, end - begin)), static_cast<std::int64_t>(begin)});
}

char guess_delimiter(std::string_view text) {
    constexpr std::size_t kEnough = std::size_t{64} << 10;
    if (text.size() > kEnough) text = text.substr(0, std::min(text.find_last_of('\n', kEnough), kEnough));
    char best = '\0';
    int most_alike = 0;
    // The comma last: where another one fits as well, it marks decimals.
    for (const char delimiter : {'\t', ';', '|', ','}) {
        const Division division = divide(text, delimiter);
        if (2 * division.divided < division.rows || division.alike <= most_alike) continue;
        most_alike = division.alike;
        best = delimiter;
    }
    return best;
}

}  // namespace corpuscope::documents
