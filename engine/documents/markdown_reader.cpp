// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <md4c.h>

#include <optional>
#include <string>
#include <vector>

#include "engine/documents/document_builder.h"
#include "engine/documents/html_content.h"
#include "engine/documents/readers.h"
#include "engine/documents/text_encoding.h"
#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

// Receives md4c's events.
class MarkdownWalk {
 public:
    MarkdownWalk(std::string_view markdown, std::size_t begin, DocumentBuilder& builder)
        : markdown_(markdown), begin_(begin), builder_(builder) {}

    bool run() {
        MD_PARSER parser{};
        parser.flags = MD_DIALECT_GITHUB;
        parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* walk) {
            return static_cast<MarkdownWalk*>(walk)->enter(type, detail);
        };
        parser.leave_block = [](MD_BLOCKTYPE type, void*, void* walk) {
            return static_cast<MarkdownWalk*>(walk)->leave(type);
        };
        parser.enter_span = [](MD_SPANTYPE, void*, void*) { return 0; };
        parser.leave_span = [](MD_SPANTYPE, void*, void*) { return 0; };
        parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* walk) {
            return static_cast<MarkdownWalk*>(walk)->text(type, {text, size});
        };
        const std::string_view body = markdown_.substr(begin_);
        const int result = md_parse(body.data(), static_cast<MD_SIZE>(body.size()), &parser, this);
        builder_.end_block();
        return result == 0 || builder_.full();
    }

 private:
    BlockKind paragraph_kind() const {
        if (items_ > 0) return BlockKind::ListItem;
        return quotes_ > 0 ? BlockKind::Quote : BlockKind::Paragraph;
    }

    int enter(MD_BLOCKTYPE type, void* detail) {
        switch (type) {
            case MD_BLOCK_QUOTE:
                ++quotes_;
                break;
            case MD_BLOCK_LI:
                ++items_;
                builder_.begin_block(BlockKind::ListItem);
                break;
            case MD_BLOCK_H:
                builder_.begin_block(BlockKind::Heading,
                                     static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level));
                break;
            case MD_BLOCK_CODE:
                builder_.begin_block(BlockKind::Code);
                code_ = true;
                break;
            case MD_BLOCK_HTML:
                in_html_ = true;
                html_begin_.reset();
                break;
            case MD_BLOCK_P:
                builder_.begin_block(paragraph_kind());
                break;
            case MD_BLOCK_TR:
                builder_.begin_block(BlockKind::TableRow);
                in_row_ = first_cell_ = true;
                edges_due_ = 0;
                break;
            case MD_BLOCK_TH:
            case MD_BLOCK_TD:
                if (!first_cell_) ++edges_due_;
                first_cell_ = false;
                break;
            default:
                break;
        }
        return 0;
    }

    int leave(MD_BLOCKTYPE type) {
        switch (type) {
            case MD_BLOCK_QUOTE:
                --quotes_;
                break;
            case MD_BLOCK_LI:
                --items_;
                builder_.end_block();
                break;
            case MD_BLOCK_CODE:
                code_ = false;
                builder_.end_block();
                break;
            case MD_BLOCK_HTML:
                in_html_ = false;
                leave_html();
                break;
            case MD_BLOCK_TR:
                in_row_ = false;
                [[fallthrough]];
            case MD_BLOCK_P:
            case MD_BLOCK_H:
                builder_.begin_block(paragraph_kind());
                break;
            default:
                break;
        }
        return 0;
    }

    // md4c hands out most text in place, but line ends and the like from elsewhere.
    std::int64_t source_of(std::string_view text) const {
        const bool inside = text.data() >= markdown_.data() &&
                            text.data() + text.size() <= markdown_.data() + markdown_.size();
        return inside ? text.data() - markdown_.data() : -1;
    }

    int text(MD_TEXTTYPE type, std::string_view text) {
        if (type == MD_TEXT_HTML) {
            if (in_html_)
                note_html(text);
            else
                tag(text);
            return 0;
        }
        // Empty cells keep their place before others.
        for (; in_row_ && edges_due_ > 0; --edges_due_) builder_.append(" | ", -1);
        if (superscript_ && is_exponent(builder_.last_character(), text)) builder_.append("^", -1);
        superscript_ = false;
        const std::int64_t source = source_of(text);
        switch (type) {
            case MD_TEXT_NULLCHAR:
                builder_.append(kReplacement, -1);
                break;
            case MD_TEXT_BR:
                builder_.append_line_break();
                break;
            case MD_TEXT_SOFTBR:
                builder_.append(" ", -1);
                break;
            case MD_TEXT_ENTITY:
                builder_.append(decode_entity(text), source);
                break;
            default:
                if (code_)
                    builder_.append_verbatim(text, source);
                else
                    builder_.append(text, source);
        }
        return builder_.full() ? 1 : 0;
    }

    void tag(std::string_view text) {
        switch (inline_tag(text)) {
            case InlineTag::LineBreak:
                if (in_row_)
                    builder_.append(" ", -1);
                else
                    builder_.append_line_break();
                break;
            case InlineTag::Block:
                builder_.append(" ", -1);
                break;
            case InlineTag::Superscript:
                superscript_ = true;
                break;
            case InlineTag::None:
                break;
        }
    }

    // A block of HTML is read as a whole when it ends.
    void note_html(std::string_view text) {
        const std::int64_t source = source_of(text);
        if (source < 0) return;
        const auto begin = static_cast<std::size_t>(source);
        if (!html_begin_) html_begin_ = begin;
        html_end_ = begin + text.size();
    }

    void leave_html() {
        if (!html_begin_ || html_end_ <= *html_begin_) return;
        const HtmlHead head = append_html(markdown_.substr(*html_begin_, html_end_ - *html_begin_),
                                          static_cast<std::int64_t>(*html_begin_), builder_);
        if (head.refusal) builder_.add_warning(std::string("HTML was left out: ") + head.refusal);
    }

    std::string_view markdown_;
    std::size_t begin_;
    DocumentBuilder& builder_;
    int items_ = 0, quotes_ = 0;
    int edges_due_ = 0;  ///< of cells since the last one with text
    bool code_ = false, in_html_ = false, in_row_ = false;
    bool first_cell_ = false;   ///< of the row comes next
    bool superscript_ = false;  ///< has just begun
    std::optional<std::size_t> html_begin_;
    std::size_t html_end_ = 0;
};

