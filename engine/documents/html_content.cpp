// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/html_content.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include "engine/documents/html_boilerplate.h"
#include "engine/documents/html_markup.h"
#include "engine/documents/html_table.h"
#include "engine/documents/html_tree.h"
#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

/// What the elements around a node say of the text in it.
struct Context {
    BlockKind kind = BlockKind::Paragraph;
    int level = 0;
    bool preformatted = false;
    bool in_row = false;  ///< of a table whose rows are lines of text
};

int heading_level(GumboTag tag) {
    return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6 ? tag - GUMBO_TAG_H1 + 1 : 0;
}

bool is_preformatted(GumboTag tag) {
    return tag == GUMBO_TAG_PRE || tag == GUMBO_TAG_LISTING || tag == GUMBO_TAG_XMP ||
           tag == GUMBO_TAG_PLAINTEXT;
}

class HtmlWalk {
 public:
    HtmlWalk(std::string_view html, std::int64_t source, DocumentBuilder& builder, bool keep_navigation)
        : html_(html), source_(source), builder_(builder), keep_navigation_(keep_navigation) {}

    // Not recursive: the depth is the page's to choose.
    void run(const GumboNode* root) {
        struct Frame {
            const GumboNode* node;
            unsigned next_child;
            Context context;
        };
        std::vector<Frame> frames{{root, 0, {}}};
        while (!frames.empty() && !builder_.full()) {
            Frame& frame = frames.back();
            const GumboVector* children = children_of(frame.node);
            if (!children || frame.next_child >= children->length) {
                const GumboNode* left = frame.node;
                frames.pop_back();
                if (!frames.empty()) leave(left, frames.back().context);
                continue;
            }
            const auto* child = static_cast<const GumboNode*>(children->data[frame.next_child++]);
            const Context context = frame.context;
            if (const auto inner = enter(child, context)) frames.push_back({child, 0, *inner});
        }
        builder_.end_block();
    }

 private:
    std::optional<Context> enter(const GumboNode* node, const Context& outer) {
        switch (node->type) {
            case GUMBO_NODE_TEXT:
            case GUMBO_NODE_CDATA:
            case GUMBO_NODE_WHITESPACE:
                add_text(node->v.text, outer);
                return std::nullopt;
            case GUMBO_NODE_ELEMENT:
                break;
            default:
                return std::nullopt;
        }
        if (is_invisible_element(node) || (!keep_navigation_ && is_navigation(node))) return std::nullopt;

        const GumboTag tag = node->v.element.tag;
        if (tag == GUMBO_TAG_BR) {
            add_line_break(outer);
            return std::nullopt;
        }
        if (tag == GUMBO_TAG_SUP) mark_exponent(node);
        if (!is_block_level(tag)) return outer;
        Context inner = outer;
        if (outer.in_row) {
            enter_in_row(node);
            return inner;
        }
        if (const int level = heading_level(tag)) {
            inner.kind = BlockKind::Heading;
            inner.level = level;
        } else if (is_preformatted(tag)) {
            inner.kind = BlockKind::Code;
            inner.preformatted = true;
        } else if (tag == GUMBO_TAG_LI || tag == GUMBO_TAG_DD) {
            inner.kind = BlockKind::ListItem;
        } else if (tag == GUMBO_TAG_DT) {
            inner.kind = BlockKind::Term;
        } else if (tag == GUMBO_TAG_BLOCKQUOTE && outer.kind == BlockKind::Paragraph) {
            inner.kind = BlockKind::Quote;
        } else if (tag == GUMBO_TAG_TR) {
            const RowContents contents = contents_of(node);
            inner.in_row = contents.reads_as_line();
            if (inner.in_row) inner.kind = BlockKind::TableRow;
            row_ = {node, contents.filled > 1, 0, 0, {}};
        }
        builder_.begin_block(inner.kind, inner.level);
        return inner;
    }

    void leave(const GumboNode* node, const Context& outer) {
        if (node->type != GUMBO_NODE_ELEMENT || !is_block_level(node->v.element.tag)) return;
        if (outer.in_row)
            builder_.append(" ", -1);
        else
            builder_.begin_block(outer.kind, outer.level);
    }

