// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The tags of an HTML page as its parser will see them, and what they will cost it.
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <string_view>

namespace corpuscope::documents {

/// Steps through tags; passes over comments, and over scripts, styles and the like, in which there are none.
class TagCursor {
 public:
    explicit TagCursor(std::string_view html) : html_(html) {}

    /// Moves to the next tag; false behind the last one that ends.
    bool next();

    GumboTag tag() const { return tag_; }
    bool closing() const { return closing_; }
    bool self_closing() const { return self_closing_; }  ///< which means something in pictures alone
    std::size_t attributes() const { return attributes_; }
    /// Inside an svg or math element, where tags follow the rules of XML.
    bool in_picture() const { return pictures_ > 0; }

 private:
    void pass_over_markup();
    bool read_tag();
    bool read_attributes();
    void pass_over_value();
    void pass_over_raw_text();

    std::string_view html_;
    std::size_t at_ = 0;
    std::string_view name_;
    GumboTag tag_ = GUMBO_TAG_UNKNOWN;
    bool closing_ = false, self_closing_ = false;
    std::size_t attributes_ = 0;
    int pictures_ = 0;
};

/// What makes the page one that Gumbo takes too long for, as a clause for people; nullptr where nothing does.
/// Its time grows with the open elements at each tag, and with the square of a tag's attributes.
const char* excess_of_markup(std::string_view html);

}  // namespace corpuscope::documents
