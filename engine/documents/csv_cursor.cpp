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

/// Whether most commas stand neither in numbers nor between words of a sentence or a name: "1,5", "Moss,
/// Ada".
bool commas_part_cells(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t commas = 0, parting = 0;
    for (std::size_t i = text.find(','); i != std::string_view::npos; i = text.find(',', i + 1)) {
        const char before = i > 0 ? text[i - 1] : '\n', after = i + 1 < text.size() ? text[i + 1] : '\n';
        ++commas;
        parting += after != ' ' && !(is_digit(before) && is_digit(after));
    }
    return 2 * parting > commas;
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
    for (const char delimiter : {'\t', ';', '|'}) {
        const Division division = divide(text, delimiter);
        if (2 * division.divided < division.rows || division.alike <= most_alike) continue;
        most_alike = division.alike;
        best = delimiter;
    }
    const Division commas = divide(text, ',');
    if (2 * commas.divided < commas.rows || commas.alike < most_alike) return best;
    // Where another one fits as well, commas may mark decimals, or the other one part what is in a cell.
    const bool alone = commas.alike > most_alike;
    return alone || (best != '\t' && commas_part_cells(text)) ? ',' : best;
}

}  // namespace corpuscope::documents