    void mark_exponent(const GumboNode* node) {
        std::string_view exponent;
        for_each_below(node, [&](const GumboNode* below) {
            if (exponent.empty() && below->type == GUMBO_NODE_TEXT) exponent = below->v.text.text;
            return exponent.empty();
        });
        if (is_exponent(builder_.last_character(), exponent)) builder_.append("^", -1);
    }

    void enter_in_row(const GumboNode* node) {
        if (!is_element(node, GUMBO_TAG_TD) && !is_element(node, GUMBO_TAG_TH))
            return builder_.append(" ", -1);
        row_.column = row_.next_column;
        row_.next_column += width_of(node);
    }

    // Empty cells keep their place before others, unless only one has text.
    void add_edges() {
        if (row_.last_filled == row_.column) return;
        std::size_t edges = row_.last_filled ? columns_.edges(row_.node, *row_.last_filled, row_.column)
                                             : columns_.edges(row_.node, row_.column);
        for (; row_.several_filled && edges > 0; --edges) builder_.append(" | ", -1);
        row_.last_filled = row_.column;
    }

    void add_line_break(const Context& context) {
        if (context.preformatted)
            builder_.append_verbatim("\n", -1);
        else if (context.in_row)
            builder_.append(" ", -1);
        else if (builder_.ends_with_line_break())
            builder_.begin_block(context.kind, context.level);
        else
            builder_.append_line_break();
    }

    void add_text(const GumboText& node, const Context& context) {
        const std::string_view text(node.text);
        if (context.in_row && !simplified(text).empty()) add_edges();
        const GumboStringPiece& raw = node.original_text;
        if (!raw.data || raw.data < html_.data() || raw.data + raw.length > html_.data() + html_.size()) {
            put(text, -1, context);
            return;
        }
        align(text, {raw.data, raw.length}, context);
    }

    // Text and markup side by side, so that what stands behind a character reference keeps its place.
    void align(std::string_view text, std::string_view raw, const Context& context) {
        const std::int64_t base = source_ + (raw.data() - html_.data());
        std::size_t begin = 0, i = 0, j = 0;  // text[begin, i) stands at raw[j - (i - begin), j)
        const auto flush = [&] {
            if (i > begin)
                put(text.substr(begin, i - begin), base + static_cast<std::int64_t>(j - (i - begin)),
                    context);
            begin = i;
        };
        while (i < text.size() && j < raw.size()) {
            if (raw[j] == '&') {
                flush();
                const std::size_t semicolon = raw.find(';', j);
                const std::size_t step = std::max<std::size_t>(character_length(text, i), 1);
                const bool reference =
                    text[i] != '&' || raw.substr(j).starts_with("&amp") || raw.substr(j).starts_with("&#");
                if (!reference || semicolon == std::string_view::npos || semicolon > j + 32) {
                    if (text[i] != '&') break;
                    ++i, ++j;
                    continue;
                }
                put(text.substr(i, step), base + static_cast<std::int64_t>(j), context);
                begin = i += step;
                j = semicolon + 1;
            } else if (raw[j] == text[i]) {
                ++i, ++j;
            } else if (raw[j] == '<') {
                flush();
                j = std::min(raw.find('>', j), raw.size() - 1) + 1;
            } else if (is_space(raw[j])) {
                flush();
                ++j;
            } else {
                break;
            }
        }
        flush();
        if (i < text.size())
            put(text.substr(i), base + static_cast<std::int64_t>(std::min(j, raw.size())), context);
    }

    void put(std::string_view text, std::int64_t source, const Context& context) {
        if (context.preformatted)
            builder_.append_verbatim(text, source_ < 0 ? -1 : source);
        else
            builder_.append(text, source_ < 0 ? -1 : source);
    }

    std::string_view html_;
    std::int64_t source_;
    DocumentBuilder& builder_;
    bool keep_navigation_;
    TableColumns columns_;
    struct {
        const GumboNode* node = nullptr;
        bool several_filled = false;
        std::size_t column = 0, next_column = 0;
        std::optional<std::size_t> last_filled;
    } row_;  ///< of the table that reads as lines
};

