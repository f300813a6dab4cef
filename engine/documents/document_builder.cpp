// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/document_builder.h"

#include <algorithm>
#include <utility>

#include "engine/documents/file_bytes.h"
#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

bool stays_close(BlockKind kind) {
    return kind == BlockKind::ListItem || kind == BlockKind::TableRow || kind == BlockKind::Code ||
           kind == BlockKind::Term;
}

// Spaces that only typesetting tells apart, and characters that show nothing but would part words in a
// search.
bool is_blank(char32_t c) { return c == 0xA0 || c == 0x3000 || c == 0x202F || (c >= 0x2000 && c <= 0x200A); }
bool is_invisible(char32_t c) { return c == 0xAD || c == 0x200B || c == 0xFEFF || c == 0x2060; }

bool is_control(char32_t c) { return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0); }

}  // namespace

DocumentBuilder::DocumentBuilder(std::string format, const Limits& limits,
                                 std::span<const SourceAnchor> outer_map)
    : max_text_bytes_(limits.max_text_bytes), outer_map_(outer_map) {
    document_.format = std::move(format);
}

void DocumentBuilder::begin_block(BlockKind kind, int level, bool close) {
    end_block();
    close_ = close;
    kind_ = kind;
    level_ = level;
}

void DocumentBuilder::end_block() {
    if (open_) {
        trim_end(block_begin_);
        if (document_.text.size() > block_begin_) {
            document_.blocks.push_back({kind_,
                                        level_,
                                        {static_cast<std::int64_t>(block_begin_),
                                         static_cast<std::int64_t>(document_.text.size())}});
            separated_ = false;
        }
    }
    open_ = false;
    pending_space_ = false;
    kind_ = BlockKind::Paragraph;
    level_ = 0;
    close_ = false;
}

bool DocumentBuilder::open_text(std::int64_t source) {
    if (full_) return false;
    if (static_cast<std::int64_t>(document_.text.size()) > max_text_bytes_) {
        full_ = true;
        return false;
    }
    if (!open_) {
        if (!separated_) {
            const bool follows = !document_.blocks.empty() && document_.blocks.back().kind == kind_;
            document_.text += close_ || (follows && stays_close(kind_)) ? "\n" : "\n\n";
            separated_ = true;
        }
        block_begin_ = document_.text.size();
        open_ = true;
        pending_space_ = false;
    }
    if (pending_space_) {
        if (document_.text.size() > block_begin_ && document_.text.back() != '\n') document_.text += ' ';
        pending_space_ = false;
    }
    anchor(source);
    return true;
}

void DocumentBuilder::anchor(std::int64_t source) {
    if (source < 0) return;
    if (!outer_map_.empty()) source = source_offset(outer_map_, source);
    const auto here = static_cast<std::int64_t>(document_.text.size());
    std::vector<SourceAnchor>& map = document_.source_map;
    if (!map.empty()) {
        if (map.back().source_offset + (here - map.back().text_offset) == source) return;
        if (map.back().text_offset == here) {
            map.back().source_offset = source;
            return;
        }
    }
    map.push_back({here, source});
}

void DocumentBuilder::append(std::string_view text, std::int64_t source) {
    bool in_word = false;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = character_length(text, i);
        const char32_t c = length == 0 ? 0xFFFD : code_point(text, i);
        const std::size_t step = length == 0 ? malformed_length(text, i) : length;
        const std::int64_t here = source < 0 ? -1 : source + static_cast<std::int64_t>(i);
        if (is_blank(c) || (c <= ' ' && is_space(static_cast<char>(c)))) {
            pending_space_ = open_;
            in_word = false;
        } else if (is_control(c) || is_invisible(c)) {
            in_word = false;
        } else {
            if (!in_word && !open_text(here)) return;
            in_word = true;
            document_.text += length == 0 ? kReplacement : text.substr(i, step);
            if (length == 0) in_word = false;
        }
        i += step;
    }
}

