// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "engine/documents/document.h"

namespace corpuscope::documents {

struct ParagraphStyle {
    BlockKind kind = BlockKind::Paragraph;
    int level = 0;  ///< as in Block
};

/// What word processors mean by the name that a style has in its file, where they keep the English ones
/// whatever language they speak ("heading 2", "Quote"). A style of the user's own is a paragraph.
ParagraphStyle style_named(std::string_view name);

}  // namespace corpuscope::documents
