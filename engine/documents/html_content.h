// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// HTML as a reader sees it: used for html files, for the chapters of an epub and for HTML inside Markdown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/documents/document_builder.h"

namespace corpuscope::documents {

struct HtmlHead {
    std::string title;
    /// Why the page is not taken apart, as a clause for people; nullptr where it was.
    const char* refusal = nullptr;
};

/// Appends the visible content of `html` (UTF-8), offsets counted from `source` (-1: it stands
/// nowhere in the original), to the builder. Scripts,
/// styles, forms and what the markup calls navigation are left out, unless nothing else is there.
HtmlHead append_html(std::string_view html, std::int64_t source, DocumentBuilder& builder);

/// The encoding that the head of the file names, empty if none.
std::string declared_html_encoding(std::string_view bytes);

/// XHTML with its empty elements ("<a id='x'/>", "<title/>") overwritten by spaces, since HTML takes them for
/// start tags; offsets stay as they are.
std::string without_empty_elements(std::string xhtml);

/// What a tag within running text does to it.
enum class InlineTag : std::uint8_t {
    None,  ///< says how the text looks, or nothing of it
    LineBreak,
    Block,        ///< parts words, as the edges of paragraphs do
    Superscript,  ///< begins one
};
InlineTag inline_tag(std::string_view tag);

/// Whether `text`, raised above the line behind the character `base`, is an exponent: 2^31, not 231.
bool is_exponent(char base, std::string_view text);

/// What a character reference such as "&eacute;" stands for.
std::string decode_entity(std::string_view reference);

}  // namespace corpuscope::documents
