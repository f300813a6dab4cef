// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/package_relations.h"

#include <filesystem>

#include "engine/documents/xml_cursor.h"

namespace corpuscope::documents {

Relations relations_of(const ZipMembers& members, const std::string& part) {
    const std::filesystem::path path(part);
    const std::filesystem::path folder = path.parent_path();
    Relations relations;
    XmlCursor cursor(
        member_of(members, (folder / "_rels" / (path.filename().string() + ".rels")).generic_string()));
    while (cursor.next()) {
        if (!cursor.at_start() || !cursor.is("Relationship")) continue;
        const std::string target = cursor.attribute("Target");
        relations[cursor.attribute("Id")] = {cursor.attribute("Type"),
                                             target.starts_with('/')
                                                 ? target.substr(1)
                                                 : (folder / target).lexically_normal().generic_string()};
    }
    return relations;
}

}  // namespace corpuscope::documents