void DocumentBuilder::append_verbatim(std::string_view text, std::int64_t source) {
    bool in_word = false;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = character_length(text, i);
        const char32_t c = length == 0 ? 0xFFFD : code_point(text, i);
        const std::size_t step = length == 0 ? malformed_length(text, i) : length;
        const std::int64_t here = source < 0 ? -1 : source + static_cast<std::int64_t>(i);
        i += step;
        // Lines before the first visible one would only push the block's beginning away from its text.
        if ((!open_ && c == '\n') || is_control(c) || is_invisible(c)) {
            in_word = false;
            continue;
        }
        if (!in_word && !open_text(here)) return;
        const bool blank = is_blank(c);
        in_word = length != 0 && !blank && c != ' ' && c != '\n';
        document_.text += length == 0 ? kReplacement
                          : blank     ? std::string_view(" ")
                                      : text.substr(i - step, step);
    }
}

void DocumentBuilder::append_line_break() {
    if (!open_ || full_) return;
    pending_space_ = false;
    trim_end(block_begin_);
    if (document_.text.size() > block_begin_) document_.text += '\n';
}

void DocumentBuilder::append_document(const Document& document, int level) {
    std::int64_t end = 0;
    for (const Block& block : document.blocks) {
        const std::string_view text = document.text;
        const auto at = [](std::int64_t offset) { return static_cast<std::size_t>(offset); };
        const bool close = text.substr(at(end), at(block.range.begin - end)) == "\n";
        begin_block(block.kind, block.level == 0 ? 0 : level + block.level - 1, close);
        append_verbatim(text.substr(at(block.range.begin), at(block.range.size())), -1);
        end = block.range.end;
    }
    end_block();
}

void DocumentBuilder::begin_page(bool within_block) {
    if (within_block && open_) {
        // The space between the words belongs to the page that ends; hyphenated words have none.
        if (pending_space_ && !document_.text.ends_with(' ')) document_.text += ' ';
        pending_space_ = false;
    } else {
        end_block();
        if (!separated_) document_.text += "\n\n";
        separated_ = true;
    }
    const auto here = static_cast<std::int64_t>(document_.text.size());
    if (!document_.pages.empty()) document_.pages.back().end = here;
    document_.pages.push_back({here, here});
}

void DocumentBuilder::set_title(std::string_view title) {
    std::string clean = simplified(title);
    if (!clean.empty()) document_.title = std::move(clean);
}

void DocumentBuilder::add_warning(std::string warning) { document_.warnings.push_back(std::move(warning)); }

void DocumentBuilder::trim_end(std::size_t not_before) {
    std::string& text = document_.text;
    std::size_t end = text.size();
    while (end > not_before && is_space(text[end - 1])) --end;
    text.resize(end);
    while (!document_.source_map.empty() &&
           document_.source_map.back().text_offset >= static_cast<std::int64_t>(end))
        document_.source_map.pop_back();
}

ReadResult DocumentBuilder::finish(std::string_view fallback_title) {
    end_block();
    if (full_)
        return tl::unexpected(Failure{FailureKind::TooLarge,
                                      "holds more text than the limit of " + format_bytes(max_text_bytes_)});
    if (document_.blocks.empty()) return tl::unexpected(Failure{FailureKind::Empty, "has no text in it"});
    trim_end(0);
    const auto size = static_cast<std::int64_t>(document_.text.size());
    for (ByteRange& page : document_.pages) page = {std::min(page.begin, size), std::min(page.end, size)};
    if (!document_.pages.empty()) document_.pages.back().end = size;
    if (document_.title.empty()) {
        for (const Block& block : document_.blocks) {
            if (block.kind != BlockKind::Heading) continue;
            document_.title =
                simplified(std::string_view(document_.text).substr(block.range.begin, block.range.size()));
            break;
        }
    }
    if (document_.title.empty()) document_.title = simplified(fallback_title);
    return std::move(document_);
}

std::string simplified(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = character_length(text, i);
        const char32_t c = length == 0 ? 0xFFFD : code_point(text, i);
        const std::size_t step = length == 0 ? malformed_length(text, i) : length;
        if (is_blank(c) || is_control(c) || c <= ' ') {
            if (!result.empty() && result.back() != ' ') result += ' ';
        } else if (!is_invisible(c)) {
            result += length == 0 ? kReplacement : text.substr(i, step);
        }
        i += step;
    }
    while (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

}  // namespace corpuscope::documents
