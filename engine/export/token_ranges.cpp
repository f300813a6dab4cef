// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/token_ranges.h"

#include <algorithm>

namespace corpuscope::exporting {

/// now.
std::vector<ByteRange> token_ranges(const tokenizer::Tokenizer& tokenizer, std::string_view text,
                                    ByteRange unit, std::span<const std::int32_t> ids) {
    const auto pieces = tokenizer.encode_with_ranges(
        text.substr(static_cast<std::size_t>(unit.begin), static_cast<std::size_t>(unit.size())));
    std::vector<ByteRange> ranges(ids.size(), unit);
    const bool same = std::equal(pieces.begin(), pieces.end(), ids.begin(), ids.end(),
                                 [](const auto& piece, std::int32_t id) { return piece.id == id; });
    for (std::size_t i = 0; same && i < ranges.size(); ++i)
        ranges[i] = {unit.begin + pieces[i].range.begin, unit.begin + pieces[i].range.end};
    return ranges;
}

}  // namespace corpuscope::exporting
