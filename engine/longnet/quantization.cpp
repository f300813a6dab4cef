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

/// Rounds row[begin, begin + group); what feedback there is goes to the rest of `row`.
void round_group(std::span<float> row, std::int64_t begin, std::int64_t group,
                 const RoundingFeedback* feedback, std::int8_t* values, std::uint16_t& stored_scale) {
    const auto at = [&](std::int64_t i) -> float& { return row[static_cast<std::size_t>(i)]; };
    stored_scale = best_scale(row.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(group)));
    const float scale = bf16_to_float(stored_scale);
    for (std::int64_t i = begin; i < begin + group; ++i) {
        const float rounded = round_to_step(at(i), scale);
        values[i] = static_cast<std::int8_t>(rounded);
        if (feedback == nullptr) continue;
        const auto influence = feedback->row(i);
        const float error = (at(i) - rounded * scale) / influence[0];
        for (std::size_t j = 1; j < influence.size(); ++j)
            at(i + static_cast<std::int64_t>(j)) -= error * influence[j];
    }
}

}  // namespace

QuantizedMatrix quantize_matrix(std::span<const float> matrix, std::int64_t rows, std::int64_t columns,
                                std::int64_t group, const RoundingFeedback* feedback) {
    QuantizedMatrix quantized;
    quantized.group = columns % group == 0 ? group : columns;
    quantized.values.resize(static_cast<std::size_t>(rows * columns));
    std::vector<float> row(static_cast<std::size_t>(columns));
    for (std::int64_t r = 0; r < rows; ++r) {
        std::copy_n(matrix.begin() + r * columns, columns, row.begin());
        for (std::int64_t begin = 0; begin < columns; begin += quantized.group)
            round_group(row, begin, quantized.group, feedback, quantized.values.data() + r * columns,
                        quantized.scales.emplace_back());
    }
    return quantized;
}

}  // namespace corpuscope::longnet
