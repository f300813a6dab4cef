// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QDateTime>
#include <charconv>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/documents/archive.h"
#include "engine/documents/document_builder.h"
#include "engine/documents/number_format.h"
#include "engine/documents/package_relations.h"
#include "engine/documents/readers.h"
#include "engine/documents/spreadsheet_rows.h"
#include "engine/documents/xml_cursor.h"

namespace corpuscope::documents {
namespace {

template <typename Number>
Number number(std::string_view text, Number otherwise) {
    Number value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool is_true(std::string_view value) { return value == "1" || value == "true"; }

/// "_x000D_" stands for the character U+000D, which XML has no other way to hold.
std::string unescaped(std::string text) {
    constexpr std::size_t kLength = 7;
    for (std::size_t at = text.find("_x"); at != std::string::npos; at = text.find("_x", at + 1)) {
        unsigned code = 0;
        const char* const digits = text.data() + at + 2;
        if (at + kLength > text.size() || text[at + kLength - 1] != '_' ||
            std::from_chars(digits, digits + 4, code, 16).ptr != digits + 4)
            continue;
        if (code == '_' || code < ' ') text.replace(at, kLength, 1, code == '_' ? '_' : ' ');
    }
    return text;
}

/// The texts of the workbook, to which cells refer by number. White space is collapsed, so that one that
/// shows nothing costs nothing however many cells refer to it.
class SharedStrings {
 public:
    // False if the XML is broken.
    bool read(std::string_view xml) {
        XmlCursor cursor(xml);
        std::string text;
        bool in_text = false;
        while (cursor.next()) {
            if (cursor.at_start() && cursor.is("rPh")) cursor.skip();  // how to pronounce it
            if (cursor.is("t")) in_text = cursor.at_start();
            if (cursor.at_text() && in_text) text += cursor.text();
            if (cursor.at_end() && cursor.is("si")) {
                texts_.push_back(simplified(unescaped(std::exchange(text, {}))));
                in_text = false;
            }
        }
        return !cursor.failed();
    }

    std::string at(std::size_t index) const { return index < texts_.size() ? texts_[index] : std::string(); }

 private:
    std::vector<std::string> texts_;
};

/// What the numbers of cells are, by the number of the cell's style.
class NumberKinds {
 public:
    // False if the XML is broken.
    bool read(std::string_view xml) {
        XmlCursor cursor(xml);
        std::map<int, NumberKind> formats;
        bool in_formats = false, in_cell_styles = false;
        while (cursor.next()) {
            if (cursor.is("numFmts")) in_formats = cursor.at_start();
            if (cursor.is("cellXfs")) in_cell_styles = cursor.at_start();
            if (!cursor.at_start()) continue;
            if (in_formats && cursor.is("numFmt"))
                formats[number(cursor.attribute("numFmtId"), -1)] =
                    kind_of_format(cursor.attribute("formatCode"));
            if (in_cell_styles && cursor.is("xf")) {
                const int id = number(cursor.attribute("numFmtId"), 0);
                const auto format = formats.find(id);
                kinds_.push_back(format == formats.end() ? kind_of_built_in_format(id) : format->second);
            }
        }
        return !cursor.failed();
    }

    NumberKind of_style(std::size_t style) const {
        return style < kinds_.size() ? kinds_[style] : NumberKind::Plain;
    }

 private:
    std::vector<NumberKind> kinds_;
};

struct Sheet {
    std::string name;
    Relation relation;
};

struct Workbook {
    std::vector<Sheet> sheets;
    DateSystem dates = DateSystem::Since1900;
    SharedStrings strings;
    NumberKinds number_kinds;

    // False if the XML is broken.
    bool read(const ZipMembers& members) {
        const std::string part = "xl/workbook.xml";
        const Relations relations = relations_of(members, part);
        XmlCursor cursor(member_of(members, part));
        while (cursor.next()) {
            if (!cursor.at_start()) continue;
            if (cursor.is("workbookPr") && is_true(cursor.attribute("date1904")))
                dates = DateSystem::Since1904;
            if (!cursor.is("sheet")) continue;
            const auto relation = relations.find(cursor.prefixed_attribute("id"));
            if (relation != relations.end()) sheets.push_back({cursor.attribute("name"), relation->second});
        }
        bool whole = !cursor.failed();
        for (const auto& [id, relation] : relations) {
            const std::string_view xml = member_of(members, relation.target);
            if (xml.empty()) continue;
            if (relation.type.ends_with("/sharedStrings")) whole = strings.read(xml) && whole;
            if (relation.type.ends_with("/styles")) whole = number_kinds.read(xml) && whole;
        }
        return whole;
    }
};

/// The cells of one sheet.
class SheetWalk {
 public:
    SheetWalk(const Workbook& workbook, SpreadsheetRows& rows) : workbook_(workbook), rows_(rows) {}

    // False if the XML is broken.
    bool run(std::string_view xml, const DocumentBuilder& builder) {
        XmlCursor cursor(xml);
        while (!builder.full() && cursor.next()) {
            if (cursor.at_start())
                start(cursor);
            else if (cursor.at_end())
                end(cursor);
            else if (cursor.at_text() && in_text_)
                value_ += cursor.text();
        }
        rows_.end_row();
        return !cursor.failed();
    }

 private:
    void start(XmlCursor& cursor) {
        if (cursor.is("rPh")) return cursor.skip();
        if (cursor.is("c")) {
            in_cell_ = true;
            type_ = cursor.attribute("t");
            style_ = number(cursor.attribute("s"), std::size_t{0});
            value_.clear();
        }
        if (cursor.is("v") || cursor.is("t")) in_text_ = in_cell_;
    }

    void end(const XmlCursor& cursor) {
        if (cursor.is("v") || cursor.is("t")) in_text_ = false;
        if (cursor.is("row")) rows_.end_row();
        if (!cursor.is("c")) return;
        in_cell_ = false;
        rows_.add({{shown()}});
    }

    std::string shown() const {
        if (type_ == "s") return workbook_.strings.at(number(value_, std::size_t(-1)));
        if (type_ == "e") return {};
        if (type_ == "b") return is_true(value_) ? "TRUE" : "FALSE";
        if (type_ == "d") return date_as_written();
        if (type_ == "str" || type_ == "inlineStr") return unescaped(value_);
        const double value = number(value_, std::nan(""));
        return std::isfinite(value)
                   ? number_text(value, workbook_.number_kinds.of_style(style_), workbook_.dates)
                   : value_;
    }

    std::string date_as_written() const {
        const QDateTime date = QDateTime::fromString(QString::fromStdString(value_), Qt::ISODate);
        if (!date.isValid()) return value_;
        const QTime time = date.time();
        const char* const clock = time == QTime(0, 0) ? "" : time.second() == 0 ? " HH:mm" : " HH:mm:ss";
        return date.toString(QStringLiteral("yyyy-MM-dd") + clock).toStdString();
    }

    const Workbook& workbook_;
    SpreadsheetRows& rows_;
    std::string type_, value_;
    std::size_t style_ = 0;
    bool in_cell_ = false, in_text_ = false;
};

bool is_wanted(std::string_view name) {
    // Texts and styles lie beside the workbook under any name.
    const bool beside_workbook = name.starts_with("xl/") && name.find('/', 3) == std::string_view::npos;
    return name == "docProps/core.xml" || name == "xl/_rels/workbook.xml.rels" ||
           (name.ends_with(".xml") && (beside_workbook || name.starts_with("xl/worksheets/")));
}

}  // namespace

ReadResult read_xlsx(std::string_view bytes, const std::string& name, const Limits& limits) {
    const auto members = read_zip(bytes, limits, is_wanted);
    if (!members) return tl::unexpected(members.error());
    Workbook workbook;
    if (!workbook.read(*members)) return tl::unexpected(malformed_xml("xlsx"));
    if (workbook.sheets.empty())
        return tl::unexpected(Failure{FailureKind::Damaged,
                                      "is a damaged xlsx document: it does not say where its sheets are"});

    DocumentBuilder builder("xlsx", limits);
    // The name of the first sheet, a heading, says nothing of the whole.
    builder.set_title(name);
    builder.set_title(text_of_first("title", member_of(*members, "docProps/core.xml")));
    SpreadsheetRows rows(builder);
    for (std::size_t i = 0; i < workbook.sheets.size(); ++i) {
        const auto& [sheet_name, relation] = workbook.sheets[i];
        rows.begin_sheet(sheet_name);
        // A sheet that is a chart has a page only to keep count.
        if (!relation.type.ends_with("/worksheet")) continue;
        const std::string_view sheet = member_of(*members, relation.target);
        if (sheet.empty())
            builder.add_warning("sheet " + std::to_string(i + 1) + " was left out: it is missing");
        else if (!SheetWalk(workbook, rows).run(sheet, builder))
            return tl::unexpected(malformed_xml("xlsx"));
    }
    rows.end_table();
    return builder.finish(name);
}

}  // namespace corpuscope::documents
