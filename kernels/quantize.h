// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The int8 arithmetic that every backend shares:
//
//   y[o] = activation_scale * weight_scale[o] * sum_i (x8[i] - zero_point) * w8[o, i] + bias[o]
//
// with weights in [-127, 127], one scale an output channel, and activations in [0, 255], scale and zero point
// a row. Sums are exact, and the same wherever the weights are: quantize_weight on processors with VNNI or
// AMX and in the reference; cpu/int8_weights.h on those whose products of bytes would saturate.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace corpuscope::kernels {

struct QuantizedWeight {
    std::vector<std::int8_t> values;  ///< [out, in]
    std::vector<float> scales;        ///< [out]
};

/// Rounds each output to bytes in [-127, 127] with a scale of its own.
QuantizedWeight quantize_weight(std::span<const float> weight, std::int64_t out_features,
                                std::int64_t in_features);

/// Throws for a weight that is not finite.
[[noreturn]] void refuse_weight(float weight, std::int64_t output, std::int64_t input);

/// Longest row whose int32 sum cannot overflow: 65536 * 255 * 127 < 2^31.
inline constexpr std::int64_t kMaxQuantizedFeatures = 65536;

struct RowScale {
    float scale = 1.0F;
    std::int32_t zero_point = 0;
};

/// Scale and zero point of a row with values in [low, high], quantized to [0, levels]; the range always holds
/// 0, which is represented exactly. A row with a NaN or an infinity gets a NaN scale, so that its result is
/// NaN.
RowScale row_scale(float low, float high, int levels = 255);

/// Row scale of `values`, and their quantized values minus the zero point, in [-255, 255].
RowScale quantize_row(std::span<const float> values, std::int16_t* centred);

}  // namespace corpuscope::kernels