// The YAML between two lines of dashes that many tools put before the text: where it ends, and its title.
struct FrontMatter {
    std::size_t end = 0;
    std::string title;
};

FrontMatter front_matter(std::string_view markdown) {
    FrontMatter matter;
    if (!markdown.starts_with("---\n")) return matter;
    for (std::size_t begin = 4; begin < markdown.size();) {
        const std::size_t end = std::min(markdown.find('\n', begin), markdown.size());
        std::string_view line = markdown.substr(begin, end - begin);
        begin = end + 1;
        if (line == "---" || line == "...") {
            matter.end = std::min(begin, markdown.size());
            return matter;
        }
        if (line.starts_with("title:")) {
            line.remove_prefix(6);
            matter.title = simplified(line);
            const std::string& t = matter.title;
            if (t.size() >= 2 && t.front() == t.back() && (t.front() == '"' || t.front() == '\''))
                matter.title = t.substr(1, t.size() - 2);
        }
    }
    return {};
}

}  // namespace

ReadResult read_markdown(std::string_view bytes, const std::string& name, const Limits& limits) {
    const DecodedText decoded = decode_text(bytes);
    DocumentBuilder builder("md", limits, decoded.source_map);
    for (const std::string& warning : decoded.warnings) builder.add_warning(warning);
    const FrontMatter matter = front_matter(decoded.text);
    builder.set_title(matter.title);
    if (!MarkdownWalk(decoded.text, matter.end, builder).run())
        return tl::unexpected(Failure{FailureKind::Damaged, "cannot be read as Markdown"});
    return builder.finish(name);
}

}  // namespace corpuscope::documents
