// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include "engine/documents/archive.h"
#include "engine/documents/document_builder.h"
#include "engine/documents/office_table.h"
#include "engine/documents/package_relations.h"
#include "engine/documents/paragraph_style.h"
#include "engine/documents/readers.h"
#include "engine/documents/xml_cursor.h"

namespace corpuscope::documents {
namespace {

/// What tracked changes keep of how a paragraph, a run or a table looked before: pPrChange, rPrChange, ...
bool is_former_formatting(const XmlCursor& cursor) { return cursor.name().ends_with("PrChange"); }

/// What word/styles.xml says of the paragraph styles, following what they are based on.
class Styles {
 public:
    explicit Styles(std::string_view xml) {
        XmlCursor cursor(xml);
        Entry* entry = nullptr;
        while (cursor.next()) {
            if (cursor.at_end() && cursor.is("style")) entry = nullptr;
            if (!cursor.at_start()) continue;
            if (is_former_formatting(cursor)) {
                cursor.skip();
                continue;
            }
            if (cursor.is("style")) entry = &entries_[cursor.attribute("styleId")];
            if (!entry) continue;
            if (cursor.is("name")) entry->style = style_named(cursor.attribute("val"));
            if (cursor.is("basedOn")) entry->based_on = cursor.attribute("val");
            if (cursor.is("outlineLvl")) entry->outline = cursor.attribute("val");
            if (cursor.is("numPr")) entry->numbered = true;
        }
    }

    ParagraphStyle find(const std::string& id) const {
        constexpr int kLongestChain = 16;
        std::string at = id;
        for (int i = 0; i < kLongestChain; ++i) {
            const auto found = entries_.find(at);
            if (found == entries_.end()) break;
            const Entry& entry = found->second;
            if (entry.style.kind != BlockKind::Paragraph) return entry.style;
            if (entry.outline.size() == 1 && entry.outline[0] < '9')
                return {BlockKind::Heading, entry.outline[0] - '0' + 1};
            if (entry.numbered) return {BlockKind::ListItem, 0};
            at = entry.based_on;
        }
        return {};
    }

 private:
    struct Entry {
        ParagraphStyle style;
        std::string based_on, outline;
        bool numbered = false;
    };

    std::map<std::string, Entry> entries_;
};

class DocxWalk {
 public:
    DocxWalk(const Styles& styles, DocumentBuilder& builder) : styles_(styles), builder_(builder) {}

    // False if the XML is broken.
    bool run(std::string_view xml) {
        XmlCursor cursor(xml);
        while (!builder_.full() && cursor.next()) {
            if (cursor.at_start())
                start(cursor);
            else if (cursor.at_end())
                end(cursor);
            else if (cursor.at_text() && in_text_)
                add(cursor.text(), cursor.offset());
        }
        builder_.end_block();
        return !cursor.failed();
    }

 private:
    void start(XmlCursor& cursor) {
        // Deleted text, the twin of a drawing for old programs, and the separators among the notes.
        if (cursor.is("del") || cursor.is("Fallback") || cursor.is("moveFrom") || is_separator(cursor) ||
            is_former_formatting(cursor))
            return cursor.skip();
        if (cursor.is("tbl")) table_.enter_table();
        if (cursor.is("tr")) table_.begin_row();
        if (cursor.is("tc")) table_.begin_cell();
        if (cursor.is("p")) begin_paragraph();
        if (cursor.is("pPr")) in_properties_ = true;
        if (in_properties_) return property(cursor);
        if (cursor.is("t")) in_text_ = true;
        if (cursor.is("tab")) add(" ", -1);
        if (cursor.is("noBreakHyphen")) add("-", -1);
        if (cursor.is("br") || cursor.is("cr")) line_break();
    }

    void end(XmlCursor& cursor) {
        if (cursor.is("t")) in_text_ = false;
        if (cursor.is("pPr")) end_properties();
        if (cursor.is("p") && !table_.open()) builder_.end_block();
        if (cursor.is("tr")) table_.end_row(builder_);
        if (cursor.is("tbl") && table_.open()) table_.leave_table();
    }

