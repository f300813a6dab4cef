// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "engine/documents/document_builder.h"
#include "engine/documents/office_table.h"
#include "engine/documents/opendocument_package.h"
#include "engine/documents/readers.h"
#include "engine/documents/xml_cursor.h"

namespace corpuscope::documents {
namespace {

int number(const std::string& text, int otherwise) {
    int value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// The text of a document, or of a presentation, whose slides are pages.
class OpenDocumentWalk {
 public:
    OpenDocumentWalk(bool slides, DocumentBuilder& builder) : slides_(slides), builder_(builder) {}

    // False if the XML is broken.
    bool run(std::string_view xml) {
        XmlCursor cursor(xml);
        while (!builder_.full() && cursor.next()) {
            if (cursor.at_start())
                start(cursor);
            else if (cursor.at_end())
                end(cursor);
            else if (cursor.at_text() && paragraphs_ > 0)
                add(cursor.text(), cursor.offset());
        }
        builder_.end_block();
        append_notes();
        return !cursor.failed();
    }

 private:
    void start(XmlCursor& cursor) {
        if (cursor.is("style")) parents_[cursor.attribute("name")] = cursor.attribute("parent-style-name");
        // Deleted text, comments, and the tables of contents that repeat the headings.
        for (const std::string_view passed_over :
             {"tracked-changes", "annotation", "table-of-content", "note-citation", "scripts"})
            if (cursor.is(passed_over)) return cursor.skip();
        if (slides_ && cursor.is("page")) builder_.begin_page();
        if (slides_ && cursor.is("frame")) {
            frame_ = cursor.attribute("class");
            // What stands on every slide.
            if (frame_ == "page-number" || frame_ == "date-time" || frame_ == "footer" || frame_ == "header")
                return cursor.skip();
        }
        // Of a picture in the paragraph, wherever in a sentence it is anchored.
        if (paragraphs_ > 0 && (cursor.is("title") || cursor.is("desc")))
            return descriptions_.push_back(cursor.read_text());
        if (cursor.is("list")) ++lists_;
        if (cursor.is("table")) table_.enter_table();
        if (cursor.is("table-row")) table_.begin_row();
        // A cell that another one is spread over has its place still.
        if (cursor.is("table-cell") || cursor.is("covered-table-cell")) table_.begin_cell();
        if (cursor.is("note-body")) begin_note();
        if (cursor.is("p") || cursor.is("h")) begin_paragraph(cursor);
        if (paragraphs_ == 0) return;
        if (cursor.is("s"))
            add(std::string(static_cast<std::size_t>(std::clamp(number(cursor.attribute("c"), 1), 1, 1000)),
                            ' '),
                -1);
        if (cursor.is("tab")) add(kind_ == BlockKind::Code ? "\t" : " ", -1);
        if (cursor.is("line-break")) line_break();
    }

    void end(XmlCursor& cursor) {
        if (cursor.is("p") || cursor.is("h")) end_paragraph();
        if (cursor.is("note-body")) in_note_ = false;
        if (cursor.is("frame")) frame_.clear();
        if (cursor.is("list")) --lists_;
        if (cursor.is("table-row")) table_.end_row(builder_);
        if (cursor.is("table") && table_.open()) table_.leave_table();
    }

    void begin_paragraph(const XmlCursor& cursor) {
        ++paragraphs_;
        if (in_note_) return;
        if (table_.open()) return table_.begin_paragraph();
        if (cursor.is("h")) {
            kind_ = BlockKind::Heading;
            builder_.begin_block(kind_, std::clamp(number(cursor.attribute("outline-level"), 1), 1, 9));
            return;
        }
        kind_ = frame_ == "title" ? BlockKind::Heading : kind_of(cursor.attribute("style-name"));
        builder_.begin_block(kind_, kind_ == BlockKind::Heading ? 1 : 0);
    }

    void end_paragraph() {
        if (paragraphs_ > 0) --paragraphs_;
        const bool in_block = !in_note_ && !table_.open();
        for (const std::string& description : descriptions_) {
            if (in_block)
                builder_.begin_block(kind_ = BlockKind::Paragraph);
            else
                add(" ", -1);
            add(description, -1);
        }
        descriptions_.clear();
        if (in_note_) return add(" ", -1);
        if (in_block) builder_.end_block();
    }

    void begin_note() {
        in_note_ = true;
        notes_.emplace_back();
    }

    // Automatic styles have names like P3; what they are shows in the style they come from.
    BlockKind kind_of(std::string style) const {
        constexpr int kLongestChain = 16;
        for (int i = 0; i < kLongestChain && !style.empty(); ++i) {
            if (style.starts_with("Preformatted") || style.starts_with("Source")) return BlockKind::Code;
            if (style.starts_with("Quot")) return BlockKind::Quote;
            if (style == "Title") return BlockKind::Heading;
            const auto parent = parents_.find(style);
            style = parent == parents_.end() ? std::string() : parent->second;
        }
        return lists_ > 0 ? BlockKind::ListItem : BlockKind::Paragraph;
    }

    void add(const std::string& text, std::int64_t source) {
        if (in_note_)
            notes_.back().push_back({text, source});
        else if (table_.open())
            table_.add(text, source);
        else if (kind_ == BlockKind::Code)
            builder_.append_verbatim(text, source);
        else
            builder_.append(text, source);
    }

    void line_break() {
        if (in_note_ || table_.open())
            add(" ", -1);
        else if (kind_ == BlockKind::Code)
            builder_.append_verbatim("\n", -1);
        else
            builder_.append_line_break();
    }

    void append_notes() {
        for (const auto& note : notes_) {
            builder_.begin_block(BlockKind::Paragraph);
            for (const Run& run : note) builder_.append(run.text, run.source);
        }
        builder_.end_block();
    }

    struct Run {
        std::string text;
        std::int64_t source;
    };

    bool slides_;
    DocumentBuilder& builder_;
    OfficeTable table_;
    std::string frame_;  ///< what a frame of a slide is for: "title", "outline", "notes", ...
    std::map<std::string, std::string> parents_;  ///< style → the one it comes from
    std::vector<std::vector<Run>> notes_;  ///< they interrupt a sentence where they stand, so they come last
    std::vector<std::string> descriptions_;  ///< of the paragraph's pictures: they follow it
    BlockKind kind_ = BlockKind::Paragraph;
    int paragraphs_ = 0, lists_ = 0;
    bool in_note_ = false;
};

ReadResult read_open_document(const std::string& format, std::string_view bytes, const std::string& name,
                              const Limits& limits) {
    const auto package = read_opendocument_package(bytes, limits);
    if (!package) return tl::unexpected(package.error());
    DocumentBuilder builder(format, limits);
    builder.set_title(package->title);
    if (!OpenDocumentWalk(format == "odp", builder).run(package->content))
        return tl::unexpected(malformed_xml(format));
    return builder.finish(name);
}

}  // namespace

ReadResult read_odt(std::string_view bytes, const std::string& name, const Limits& limits) {
    return read_open_document("odt", bytes, name, limits);
}

ReadResult read_odp(std::string_view bytes, const std::string& name, const Limits& limits) {
    return read_open_document("odp", bytes, name, limits);
}

}  // namespace corpuscope::documents
