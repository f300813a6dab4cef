// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A parsed HTML page in an arena of its own: Gumbo frees a tree recursively, which a hostile page could turn
// into a stack overflow; the arena goes at once.
#pragma once

#include <gumbo.h>

#include <csetjmp>
#include <cstddef>
#include <memory_resource>
#include <string_view>
#include <vector>

namespace corpuscope::documents {

/// Memory for a tree, bounded: formatting that overlaps with paragraphs is repeated in each of them, so that
/// a page of a few kilobytes can ask for gigabytes.
class HtmlArena {
 public:
    explicit HtmlArena(std::size_t html_bytes);

    /// Jumps to `exhausted` where the bound is reached.
    void* allocate(std::size_t bytes);

    std::jmp_buf exhausted;

 private:
    static constexpr std::size_t kAlwaysAllowed = std::size_t{32} << 20, kAllowedPerByte = 100;

    std::pmr::monotonic_buffer_resource memory_;
    std::size_t left_;
};

class HtmlTree {
 public:
    /// The text must outlive the tree.
    explicit HtmlTree(std::string_view html);
    HtmlTree(const HtmlTree&) = delete;
    HtmlTree& operator=(const HtmlTree&) = delete;

    /// nullptr where the tree would take more memory than that of any page for people.
    const GumboNode* root() const { return root_; }

 private:
    HtmlArena arena_;
    const GumboNode* root_;
};

bool is_element(const GumboNode* node, GumboTag tag);
/// Whether the element begins a line of its own where nothing says how it looks.
bool is_block_level(GumboTag tag);
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
