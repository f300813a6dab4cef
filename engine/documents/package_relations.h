// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// How the parts of an Office Open XML package (docx, pptx, xlsx) refer to each other.
#pragma once

#include <map>
#include <string>

#include "engine/documents/archive.h"

namespace corpuscope::documents {

struct Relation {
    std::string type, target;  ///< a URI; the name of a member
};
using Relations = std::map<std::string, Relation>;  // by id

/// What the part of that name refers to, or the package itself if it is empty; nothing where the package does
/// not list it.
Relations relations_of(const ZipMembers& members, const std::string& part);

}  // namespace corpuscope::documents
