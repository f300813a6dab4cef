// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What the packages of OpenDocument (odt, odp, ods) have in common.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "engine/documents/reader.h"

namespace corpuscope::documents {

struct OpenDocumentPackage {
    std::string content;  ///< XML
    std::string title;    ///< may be empty
};

tl::expected<OpenDocumentPackage, Failure> read_opendocument_package(std::string_view bytes,
                                                                     const Limits& limits);

}  // namespace corpuscope::documents
