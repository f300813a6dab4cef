// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/tokenizer/tokenizer.h"

namespace corpuscope::exporting {

/// Where each token of a unit stands in its document's text; all of the unit where the text gives other
/// tokens than `ids`.
std::vector<ByteRange> token_ranges(const tokenizer::Tokenizer& tokenizer, std::string_view text,
                                    ByteRange unit, std::span<const std::int32_t> ids);

}  // namespace corpuscope::exporting