std::string title_of(const GumboNode* root) {
    std::string title;
    bool done = false;
    for_each_below(root, [&](const GumboNode* node) {
        if (done || is_element(node, GUMBO_TAG_BODY)) return false;
        if (!is_element(node, GUMBO_TAG_TITLE)) return true;
        const GumboVector* children = children_of(node);
        for (unsigned i = 0; i < children->length; ++i) {
            const auto* child = static_cast<const GumboNode*>(children->data[i]);
            if (child->type == GUMBO_NODE_TEXT) title += child->v.text.text;
        }
        done = true;
        return false;
    });
    return simplified(title);
}

bool is_void_element(std::string_view name) {
    for (const std::string_view known :
         {"br", "hr", "img", "wbr", "meta", "link", "input", "col", "area", "base"})
        if (name == known) return true;
    return false;
}

}  // namespace

HtmlHead append_html(std::string_view html, std::int64_t source, DocumentBuilder& builder) {
    HtmlHead head;
    head.refusal = excess_of_markup(html);
    if (head.refusal) return head;
    const HtmlTree tree(html);
    if (!tree.root()) {
        head.refusal = "its elements overlap in too many ways";
        return head;
    }
    head.title = title_of(tree.root());
    const std::size_t before = builder.block_count();
    HtmlWalk(html, source, builder, false).run(tree.root());
    if (builder.block_count() == before) HtmlWalk(html, source, builder, true).run(tree.root());
    return head;
}

std::string declared_html_encoding(std::string_view bytes) {
    std::string head(bytes.substr(0, 4096));
    std::transform(head.begin(), head.end(), head.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const std::string_view key : {"encoding=", "charset="}) {
        std::size_t at = head.find(key);
        if (at == std::string::npos) continue;
        at += key.size();
        if (at < head.size() && (head[at] == '"' || head[at] == '\'')) ++at;
        const std::size_t end = head.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_:.", at);
        if (end != std::string::npos && end > at) return head.substr(at, end - at);
    }
    return {};
}

std::string without_empty_elements(std::string xhtml) {
    for (std::size_t open = xhtml.find('<'); open != std::string::npos; open = xhtml.find('<', open + 1)) {
        std::size_t name_end = open + 1;
        while (name_end < xhtml.size() && std::isalnum(static_cast<unsigned char>(xhtml[name_end])))
            ++name_end;
        if (name_end == open + 1) continue;
        std::size_t close = name_end;
        for (char quote = 0; close < xhtml.size() && (quote || xhtml[close] != '>'); ++close) {
            const char c = xhtml[close];
            if (quote ? c == quote : c == '"' || c == '\'') quote = quote ? '\0' : c;
        }
        if (close >= xhtml.size()) break;
        const bool empty = xhtml[close - 1] == '/';
        if (empty && !is_void_element(std::string_view(xhtml).substr(open + 1, name_end - open - 1)))
            std::fill(xhtml.begin() + static_cast<std::ptrdiff_t>(open),
                      xhtml.begin() + static_cast<std::ptrdiff_t>(close + 1), ' ');
        open = close;
    }
    return xhtml;
}

InlineTag inline_tag(std::string_view tag) {
    TagCursor cursor(tag);
    if (!cursor.next()) return InlineTag::None;
    if (cursor.tag() == GUMBO_TAG_BR) return InlineTag::LineBreak;
    if (cursor.tag() == GUMBO_TAG_SUP && !cursor.closing()) return InlineTag::Superscript;
    return is_block_level(cursor.tag()) ? InlineTag::Block : InlineTag::None;
}

bool is_exponent(char base, std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool raised = text.starts_with("-") || text.starts_with("\xE2\x88\x92");  // a minus sign
    return (is_digit(base) || base == ')') && (raised || (!text.empty() && is_digit(text[0])));
}

std::string decode_entity(std::string_view reference) {
    const HtmlTree tree(reference);
    std::string text;
    for_each_below(tree.root(), [&](const GumboNode* node) {
        if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE) text += node->v.text.text;
        return true;
    });
    return text;
}

}  // namespace corpuscope::documents
