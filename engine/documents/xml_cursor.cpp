// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/xml_cursor.h"

#include <algorithm>

#include "engine/documents/utf8.h"

namespace corpuscope::documents {

XmlCursor::XmlCursor(std::string_view bytes)
    : bytes_(bytes), reader_(QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size()))) {}

bool XmlCursor::next() {
    advance_to(reader_.characterOffset());
    if (reader_.atEnd()) return false;
    offset_ = byte_;
    reader_.readNext();
    if (reader_.hasError() || reader_.isEndDocument()) return false;
    if (reader_.isStartElement() || reader_.isEndElement())
        name_ = reader_.name().toString().toStdString();
    else
        name_.clear();
    return true;
}

std::string XmlCursor::attribute(std::string_view name) const {
    for (const QXmlStreamAttribute& attribute : reader_.attributes())
        if (attribute.name() == QLatin1String(name.data(), static_cast<qsizetype>(name.size())))
            return attribute.value().toString().toStdString();
    return {};
}

std::string XmlCursor::prefixed_attribute(std::string_view name) const {
    for (const QXmlStreamAttribute& attribute : reader_.attributes())
        if (!attribute.prefix().isEmpty() &&
            attribute.name() == QLatin1String(name.data(), static_cast<qsizetype>(name.size())))
            return attribute.value().toString().toStdString();
    return {};
}

bool XmlCursor::has(std::string_view name, std::string_view value) const {
    const auto latin = [](std::string_view text) {
        return QLatin1String(text.data(), static_cast<qsizetype>(text.size()));
    };
    const QXmlStreamAttributes attributes = reader_.attributes();
    return std::any_of(attributes.begin(), attributes.end(), [&](const QXmlStreamAttribute& attribute) {
        return attribute.name() == latin(name) && attribute.value() == latin(value);
    });
}

std::string XmlCursor::read_text() {
    // Not readElementText: it calls itself for each element inside, and a file of a few bytes has enough of
    // them for any stack.
    QString text;
    for (int depth = 1; depth > 0 && !reader_.atEnd();) {
        switch (reader_.readNext()) {
            case QXmlStreamReader::StartElement:
                ++depth;
                break;
            case QXmlStreamReader::EndElement:
                --depth;
                break;
            case QXmlStreamReader::Characters:
            case QXmlStreamReader::EntityReference:
                text += reader_.text();
                break;
            default:
                break;
        }
    }
    return text.toStdString();
}

std::string XmlCursor::error() const { return reader_.errorString().toStdString(); }

// Qt counts UTF-16 units; a character of four bytes in UTF-8 has two.
void XmlCursor::advance_to(std::int64_t units) {
    const auto size = static_cast<std::int64_t>(bytes_.size());
    while (units_ < units && byte_ < size) {
        const std::size_t length =
            std::max<std::size_t>(character_length(bytes_, static_cast<std::size_t>(byte_)), 1);
        units_ += length == 4 ? 2 : 1;
        byte_ += static_cast<std::int64_t>(length);
    }
}

std::string text_of_first(std::string_view element, std::string_view xml) {
    XmlCursor cursor(xml);
    while (cursor.next())
        if (cursor.at_start() && cursor.is(element)) return cursor.read_text();
    return {};
}

Failure malformed_xml(const std::string& format) {
    return {FailureKind::Damaged,
            "is a damaged " + format + " document: the XML inside breaks off or is malformed"};
}

}  // namespace corpuscope::documents
