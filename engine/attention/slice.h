// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/attention/attention_map.h"
#include "engine/tokenizer/tokenizer.h"

namespace corpuscope::attention {

/// The part of the corpus that a map shows, as the encoder takes it, and which cell each of its positions
/// belongs to.
struct Slice {
    longnet::Units units;
    longnet::Layout layout;
    std::vector<std::int32_t> unit_of;  ///< [positions]; -1: empty
    std::vector<std::int32_t> cell_of;  ///< [positions]; -1: empty or outside the range looked at
    std::vector<MapCell> cells;
};

/// Throws std::invalid_argument naming a range or a number of cells that makes no sense, std::runtime_error
/// where none of the documents has text.
Slice cut_slice(const library::Library& library, const longnet::Config& config,
                const tokenizer::Tokenizer& tokenizer, const MapRequest& request);

}  // namespace corpuscope::attention
