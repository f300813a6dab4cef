// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/html_tree.h"

#include <array>
#include <cctype>
#include <cstddef>

namespace corpuscope::documents {
namespace {

constexpr int kMaxDepth = 1000;

void* allocate(void* arena, std::size_t bytes) {
    return static_cast<std::pmr::monotonic_buffer_resource*>(arena)->allocate(bytes,
                                                                              alignof(std::max_align_t));
}

void keep(void*, void*) {}

// Elements that need no end tag and so say nothing about depth.
bool is_self_contained(GumboTag tag) {
    switch (tag) {
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

}  // namespace

HtmlTree::HtmlTree(std::string_view html) : arena_(html.size() * 2 + 4096) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = allocate;
    options.deallocator = keep;
    options.userdata = &arena_;
    options.max_errors = 0;
    root_ = gumbo_parse_with_options(&options, html.data(), html.size())->document;
}

bool is_nested_too_deeply(std::string_view html) {
    int depth = 0;
    for (std::size_t open = html.find('<'); open != std::string_view::npos; open = html.find('<', open + 1)) {
        const bool closing = open + 1 < html.size() && html[open + 1] == '/';
        const std::size_t begin = open + (closing ? 2 : 1);
        std::size_t end = begin;
        while (end < html.size() && end < begin + 16 && std::isalnum(static_cast<unsigned char>(html[end])))
            ++end;
        if (end == begin) continue;
        std::array<char, 17> name{};
        html.copy(name.data(), end - begin, begin);
        if (is_self_contained(gumbo_tag_enum(name.data()))) continue;
        if (closing)
            depth = depth > 0 ? depth - 1 : 0;
        else if (++depth > kMaxDepth)
            return true;
        const std::size_t close = html.find('>', end);
        if (close == std::string_view::npos) break;
        if (!closing && html[close - 1] == '/') --depth;
        open = close;
    }
    return false;
}

bool is_element(const GumboNode* node, GumboTag tag) {
    return node->type == GUMBO_NODE_ELEMENT && node->v.element.tag == tag;
}

const GumboVector* children_of(const GumboNode* node) {
    if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE)
        return &node->v.element.children;
    return node->type == GUMBO_NODE_DOCUMENT ? &node->v.document.children : nullptr;
}

std::string_view attribute(const GumboNode* element, const char* name) {
    const GumboAttribute* found = gumbo_get_attribute(&element->v.element.attributes, name);
    return found ? std::string_view(found->value) : std::string_view();
}

bool has_attribute(const GumboNode* element, const char* name) {
    return gumbo_get_attribute(&element->v.element.attributes, name) != nullptr;
}

}  // namespace corpuscope::documents
