// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/document.h"

#include <algorithm>

namespace corpuscope::documents {

std::int64_t source_offset(std::span<const SourceAnchor> source_map, std::int64_t text_offset) {
    const auto after = std::upper_bound(
        source_map.begin(), source_map.end(), text_offset,
        [](std::int64_t offset, const SourceAnchor& anchor) { return offset < anchor.text_offset; });
    if (after == source_map.begin()) return -1;
    const SourceAnchor& anchor = *(after - 1);
    return anchor.source_offset + (text_offset - anchor.text_offset);
}

}  // namespace corpuscope::documents
