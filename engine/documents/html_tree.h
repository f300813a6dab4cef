// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A parsed HTML page in an arena of its own: Gumbo frees a tree recursively, which a hostile page could turn
// into a stack overflow; the arena goes at once.
#pragma once

#include <gumbo.h>

#include <memory_resource>
#include <string_view>
#include <vector>

namespace corpuscope::documents {

class HtmlTree {
 public:
    /// The text must outlive the tree.
    explicit HtmlTree(std::string_view html);
    HtmlTree(const HtmlTree&) = delete;
    HtmlTree& operator=(const HtmlTree&) = delete;

    const GumboNode* root() const { return root_; }

 private:
    std::pmr::monotonic_buffer_resource arena_;
    const GumboNode* root_ = nullptr;
};

/// Whether elements are open within one another deeper than any page for people has them. The parser's time
/// grows with the square of that depth.
bool is_nested_too_deeply(std::string_view html);

bool is_element(const GumboNode* node, GumboTag tag);
/// The children of an element; none of any other node.
const GumboVector* children_of(const GumboNode* node);
/// An attribute's value, empty where there is none.
std::string_view attribute(const GumboNode* element, const char* name);
bool has_attribute(const GumboNode* element, const char* name);

/// Calls `enter(node)` in document order for everything below `node`; it returns false to pass over what is
/// below.
template <typename Enter>
void for_each_below(const GumboNode* node, Enter enter) {
    std::vector<const GumboNode*> waiting{node};
    bool first = true;
    while (!waiting.empty()) {
        const GumboNode* next = waiting.back();
        waiting.pop_back();
        if (!first && !enter(next)) continue;
        first = false;
        if (const GumboVector* children = children_of(next))
            for (unsigned i = children->length; i-- > 0;)
                waiting.push_back(static_cast<const GumboNode*>(children->data[i]));
    }
}

}  // namespace corpuscope::documents
