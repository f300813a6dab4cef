// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/quantization.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/longnet/half.h"
#include "engine/longnet/parallel.h"

namespace corpuscope::longnet {
namespace {

// Clipping the largest element makes the steps for all others finer.
constexpr int kClippings = 24;
constexpr float kClippingStep = 0.01f;

/// To the nearest whole number, ties to even, of magnitudes below 2^22: adding 1.5 * 2^23 leaves no bits for
/// a fraction. std::nearbyint does the same in a call for each number.
float round_to_whole(float value) {
    constexpr float kNoFraction = 12582912.0f;
    return value + kNoFraction - kNoFraction;
}

float round_to_step(float value, float scale, float largest) {
    return round_to_whole(std::clamp(value / scale, -largest, largest));
}

double squared_error(std::span<const float> group, float scale, float largest) {
    double error = 0;
    for (const float value : group) {
        const double difference = value - round_to_step(value, scale, largest) * scale;
        error += difference * difference;
    }
    return error;
}

std::uint16_t best_scale(std::span<const float> group, float steps) {
    float largest = 0;
    for (const float value : group) largest = std::max(largest, std::fabs(value));
    std::uint16_t best = float_to_bf16(1.0f);
    if (largest == 0) return best;
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < kClippings; ++i) {
        const std::uint16_t scale =
            float_to_bf16(largest * (1 - kClippingStep * static_cast<float>(i)) / steps);
        if (bf16_to_float(scale) == 0) continue;
        const double error = squared_error(group, bf16_to_float(scale), steps);
        if (error < least) {
            least = error;
            best = scale;
        }
    }
    return best;
}

/// Rounds row[begin, begin + group) to at most `steps` scales; what feedback there is goes to the rest of
/// `row`.
void round_group(std::span<float> row, std::int64_t begin, std::int64_t group, float steps,
                 const RoundingFeedback* feedback, std::int16_t* values, std::uint16_t& stored_scale) {
    const auto at = [&](std::int64_t i) -> float& { return row[static_cast<std::size_t>(i)]; };
    stored_scale =
        best_scale(row.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(group)), steps);
    const float scale = bf16_to_float(stored_scale);
    for (std::int64_t i = begin; i < begin + group; ++i) {
        const float rounded = round_to_step(at(i), scale, steps);
        values[i] = static_cast<std::int16_t>(rounded);
        if (feedback == nullptr) continue;
        const auto influence = feedback->row(i);
        const float error = (at(i) - rounded * scale) / influence[0];
        for (std::size_t j = 1; j < influence.size(); ++j)
            at(i + static_cast<std::int64_t>(j)) -= error * influence[j];
    }
}

}  // namespace

QuantizedMatrix quantize_matrix(std::span<const float> matrix, std::int64_t rows, std::int64_t columns,
                                const Rounding& rounding, const RoundingFeedback* feedback) {
    constexpr std::int64_t kRowsAtOnce = 64;
    const auto steps = static_cast<float>((1 << (rounding.bits - 1)) - 1);
    QuantizedMatrix quantized;
    quantized.group = rounding.group > 0 && columns % rounding.group == 0 ? rounding.group : columns;
    const std::int64_t groups = columns / quantized.group;
    quantized.values.resize(static_cast<std::size_t>(rows * columns));
    quantized.scales.resize(static_cast<std::size_t>(rows * groups));
    parallel_for(rounding.threads, (rows + kRowsAtOnce - 1) / kRowsAtOnce, [&](std::int64_t part, int) {
        std::vector<float> row(static_cast<std::size_t>(columns));
        for (std::int64_t r = part * kRowsAtOnce; r < std::min(rows, (part + 1) * kRowsAtOnce); ++r) {
            std::copy_n(matrix.begin() + r * columns, columns, row.begin());
            for (std::int64_t g = 0; g < groups; ++g)
                round_group(row, g * quantized.group, quantized.group, steps, feedback,
                            quantized.values.data() + r * columns,
                            quantized.scales[static_cast<std::size_t>(r * groups + g)]);
        }
    });
    return quantized;
}

}  // namespace corpuscope::longnet
