// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/documents/document_builder.h"
#include "engine/documents/opendocument_package.h"
#include "engine/documents/readers.h"
#include "engine/documents/spreadsheet_rows.h"
#include "engine/documents/xml_cursor.h"

namespace corpuscope::documents {
namespace {

// Equal cells and rows are stored once. Those that go on to the edge of the sheet say no more than a few.
constexpr int kMostRepeats = 64;

// Of what is shown again and again, all together: a file of a few hundred bytes could otherwise fill a
// library.
constexpr std::int64_t kRepeatedBytes = std::int64_t{64} << 10, kRepeatedBytesPerByte = 4;

int repeats(const XmlCursor& cursor, std::string_view attribute) {
    const std::string text = cursor.attribute(attribute);
    int value = 1;
    // A number beyond int leaves the value alone, and is none that a sheet has.
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::max(value, 1);
}

/// The sheets of a document.
class SpreadsheetWalk {
 public:
    SpreadsheetWalk(DocumentBuilder& builder, std::size_t file_bytes)
        : builder_(builder),
          rows_(builder),
          repeatable_bytes_(kRepeatedBytes + kRepeatedBytesPerByte * static_cast<std::int64_t>(file_bytes)) {}

    // False if the XML is broken.
    bool run(std::string_view xml) {
        XmlCursor cursor(xml);
        while (!builder_.full() && cursor.next()) {
            if (cursor.at_start()) start(cursor);
            if (cursor.at_end() && cursor.is("table-row")) end_row();
        }
        rows_.end_table();
        builder_.end_block();
        if (repeats_left_out_)
            builder_.add_warning(
                "equal cells or rows beside one another are shown fewer times than they stand there");
        return !cursor.failed();
    }

 private:
    void start(XmlCursor& cursor) {
        // What drawings on the sheet hold, and what cells held before.
        for (const std::string_view passed_over : {"shapes", "tracked-changes", "covered-table-cell"})
            if (cursor.is(passed_over)) return cursor.skip();
        if (cursor.is("table")) {
            // Copies of what formulas refer to in other files.
            if (cursor.attribute("style-name") == "ta_extref") return cursor.skip();
            rows_.begin_sheet(cursor.attribute("name"));
        }
        if (cursor.is("table-row")) row_repeats_ = repeats(cursor, "number-rows-repeated");
        if (cursor.is("table-cell")) read_cell(cursor);
    }

    /// Of a cell only the paragraphs: comments and drawings are its children, too.
    void read_cell(XmlCursor& cursor) {
        const int times = repeats(cursor, "number-columns-repeated");
        const bool shows_error = cursor.has("value-type", "error");
        Cell cell;
        while (cursor.next() && !cursor.at_end()) {
            if (!cursor.at_start()) continue;
            if (cursor.is("p") && !shows_error)
                read_paragraph(cursor, cell);
            else
                cursor.skip();
        }
        if (!is_blank(cell)) cells_.push_back({std::move(cell), times});
    }

    static void read_paragraph(XmlCursor& cursor, Cell& cell) {
        if (!cell.empty()) cell.push_back({" "});
        for (int depth = 1; depth > 0 && cursor.next();) {
            if (cursor.at_text()) cell.push_back({cursor.text(), cursor.offset()});
            if (cursor.at_start() && cursor.is("ruby-text")) {
                cursor.skip();
            } else if (cursor.at_start()) {
                ++depth;
                if (cursor.is("s") || cursor.is("tab") || cursor.is("line-break")) cell.push_back({" "});
            } else if (cursor.at_end()) {
                --depth;
            }
        }
    }

    void end_row() {
        int times = 0;
        do {
            for (const auto& [cell, repeats] : cells_) add(cell, repeats);
            rows_.end_row();
        } while (!cells_.empty() && !builder_.full() && ++times < row_repeats_ &&
                 may_repeat(times, bytes_of_row()));
        cells_.clear();
    }

    void add(const Cell& cell, int times) {
        rows_.add(cell);
        const std::int64_t bytes = bytes_of(cell);
        for (int i = 1; i < times && !builder_.full() && may_repeat(i, bytes); ++i) rows_.add(cell);
    }

    /// Whether what was shown `times` is shown once more.
    bool may_repeat(int times, std::int64_t bytes) {
        if (times >= kMostRepeats || bytes > repeatable_bytes_) {
            repeats_left_out_ = true;
            return false;
        }
        repeatable_bytes_ -= bytes;
        return true;
    }

    static std::int64_t bytes_of(const Cell& cell) {
        std::int64_t bytes = 3;  // what stands between two cells
        for (const CellRun& run : cell) bytes += std::ssize(run.text);
        return bytes;
    }

    /// Of its cells once each; their repeats count by themselves.
    std::int64_t bytes_of_row() const {
        std::int64_t bytes = 0;
        for (const auto& [cell, times] : cells_) bytes += bytes_of(cell);
        return bytes;
    }

    DocumentBuilder& builder_;
    SpreadsheetRows rows_;
    std::vector<std::pair<Cell, int>> cells_;  ///< of the row, those that show something; how many times
    int row_repeats_ = 1;
    std::int64_t repeatable_bytes_;
    bool repeats_left_out_ = false;
};

}  // namespace

ReadResult read_ods(std::string_view bytes, const std::string& name, const Limits& limits) {
    const auto package = read_opendocument_package(bytes, limits);
    if (!package) return tl::unexpected(package.error());
    DocumentBuilder builder("ods", limits);
    // The name of the first sheet, a heading, says nothing of the whole.
    builder.set_title(name);
    builder.set_title(package->title);
    if (!SpreadsheetWalk(builder, bytes.size()).run(package->content))
        return tl::unexpected(malformed_xml("ods"));
    return builder.finish(name);
}

}  // namespace corpuscope::documents
