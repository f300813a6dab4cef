// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Office documents made of the XML that a test is about.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <utility>
#include <vector>

namespace corpuscope::documents {

using Members = std::vector<std::pair<std::string, std::string>>;

/// A zip archive of members with their contents.
inline std::string package_of(const Members& members) {
    std::string bytes(1 << 20, '\0');
    std::size_t used = 0;
    archive* zip = archive_write_new();
    archive_write_set_format_zip(zip);
    archive_write_open_memory(zip, bytes.data(), bytes.size(), &used);
    for (const auto& [name, content] : members) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_write_header(zip, entry);
        archive_write_data(zip, content.data(), content.size());
        archive_entry_free(entry);
    }
    archive_write_free(zip);
    bytes.resize(used);
    return bytes;
}

/// A docx whose text is the elements of `body`.
inline std::string docx_of(const std::string& body) {
    return package_of(
        {{"word/document.xml", "<w:document xmlns:w=\"w\"><w:body>" + body + "</w:body></w:document>"}});
}

/// An OpenDocument file of that kind ("text", "spreadsheet") whose content is the elements of `body`.
inline std::string open_document_of(const std::string& kind, const std::string& body) {
    return package_of({{"mimetype", "application/vnd.oasis.opendocument." + kind},
                       {"content.xml",
                        "<office:body xmlns:office=\"o\" xmlns:text=\"x\" xmlns:table=\"t\" xmlns:draw=\"d\" "
                        "xmlns:svg=\"s\">" +
                            body + "</office:body>"}});
}

}  // namespace corpuscope::documents
