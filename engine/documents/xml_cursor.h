// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Steps through the XML inside an office file, knowing at which byte each token begins. External entities are
// never resolved and internal ones only within Qt's bound on expansion.
#pragma once

#include <QXmlStreamReader>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/documents/reader.h"

namespace corpuscope::documents {

class XmlCursor {
 public:
    /// The bytes must outlive the cursor.
    explicit XmlCursor(std::string_view bytes);

    /// Moves to the next token; false at the end and at an error.
    bool next();

    bool at_start() const { return reader_.isStartElement(); }
    bool at_end() const { return reader_.isEndElement(); }
    bool at_text() const { return reader_.isCharacters(); }
    /// The element's name without its prefix, in UTF-8.
    std::string_view name() const { return name_; }
    bool is(std::string_view name) const { return name_ == name; }
    /// An attribute's value by its name without prefix, empty where there is none.
    std::string attribute(std::string_view name) const;
    /// The same of an attribute that has a prefix, where another of that name has none.
    std::string prefixed_attribute(std::string_view name) const;
    /// Whether an attribute of that name, with whatever prefix, has this value.
    bool has(std::string_view name, std::string_view value) const;
    std::string text() const { return reader_.text().toString().toStdString(); }
    /// Byte at which the current token begins, as far as character references before it allow to tell.
    std::int64_t offset() const { return offset_; }

    /// At a start element: goes to its end.
    void skip() { reader_.skipCurrentElement(); }
    /// At a start element: all text below it.
    std::string read_text();

    bool failed() const { return reader_.hasError(); }
    std::string error() const;

 private:
    void advance_to(std::int64_t units);

    std::string_view bytes_;
    QXmlStreamReader reader_;
    std::string name_;
    std::int64_t units_ = 0;  ///< UTF-16 units of bytes_ before byte_
    std::int64_t byte_ = 0;
    std::int64_t offset_ = 0;
};

/// Text of the first element of that name; empty where there is none.
std::string text_of_first(std::string_view element, std::string_view xml);

/// What to say of a document of that format whose XML the cursor failed at.
Failure malformed_xml(const std::string& format);

}  // namespace corpuscope::documents
