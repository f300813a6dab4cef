// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "kernels/host_buffer.h"
#include "kernels/quantize.h"

namespace corpuscope::kernels::cpu {

/// What turns the integer sum of an output into its value; arrays padded to whole vectors.
struct Int8Outputs {
    const std::int32_t* column_sum;  ///< sum of the quantized weights: what the zero point adds
    const float* scales;
    const float* bias;
};

/// A RowScale, ready for results: the zero point as the float32 that the sums become too.
struct RowFactors {
    float scale = 1.0F, zero_point = 0.0F;

    RowFactors() = default;
    explicit RowFactors(const RowScale& row)
        : scale(row.scale), zero_point(static_cast<float>(row.zero_point)) {}
};

/// The memory of Int8Outputs for `outputs` outputs, padded with zeros to `padded`.
class Int8OutputArrays {
 public:
    /// Scales and column sums are zero until they are set.
    Int8OutputArrays(std::span<const float> bias, std::int64_t outputs, std::int64_t padded);

    float* scales() { return static_cast<float*>(scales_.data()); }
    void set_column_sum(std::int64_t output, const std::int8_t* weights, std::int64_t inputs);
    Int8Outputs view() const;

 private:
    HostBuffer column_sum_, scales_, bias_;
};

}  // namespace corpuscope::kernels::cpu
