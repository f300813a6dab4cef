// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QUrl>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/documents/archive.h"
#include "engine/documents/document_builder.h"
#include "engine/documents/html_content.h"
#include "engine/documents/readers.h"
#include "engine/documents/text_encoding.h"
#include "engine/documents/xml_cursor.h"

namespace corpuscope::documents {
namespace {

// Everything but pictures, fonts and the like.
bool is_wanted(std::string_view name) {
    for (const std::string_view ending :
         {".xml", ".opf", ".xhtml", ".html", ".htm", ".XHTML", ".HTML", ".HTM"})
        if (name.ends_with(ending)) return true;
    return false;
}

tl::unexpected<Failure> damaged(const std::string& what) {
    return tl::unexpected(Failure{FailureKind::Damaged, "is a damaged epub: " + what});
}

// Names inside the archive are relative to the file that mentions them, and written as in a URL.
std::string resolve(const std::string& from, const std::string& reference) {
    std::string path = QUrl::fromPercentEncoding(QByteArray::fromStdString(reference)).toStdString();
    path = path.substr(0, path.find('#'));
    return (std::filesystem::path(from).parent_path() / path).lexically_normal().generic_string();
}

struct Package {
    std::string title;
    std::vector<std::string> chapters;  ///< names in the archive, in reading order
};

std::string package_name(std::string_view container) {
    XmlCursor cursor(container);
    while (cursor.next())
        if (cursor.at_start() && cursor.is("rootfile")) return cursor.attribute("full-path");
    return {};
}

Package read_package(const std::string& name, std::string_view xml) {
    Package package;
    std::map<std::string, std::string> manifest;
    XmlCursor cursor(xml);
    while (cursor.next()) {
        if (!cursor.at_start()) continue;
        if (cursor.is("title") && package.title.empty()) {
            package.title = cursor.read_text();
        } else if (cursor.is("item")) {
            // The table of contents repeats the headings.
            const std::string properties = cursor.attribute("properties");
            const bool contents =
                properties == "nav" || properties.starts_with("nav ") || properties.ends_with(" nav");
            if (!contents) manifest[cursor.attribute("id")] = resolve(name, cursor.attribute("href"));
        } else if (cursor.is("itemref")) {
            const auto item = manifest.find(cursor.attribute("idref"));
            if (item != manifest.end()) package.chapters.push_back(item->second);
        }
    }
    return package;
}

// Fonts may be scrambled in a book that anybody can read; chapters are not.
bool encrypts_chapter(std::string_view xml, const std::vector<std::string>& chapters) {
    XmlCursor cursor(xml);
    while (cursor.next()) {
        if (!cursor.at_start() || !cursor.is("CipherReference")) continue;
        const std::string name = resolve("", cursor.attribute("URI"));
        for (const std::string& chapter : chapters)
            if (chapter == name) return true;
    }
    return false;
}

}  // namespace

ReadResult read_epub(std::string_view bytes, const std::string& name, const Limits& limits) {
    const auto members = read_zip(bytes, limits, is_wanted);
    if (!members) return tl::unexpected(members.error());
    const auto member = [&](std::string_view path) { return member_of(*members, path); };
    const std::string package_file = package_name(member("META-INF/container.xml"));
    if (member(package_file).empty()) return damaged("it does not say where its contents are");
    const Package package = read_package(package_file, member(package_file));
    if (package.chapters.empty()) return damaged("it has no reading order (spine)");
    if (encrypts_chapter(member("META-INF/encryption.xml"), package.chapters))
        return tl::unexpected(Failure{FailureKind::Encrypted, "is protected against reading (DRM)"});

    DocumentBuilder builder("epub", limits);
    builder.set_title(package.title);
    for (const std::string& chapter : package.chapters) {
        builder.begin_page();
        if (member(chapter).empty()) {
            builder.add_warning("chapter " + chapter + " is missing or empty");
            continue;
        }
        const DecodedText decoded = decode_text(member(chapter), declared_html_encoding(member(chapter)));
        for (const std::string& warning : decoded.warnings) builder.add_warning(chapter + ": " + warning);
        if (const char* refusal = append_html(without_empty_elements(decoded.text), 0, builder).refusal)
            builder.add_warning("chapter " + chapter + " was left out: " + refusal);
    }
    return builder.finish(name);
}

}  // namespace corpuscope::documents
