// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/html_markup.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

/// Elements whose text holds no tags but the one that ends them.
bool is_raw_text(GumboTag tag) {
    switch (tag) {
        case GUMBO_TAG_SCRIPT:
        case GUMBO_TAG_STYLE:
        case GUMBO_TAG_TITLE:
        case GUMBO_TAG_TEXTAREA:
        case GUMBO_TAG_XMP:
        case GUMBO_TAG_IFRAME:
        case GUMBO_TAG_NOEMBED:
        case GUMBO_TAG_NOFRAMES:
            return true;
        default:
            return false;
    }
}

/// Elements that have no content, or that end by themselves where the next one begins, and so say nothing
/// about depth.
bool ends_by_itself(GumboTag tag) {
    switch (tag) {
        case GUMBO_TAG_A:
        case GUMBO_TAG_AREA:
        case GUMBO_TAG_BASE:
        case GUMBO_TAG_BR:
        case GUMBO_TAG_COL:
        case GUMBO_TAG_EMBED:
        case GUMBO_TAG_HR:
        case GUMBO_TAG_IMG:
        case GUMBO_TAG_INPUT:
        case GUMBO_TAG_LINK:
        case GUMBO_TAG_META:
        case GUMBO_TAG_PARAM:
        case GUMBO_TAG_SOURCE:
        case GUMBO_TAG_TRACK:
        case GUMBO_TAG_WBR:
        case GUMBO_TAG_P:
        case GUMBO_TAG_LI:
        case GUMBO_TAG_DT:
        case GUMBO_TAG_DD:
        case GUMBO_TAG_TR:
        case GUMBO_TAG_TD:
        case GUMBO_TAG_TH:
        case GUMBO_TAG_TBODY:
        case GUMBO_TAG_THEAD:
        case GUMBO_TAG_TFOOT:
        case GUMBO_TAG_OPTION:
            return true;
        default:
            return false;
    }
}

bool equal_names(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// At the last character of what ends the comment that the text begins with: "-->" or "--!>".
std::size_t end_of_comment(std::string_view text) {
    for (std::size_t i = text.find("--", 4); i != std::string_view::npos; i = text.find("--", i + 1)) {
        if (text.substr(i).starts_with("-->")) return i + 2;
        if (text.substr(i).starts_with("--!>")) return i + 3;
    }
    return std::string_view::npos;
}

}  // namespace

bool TagCursor::next() {
    if (!closing_ && !in_picture() && is_raw_text(tag_)) pass_over_raw_text();
    for (;;) {
        at_ = html_.find('<', at_);
        if (at_ == std::string_view::npos) return false;
        const std::size_t after = at_ + 1;
        closing_ = after < html_.size() && html_[after] == '/';
        const std::size_t name = after + (closing_ ? 1 : 0);
        if (name < html_.size() && is_letter(html_[name])) {
            at_ = name;
            return read_tag();
        }
        if (after < html_.size() && (closing_ || html_[after] == '!' || html_[after] == '?'))
            pass_over_markup();
        else
            at_ = after;
    }
}

/// A comment, a document type, a section of XML, or what is none of these and taken for a comment.
void TagCursor::pass_over_markup() {
    const std::string_view rest = html_.substr(at_);
    std::size_t end = 0;
    if (rest.starts_with("<!-->") || rest.starts_with("<!--->")) {
        end = rest.find('>');
    } else if (rest.starts_with("<!--")) {
        end = end_of_comment(rest);
    } else if (in_picture() && rest.starts_with("<![CDATA[")) {
        end = rest.find("]]>");
    } else {
        end = rest.find('>');
    }
    at_ = end == std::string_view::npos ? html_.size() : at_ + end + 1;
}

bool TagCursor::read_tag() {
    const std::size_t begin = at_;
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>') ++at_;
    name_ = html_.substr(begin, at_ - begin);
    tag_ = gumbo_tagn_enum(name_.data(), static_cast<unsigned>(name_.size()));
    if (!read_attributes()) return false;
    const bool picture = tag_ == GUMBO_TAG_SVG || tag_ == GUMBO_TAG_MATH;
    self_closing_ = self_closing_ && (picture || in_picture());
    if (picture) {
        if (closing_)
            pictures_ = std::max(pictures_ - 1, 0);
        else if (!self_closing_)
            ++pictures_;
    }
    if (tag_ == GUMBO_TAG_PLAINTEXT && !closing_) at_ = html_.size();
    return true;
}

/// False where the text ends within the tag: the parser drops it.
bool TagCursor::read_attributes() {
    attributes_ = 0;
    self_closing_ = false;
    while (at_ < html_.size()) {
        const char c = html_[at_];
        if (c == '>') {
            ++at_;
            return true;
        }
        if (is_space(c) || c == '/') {
            self_closing_ = c == '/';
            ++at_;
            continue;
        }
        ++attributes_;
        self_closing_ = false;
        ++at_;  // even where the name begins with an equals sign
        while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>' &&
               html_[at_] != '=')
            ++at_;
        pass_over_value();
    }
    return false;
}

/// What follows the name of an attribute, if it has a value.
void TagCursor::pass_over_value() {
    std::size_t i = at_;
    while (i < html_.size() && is_space(html_[i])) ++i;
    if (i == html_.size() || html_[i] != '=') return;
    ++i;
    while (i < html_.size() && is_space(html_[i])) ++i;
    at_ = i;
    if (i == html_.size() || html_[i] == '>') return;
    if (html_[i] == '"' || html_[i] == '\'') {
        const std::size_t end = html_.find(html_[i], i + 1);
        at_ = end == std::string_view::npos ? html_.size() : end + 1;
        return;
    }
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '>') ++at_;
}

void TagCursor::pass_over_raw_text() {
    for (std::size_t end = html_.find("</", at_); end != std::string_view::npos;
         end = html_.find("</", end + 2)) {
        const std::size_t after = end + 2 + name_.size();
        if (!equal_names(html_.substr(end + 2, name_.size()), name_)) continue;
        if (after < html_.size() && !is_space(html_[after]) && html_[after] != '/' && html_[after] != '>')
            continue;
        at_ = end;
        return;
    }
    at_ = html_.size();
}

const char* excess_of_markup(std::string_view html) {
    // Half a second. Large pages may take more: those for people have some two open elements a byte.
    constexpr std::int64_t kAlwaysAllowed = 100'000'000, kAllowedPerByte = 32;
    const std::int64_t allowed = kAlwaysAllowed + kAllowedPerByte * std::ssize(html);
    std::int64_t depth = 0, open = 0, comparisons = 0;
    TagCursor cursor(html);
    while (cursor.next()) {
        const auto attributes = static_cast<std::int64_t>(cursor.attributes());
        comparisons += attributes * attributes;
        if (comparisons > allowed) return "its tags have too many attributes";
        if (cursor.self_closing() || (!cursor.in_picture() && ends_by_itself(cursor.tag()))) continue;
        if (cursor.closing())
            depth = std::max<std::int64_t>(depth - 1, 0);
        else
            ++depth;
        open += depth;
        if (open > allowed) return "its elements are nested too deeply";
    }
    return nullptr;
}

}  // namespace corpuscope::documents
