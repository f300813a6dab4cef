// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/longnet/rounding_feedback.h"

namespace corpuscope::longnet {

/// A matrix as model.safetensors stores it in int8: element (o, i) is values[o, i] * scales[o, i / group].
struct QuantizedMatrix {
    std::vector<std::int8_t> values;    ///< [rows, columns]
    std::vector<std::uint16_t> scales;  ///< [rows, columns / group], bf16
    std::int64_t group = 0;
};

/// Rounds a matrix [rows, columns] to int8 with one scale for each `group` elements of a row (0: the whole
/// row). Each scale is the one of several clippings with the smallest squared error.
QuantizedMatrix quantize_matrix(std::span<const float> matrix, std::int64_t rows, std::int64_t columns,
                                std::int64_t group, const RoundingFeedback* feedback = nullptr);

}  // namespace corpuscope::longnet
