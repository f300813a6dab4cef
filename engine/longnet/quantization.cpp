// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/quantization.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/longnet/half.h"

namespace corpuscope::longnet {
namespace {

constexpr float kLargest = 127;
// Clipping the largest element makes the steps for all others finer.
constexpr int kClippings = 24;
constexpr float kClippingStep = 0.01f;

float round_to_step(float value, float scale) {
    return std::clamp(std::nearbyint(value / scale), -kLargest, kLargest);
}

double squared_error(std::span<const float> group, float scale) {
    double error = 0;
    for (const float value : group) {
        const double difference = value - round_to_step(value, scale) * scale;
        error += difference * difference;
    }
    return error;
}

std::uint16_t best_scale(std::span<const float> group) {
    float largest = 0;
    for (const float value : group) largest = std::max(largest, std::fabs(value));
    std::uint16_t best = float_to_bf16(1.0f);
    if (largest == 0) return best;
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < kClippings; ++i) {
        const std::uint16_t scale =
            float_to_bf16(largest * (1 - kClippingStep * static_cast<float>(i)) / kLargest);
        if (bf16_to_float(scale) == 0) continue;
        const double error = squared_error(group, bf16_to_float(scale));
        if (error < least) {
            least = error;
            best = scale;
        }
    }
    return best;
}

}  // namespace

QuantizedMatrix quantize_matrix(std::span<const float> matrix, std::int64_t rows, std::int64_t columns,
                                std::int64_t group) {
    QuantizedMatrix quantized;
    quantized.group = group > 0 && columns % group == 0 ? group : columns;
    const auto size = static_cast<std::size_t>(quantized.group);
    quantized.values.resize(static_cast<std::size_t>(rows * columns));
    for (std::size_t begin = 0; begin < quantized.values.size(); begin += size) {
        const auto values = matrix.subspan(begin, size);
        quantized.scales.push_back(best_scale(values));
        const float scale = bf16_to_float(quantized.scales.back());
        for (std::size_t i = 0; i < size; ++i)
            quantized.values[begin + i] = static_cast<std::int8_t>(round_to_step(values[i], scale));
    }
    return quantized;
}

}  // namespace corpuscope::longnet
