// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/longnet/calibration.h"

namespace corpuscope::longnet {

/// How the rounding error of one weight is best made up for by the weights after it in its row, when inputs
/// have this second moment H: the upper triangular U with U^T U = H^-1 (Frantar et al., 2023, "GPTQ").
/// Rounding weight i wrong by e asks for -e * U[i, j] / U[i, i] more of weight j.
class RoundingFeedback {
 public:
    explicit RoundingFeedback(const SecondMoment& moment);

    /// Row i of U from its diagonal on: [size - i].
    std::span<const float> row(std::int64_t i) const {
        return std::span(triangle_).subspan(static_cast<std::size_t>(i * size_ + i),
                                            static_cast<std::size_t>(size_ - i));
    }

 private:
    std::int64_t size_;
    std::vector<float> triangle_;  // [size, size]
};

}  // namespace corpuscope::longnet
