// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "engine/documents/archive.h"
#include "engine/documents/document_builder.h"
#include "engine/documents/office_table.h"
#include "engine/documents/package_relations.h"
#include "engine/documents/readers.h"
#include "engine/documents/xml_cursor.h"

namespace corpuscope::documents {
namespace {

/// What of a part is taken in one walk: the title comes first, wherever on the slide it was drawn.
enum class Wanted : std::uint8_t { Title, Rest, Notes };

/// The text of one slide, or of its notes.
class SlideWalk {
 public:
    SlideWalk(Wanted wanted, DocumentBuilder& builder) : wanted_(wanted), builder_(builder) {}

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
        if (cursor.is("Fallback")) return cursor.skip();  // the twin of a drawing for old programs
        if (cursor.is("sp")) holder_ = "none";
        if (cursor.is("ph")) holder_ = cursor.attribute("type");
        if (cursor.is("tbl")) table_.enter_table();
        if (cursor.is("tr")) table_.begin_row();
        if (cursor.is("tc")) table_.begin_cell();
        if (!takes_shape()) return;
        if (cursor.is("p")) begin_paragraph();
        if (cursor.is("buNone") && !is_title()) kind_ = BlockKind::Paragraph;
        if ((cursor.is("buChar") || cursor.is("buAutoNum")) && !is_title()) kind_ = BlockKind::ListItem;
        if (cursor.is("t")) in_text_ = true;
        if (cursor.is("br")) table_.open() ? table_.add(" ", -1) : builder_.append_line_break();
    }

    void end(const XmlCursor& cursor) {
        if (cursor.is("t")) in_text_ = false;
        if (cursor.is("pPr") && takes_shape() && !table_.open()) begin_block();
        if (cursor.is("p") && takes_shape() && !table_.open()) builder_.end_block();
        if (cursor.is("tr")) table_.end_row(builder_);
        if (cursor.is("tbl") && table_.open()) table_.leave_table();
        if (cursor.is("sp")) holder_ = "none";
    }

    bool is_title() const { return holder_ == "title" || holder_ == "ctrTitle"; }

    /// Dates, numbers and what stands on every slide say nothing; of the notes only what the speaker wrote.
    bool takes_shape() const {
        if (wanted_ == Wanted::Notes) return holder_ == "body";
        if (wanted_ == Wanted::Title) return is_title();
        return !is_title() && holder_ != "dt" && holder_ != "ftr" && holder_ != "hdr" && holder_ != "sldNum";
    }

    void begin_paragraph() {
        const bool bulleted = wanted_ == Wanted::Rest && holder_ != "none" && holder_ != "subTitle";
        kind_ = is_title() ? BlockKind::Heading : bulleted ? BlockKind::ListItem : BlockKind::Paragraph;
        if (table_.open())
            table_.begin_paragraph();
        else
            begin_block();
    }

    void begin_block() { builder_.begin_block(kind_, kind_ == BlockKind::Heading ? 1 : 0); }

    void add(const std::string& text, std::int64_t source) {
        if (table_.open())
            table_.add(text, source);
        else
            builder_.append(text, source);
    }

    Wanted wanted_;
    DocumentBuilder& builder_;
    OfficeTable table_;
    std::string holder_ = "none";  ///< what the shape holds the place of: "title", "body", ...; "": contents
    BlockKind kind_ = BlockKind::Paragraph;
    bool in_text_ = false;
};

/// None where it is what PowerPoint writes unasked.
std::string core_title(std::string_view xml) {
    std::string title = text_of_first("title", xml);
    return title == "PowerPoint Presentation" ? std::string() : title;
}

/// Names of the slides in their order.
std::vector<std::string> slides_of(std::string_view presentation, const Relations& relations) {
    std::vector<std::string> slides;
    XmlCursor cursor(presentation);
    while (cursor.next()) {
        if (!cursor.at_start() || !cursor.is("sldId")) continue;
        const auto relation = relations.find(cursor.prefixed_attribute("id"));
        if (relation != relations.end()) slides.push_back(relation->second.target);
    }
    return slides;
}

bool is_wanted(std::string_view name) {
    return name == "docProps/core.xml" || name.starts_with("ppt/presentation.xml") ||
           name == "ppt/_rels/presentation.xml.rels" || name.starts_with("ppt/slides/") ||
           name.starts_with("ppt/notesSlides/notesSlide");
}

}  // namespace

ReadResult read_pptx(std::string_view bytes, const std::string& name, const Limits& limits) {
    const auto members = read_zip(bytes, limits, is_wanted);
    if (!members) return tl::unexpected(members.error());
    const auto member = [&](std::string_view path) { return member_of(*members, path); };
    const std::string presentation = "ppt/presentation.xml";
    const std::vector<std::string> slides =
        slides_of(member(presentation), relations_of(*members, presentation));
    if (slides.empty())
        return tl::unexpected(Failure{FailureKind::Damaged,
                                      "is a damaged pptx document: it does not say where its slides are"});

    DocumentBuilder builder("pptx", limits);
    builder.set_title(core_title(member("docProps/core.xml")));
    for (std::size_t i = 0; i < slides.size(); ++i) {
        builder.begin_page();
        const std::string number = std::to_string(i + 1);
        const std::string_view slide = member(slides[i]);
        if (slide.empty() || !SlideWalk(Wanted::Title, builder).run(slide)) {
            builder.add_warning("slide " + number + " was left out: it is missing or its XML is malformed");
            continue;
        }
        SlideWalk(Wanted::Rest, builder).run(slide);
        for (const auto& [id, relation] : relations_of(*members, slides[i]))
            if (relation.type.ends_with("/notesSlide") && !member(relation.target).empty() &&
                !SlideWalk(Wanted::Notes, builder).run(member(relation.target)))
                builder.add_warning("the notes of slide " + number + " break off: their XML is malformed");
    }
    return builder.finish(name);
}

}  // namespace corpuscope::documents