    static bool is_separator(const XmlCursor& cursor) {
        if (!cursor.is("footnote") && !cursor.is("endnote")) return false;
        const std::string type = cursor.attribute("type");
        return !type.empty() && type != "normal";
    }

    void begin_paragraph() {
        style_ = {};
        numbered_ = false;
        if (table_.open())
            table_.begin_paragraph();
        else
            builder_.begin_block(BlockKind::Paragraph);
    }

    // They come in any order.
    void property(const XmlCursor& cursor) {
        const std::string value = cursor.attribute("val");
        if (cursor.is("pStyle")) style_ = styles_.find(value);
        if (cursor.is("numId")) numbered_ = value != "0";
        if (cursor.is("outlineLvl") && value.size() == 1 && value[0] < '9')
            style_ = {BlockKind::Heading, value[0] - '0' + 1};
    }

    void end_properties() {
        in_properties_ = false;
        if (numbered_ && style_.kind == BlockKind::Paragraph) style_.kind = BlockKind::ListItem;
        if (!table_.open()) builder_.begin_block(style_.kind, style_.level);
    }

    void add(const std::string& text, std::int64_t source) {
        if (table_.open())
            table_.add(text, source);
        else if (style_.kind == BlockKind::Code)
            builder_.append_verbatim(text, source);
        else
            builder_.append(text, source);
    }

    void line_break() {
        if (table_.open())
            table_.add(" ", -1);
        else if (style_.kind == BlockKind::Code)
            builder_.append_verbatim("\n", -1);
        else
            builder_.append_line_break();
    }

    const Styles& styles_;
    DocumentBuilder& builder_;
    OfficeTable table_;
    ParagraphStyle style_;
    bool numbered_ = false;
    bool in_properties_ = false;
    bool in_text_ = false;
};

/// The parts of the text may have any name; what else there is lies in folders of other names.
bool is_wanted(std::string_view name) {
    if (name.starts_with("docProps/")) return name == "docProps/core.xml";
    for (const std::string_view other : {"customXml/", "word/theme/", "word/glossary/", "word/charts/"})
        if (name.starts_with(other)) return false;
    return name.ends_with(".xml") || name.ends_with(".rels");
}

/// The part that `relations` say is of that kind, if it is there.
std::string part_of_kind(const ZipMembers& members, const Relations& relations, std::string_view kind,
                         const std::string& otherwise) {
    for (const auto& [id, relation] : relations)
        if (relation.type.ends_with(kind) && members.contains(relation.target)) return relation.target;
    return otherwise;
}

}  // namespace

ReadResult read_docx(std::string_view bytes, const std::string& name, const Limits& limits) {
    const auto members = read_zip(bytes, limits, is_wanted);
    if (!members) return tl::unexpected(members.error());
    const auto member = [&](std::string_view path) { return member_of(*members, path); };
    DocumentBuilder builder("docx", limits);
    builder.set_title(text_of_first("title", member("docProps/core.xml")));
    const std::string main =
        part_of_kind(*members, relations_of(*members, ""), "/officeDocument", "word/document.xml");
    const Relations parts = relations_of(*members, main);
    const Styles styles(member(part_of_kind(*members, parts, "/styles", "word/styles.xml")));
    if (!DocxWalk(styles, builder).run(member(main))) return tl::unexpected(malformed_xml("docx"));
    for (const std::string kind : {"footnotes", "endnotes"}) {
        const std::string_view notes =
            member(part_of_kind(*members, parts, "/" + kind, "word/" + kind + ".xml"));
        if (!notes.empty() && !DocxWalk(styles, builder).run(notes))
            builder.add_warning("notes were left out: their XML is malformed");
    }
    return builder.finish(name);
}

}  // namespace corpuscope::documents
