// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/opendocument_package.h"

#include <utility>

#include "engine/documents/archive.h"
#include "engine/documents/xml_cursor.h"

namespace corpuscope::documents {
namespace {

bool is_encrypted(std::string_view manifest) {
    XmlCursor cursor(manifest);
    while (cursor.next())
        if (cursor.at_start() && cursor.is("encryption-data")) return true;
    return false;
}

bool is_wanted(std::string_view name) {
    return name == "content.xml" || name == "meta.xml" || name == "META-INF/manifest.xml";
}

}  // namespace

tl::expected<OpenDocumentPackage, Failure> read_opendocument_package(std::string_view bytes,
                                                                     const Limits& limits) {
    auto members = read_zip(bytes, limits, is_wanted);
    if (!members) return tl::unexpected(members.error());
    if (is_encrypted(member_of(*members, "META-INF/manifest.xml")))
        return tl::unexpected(Failure{FailureKind::Encrypted, "needs a password"});
    return OpenDocumentPackage{std::move((*members)["content.xml"]),
                               text_of_first("title", member_of(*members, "meta.xml"))};
}

}  // namespace corpuscope::documents
