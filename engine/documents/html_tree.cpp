// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/html_tree.h"

#include <cstddef>

namespace corpuscope::documents {
namespace {

void* allocate(void* arena, std::size_t bytes) { return static_cast<HtmlArena*>(arena)->allocate(bytes); }

void keep(void*, void*) {}

/// nullptr where the arena is exhausted: Gumbo has no way to give up but this.
const GumboNode* parse(HtmlArena& arena, std::string_view html) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = allocate;
    options.deallocator = keep;
    options.userdata = &arena;
    options.max_errors = 0;
    if (setjmp(arena.exhausted) != 0) return nullptr;
    return gumbo_parse_with_options(&options, html.data(), html.size())->document;
}

}  // namespace

HtmlArena::HtmlArena(std::size_t html_bytes)
    : memory_(html_bytes * 2 + 4096), left_(kAlwaysAllowed + html_bytes * kAllowedPerByte) {}

void* HtmlArena::allocate(std::size_t bytes) {
    if (bytes > left_) std::longjmp(exhausted, 1);  // over Gumbo's frames alone, which are C and own nothing
    left_ -= bytes;
    return memory_.allocate(bytes, alignof(std::max_align_t));
}

HtmlTree::HtmlTree(std::string_view html) : arena_(html.size()), root_(parse(arena_, html)) {}

bool is_element(const GumboNode* node, GumboTag tag) {
    return node->type == GUMBO_NODE_ELEMENT && node->v.element.tag == tag;
}

bool is_block_level(GumboTag tag) {
    switch (tag) {
        case GUMBO_TAG_ADDRESS:
        case GUMBO_TAG_ARTICLE:
        case GUMBO_TAG_ASIDE:
        case GUMBO_TAG_BLOCKQUOTE:
        case GUMBO_TAG_BODY:
        case GUMBO_TAG_CAPTION:
        case GUMBO_TAG_CENTER:
        case GUMBO_TAG_DD:
        case GUMBO_TAG_DETAILS:
        case GUMBO_TAG_DIR:
        case GUMBO_TAG_DIV:
        case GUMBO_TAG_DL:
        case GUMBO_TAG_DT:
        case GUMBO_TAG_FIELDSET:
        case GUMBO_TAG_FIGCAPTION:
        case GUMBO_TAG_FIGURE:
        case GUMBO_TAG_FOOTER:
        case GUMBO_TAG_FORM:
        case GUMBO_TAG_H1:
        case GUMBO_TAG_H2:
        case GUMBO_TAG_H3:
        case GUMBO_TAG_H4:
        case GUMBO_TAG_H5:
        case GUMBO_TAG_H6:
        case GUMBO_TAG_HEADER:
        case GUMBO_TAG_HGROUP:
        case GUMBO_TAG_HR:
        case GUMBO_TAG_LEGEND:
        case GUMBO_TAG_LI:
        case GUMBO_TAG_LISTING:
        case GUMBO_TAG_MAIN:
        case GUMBO_TAG_MENU:
        case GUMBO_TAG_NAV:
        case GUMBO_TAG_OL:
        case GUMBO_TAG_P:
        case GUMBO_TAG_PLAINTEXT:
        case GUMBO_TAG_PRE:
        case GUMBO_TAG_SECTION:
        case GUMBO_TAG_SUMMARY:
        case GUMBO_TAG_TABLE:
        case GUMBO_TAG_TBODY:
        case GUMBO_TAG_TD:
        case GUMBO_TAG_TFOOT:
        case GUMBO_TAG_TH:
        case GUMBO_TAG_THEAD:
        case GUMBO_TAG_TR:
        case GUMBO_TAG_UL:
        case GUMBO_TAG_XMP:
            return true;
        default:
            return false;
    }
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
