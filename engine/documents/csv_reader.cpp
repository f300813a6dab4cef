// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <string>

#include "engine/documents/csv_cursor.h"
#include "engine/documents/document_builder.h"
#include "engine/documents/readers.h"
#include "engine/documents/spreadsheet_rows.h"
#include "engine/documents/text_encoding.h"

namespace corpuscope::documents {
namespace {

/// The first line where it only names the delimiter, as Excel writes it: "sep=;".
std::string_view separator_line(std::string_view text) {
    std::string_view line = text.substr(0, text.find('\n'));
    constexpr std::string_view kStart = "sep=";
    const bool starts = line.size() == kStart.size() + 1 &&
                        std::equal(kStart.begin(), kStart.end(), line.begin(), [](char a, unsigned char b) {
                            return a == static_cast<char>(std::tolower(b));
                        });
    return starts ? line : std::string_view();
}

ReadResult read_rows(const std::string& format, char delimiter, std::string_view bytes,
                     const std::string& name, const Limits& limits) {
    const DecodedText decoded = decode_text(bytes);
    const std::string_view separator = separator_line(decoded.text);
    if (!separator.empty())
        delimiter = separator.back();
    else if (delimiter == '\0')
        delimiter = guess_delimiter(decoded.text);
    if (delimiter == '\0' || decoded.text.find(delimiter) == std::string::npos)
        return read_text(bytes, name, limits);

    DocumentBuilder builder(format, limits, decoded.source_map);
    // The names of the columns, a heading, say nothing of the whole.
    builder.set_title(name);
    for (const std::string& warning : decoded.warnings) builder.add_warning(warning);
    SpreadsheetRows rows(builder);
    CsvCursor cursor(decoded.text, delimiter, separator.empty() ? 0 : separator.size() + 1);
    while (!builder.full() && cursor.next()) {
        rows.add(cursor.cell());
        if (cursor.ends_row()) rows.end_row();
    }
    rows.end_table();
    return builder.finish(name);
}

}  // namespace

ReadResult read_csv(std::string_view bytes, const std::string& name, const Limits& limits) {
    return read_rows("csv", '\0', bytes, name, limits);
}

ReadResult read_tsv(std::string_view bytes, const std::string& name, const Limits& limits) {
    return read_rows("tsv", '\t', bytes, name, limits);
}

}  // namespace corpuscope::documents
