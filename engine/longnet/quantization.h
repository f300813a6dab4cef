// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/longnet/rounding_feedback.h"

namespace corpuscope::longnet {

/// A matrix in whole numbers: element (o, i) is values[o, i] * scales[o, i / group].
struct QuantizedMatrix {
    std::vector<std::int16_t> values;   ///< [rows, columns]
    std::vector<std::uint16_t> scales;  ///< [rows, columns / group], bf16
    std::int64_t group = 0;
};

struct Rounding {
    int bits = 8;  ///< of a value: its magnitude stays below 2^(bits - 1)
    std::int64_t group =
        0;  ///< elements of a row that share a scale; the whole row where it does not divide it
    int threads = 1;
};

/// Rounds a matrix [rows, columns]. Each scale is the one of several clippings with the smallest squared
/// error.
QuantizedMatrix quantize_matrix(std::span<const float> matrix, std::int64_t rows, std::int64_t columns,
                                const Rounding& rounding, const RoundingFeedback* feedback = nullptr);

}  // namespace corpuscope::longnet
