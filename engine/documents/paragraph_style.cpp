// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/paragraph_style.h"

#include <algorithm>
#include <string>

namespace corpuscope::documents {

ParagraphStyle style_named(std::string_view style) {
    std::string name(style);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (name == "title") return {BlockKind::Heading, 1};
    if (name.starts_with("heading ") && name.size() == 9 && name[8] >= '1' && name[8] <= '9')
        return {BlockKind::Heading, name[8] - '0'};
    for (const std::string_view code : {"source code", "preformatted", "plain text", "verbatim"})
        if (name.find(code) != std::string::npos) return {BlockKind::Code, 0};
    for (const std::string_view quote : {"quote", "quotation", "block text"})
        if (name.find(quote) != std::string::npos) return {BlockKind::Quote, 0};
    if (name.starts_with("list ")) return {BlockKind::ListItem, 0};
    return {};
}

}  // namespace corpuscope::documents
