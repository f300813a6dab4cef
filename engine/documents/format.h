// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "engine/documents/reader.h"

namespace corpuscope::documents {

enum class Format : std::uint8_t {
    Text,
    SourceCode,
    Markdown,
    Html,
    Pdf,
    Docx,
    Odt,
    Rtf,
    Pptx,
    Odp,
    Xlsx,
    Ods,
    Csv,
    Tsv,
    Epub,
    Eml,
    Mbox,
};

/// What a file is, by its bytes; its name decides only between kinds of text. A failure says what it is
/// instead, or, of a file named as a document it is not, that it is not one.
tl::expected<Format, Failure> detect_format(std::string_view bytes, const std::string& file_name);

}  // namespace corpuscope::documents
