// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/html_boilerplate.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/documents/html_tree.h"
#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

constexpr std::array<std::string_view, 8> kRoles = {"navigation", "banner",      "contentinfo",  "search",
                                                    "menubar",    "doc-noteref", "doc-backlink", "doc-toc"};

// Class names by which the common documentation tools mark navigation (DocBook, Publican, AsciiDoc, Sphinx,
// Doxygen, Pandoc, MediaWiki), and "nosearch" of hand-written manuals.
constexpr std::array<std::string_view, 23> kClasses = {
    "nav",          "navbar",        "navheader",    "navfooter",     "navigation",     "docnav",
    "breadcrumb",   "breadcrumbs",   "toc",          "nosearch",      "headerlink",     "related",
    "mw-jump-link", "sphinxsidebar", "noprint",      "skip-link",     "mw-editsection", "navpath",
    "fancy_toc",    "pagination",    "footnote-ref", "footnote-back", "footnoteref"};

constexpr std::array<std::string_view, 8> kIds = {"toc",    "TOC",    "nav",         "navigation",
                                                  "banner", "navbar", "breadcrumbs", "footer"};

template <typename List>
bool contains(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool has_navigation_class(std::string_view classes) {
    for (std::size_t i = 0; i < classes.size();) {
        while (i < classes.size() && is_space(classes[i])) ++i;
        const std::size_t begin = i;
        while (i < classes.size() && !is_space(classes[i])) ++i;
        if (i > begin && contains(kClasses, classes.substr(begin, i - begin))) return true;
    }
    return false;
}

/// Within a header, too, which was judged as a whole: looking through each of many within one another for a
/// heading would take quadratic time.
bool is_inside_section(const GumboNode* element) {
    for (const GumboNode* parent = element->parent; parent; parent = parent->parent)
        if (is_element(parent, GUMBO_TAG_ARTICLE) || is_element(parent, GUMBO_TAG_SECTION) ||
            is_element(parent, GUMBO_TAG_MAIN) || is_element(parent, GUMBO_TAG_HEADER))
            return true;
    return false;
}

bool has_heading(const GumboNode* element) {
    bool found = false;
    for_each_below(element, [&](const GumboNode* node) {
        found = found || is_element(node, GUMBO_TAG_H1) || is_element(node, GUMBO_TAG_H2);
        return !found;
    });
    return found;
}

bool is_hidden(const GumboNode* element) {
    if (has_attribute(element, "hidden")) return true;
    std::string_view style = attribute(element, "style");
    const std::size_t display = style.find("display");
    if (display == std::string_view::npos) return false;
    style.remove_prefix(display + 7);
    const std::size_t value = style.find_first_not_of(" :\t\n");
    return value != std::string_view::npos && style.substr(value).starts_with("none");
}

}  // namespace

bool is_invisible_element(const GumboNode* element) {
    switch (element->v.element.tag) {
        case GUMBO_TAG_SCRIPT:
        case GUMBO_TAG_STYLE:
        case GUMBO_TAG_NOSCRIPT:
        case GUMBO_TAG_TEMPLATE:
        case GUMBO_TAG_HEAD:
        case GUMBO_TAG_SVG:
        case GUMBO_TAG_IFRAME:
        case GUMBO_TAG_OBJECT:
        case GUMBO_TAG_CANVAS:
        case GUMBO_TAG_AUDIO:
        case GUMBO_TAG_VIDEO:
        case GUMBO_TAG_BUTTON:
        case GUMBO_TAG_SELECT:
        case GUMBO_TAG_INPUT:
        case GUMBO_TAG_TEXTAREA:
        case GUMBO_TAG_MAP:
        case GUMBO_TAG_NOFRAMES:
        case GUMBO_TAG_RP:
        case GUMBO_TAG_RT:
            return true;
        default:
            return is_hidden(element);
    }
}

bool is_navigation(const GumboNode* element) {
    if (contains(kRoles, attribute(element, "role")) || has_navigation_class(attribute(element, "class")) ||
        contains(kIds, attribute(element, "id")))
        return true;
    switch (element->v.element.tag) {
        case GUMBO_TAG_NAV:
            return true;
        case GUMBO_TAG_FOOTER:
            return !is_inside_section(element);
        case GUMBO_TAG_HEADER:
            return !is_inside_section(element) && !has_heading(element);
        default:
            return false;
    }
}

}  // namespace corpuscope::documents
