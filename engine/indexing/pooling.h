// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/library/library.h"

namespace corpuscope::indexing {

/// Unit vectors of one document as the encoder gave them.
struct UnitRows {
    std::span<const float> vectors;         ///< [units, dimension], of length 1
    std::span<const float> lengths;         ///< [units]: of the means before they were scaled
    std::span<const std::int64_t> offsets;  ///< [units + 1]: token offsets, of any origin
};

/// Vectors of passages and document from those of the units. A unit of n tokens has n + 2 positions ([CLS],
/// [SEP]), so a passage, the mean over its units' positions, is the sum of (n + 2) * length * vector over its
/// units; a document is the mean of its units' vectors. A passage without units takes the document's vector.
library::DocumentVectors pool(const UnitRows& units, std::span<const library::StoredPassage> passages,
                              std::int64_t dimension, std::int64_t generation);

}  // namespace corpuscope::indexing
