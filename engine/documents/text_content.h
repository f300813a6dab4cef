// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Plain text. Its structure is guessed only where it is plain: blank lines part paragraphs, underlined lines,
// lone lines in capitals and lone lines with a section number are headings, bullets and numbers begin list
// items. Lines that were wrapped by hand stay one paragraph; lines that were not are paragraphs by
// themselves.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/documents/document_builder.h"

namespace corpuscope::documents {

/// Appends `text` (UTF-8, lines ended by '\n') to the builder, offsets counted from `source`; -1: it stands
/// nowhere in the original.
void append_text(std::string_view text, std::int64_t source, DocumentBuilder& builder);

}  // namespace corpuscope::documents
