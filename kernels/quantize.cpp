// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/quantize.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/check.h"

namespace corpuscope::kernels {

namespace {

/// Largest magnitude of channel `o`. Throws for a weight that has no int8 value.
float largest_of(std::span<const float> channel, std::int64_t o) {
    float largest = 0.0F;
    for (std::size_t i = 0; i < channel.size(); ++i) {
        if (!std::isfinite(channel[i]))
            refuse("weight [" + std::to_string(o) + ", " + std::to_string(i) + "] is " +
                   std::to_string(channel[i]) + ", which has no int8 value");
        largest = std::max(largest, std::abs(channel[i]));
    }
    return largest;
}

constexpr float kWeightLimit = 127.0F;

/// Rounds to the nearest integer for |x| < 2^22, without a call.
float round_small(float x) {
    constexpr float kMagic = 12582912.0F;  // 1.5 * 2^23
    return (x + kMagic) - kMagic;
}

struct Pair {
    float first, second;
};

/// Nearest integers whose sum keeps to kPairLimit: what is too much comes off both in halves.
inline Pair round_pair(float first, float second, float inverse) {
    const float a = std::clamp(round_small(first * inverse), -kWeightLimit, kWeightLimit);
    const float b = std::clamp(round_small(second * inverse), -kWeightLimit, kWeightLimit);
    const float excess = std::max(std::abs(a + b) - static_cast<float>(kPairLimit), 0.0F);
    const float half = round_small(0.5F * excess);
    return {a - std::copysign(half, a), b - std::copysign(excess - half, b)};
}

float second_of(std::span<const float> channel, std::size_t i) {
    return i + 1 < channel.size() ? channel[i + 1] : 0.0F;
}

float squared_error(std::span<const float> channel, float scale) {
    const float inverse = 1.0F / scale;
    float error = 0.0F;
    for (std::size_t i = 0; i < channel.size(); i += 2) {
        const float second = second_of(channel, i);
        const Pair pair = round_pair(channel[i], second, inverse);
        const float a = channel[i] - scale * pair.first, b = second - scale * pair.second;
        error += a * a + b * b;
    }
    return error;
}

/// Scales from the one that cuts nothing short down to where cutting outweighs finer steps.
float best_pair_scale(std::span<const float> channel, float largest) {
    constexpr int kScales = 5;
    constexpr float kStep = 0.92F;
    float most = largest / kWeightLimit;
    for (std::size_t i = 0; i < channel.size(); i += 2)
        most = std::max(most, std::abs(channel[i] + second_of(channel, i)) / static_cast<float>(kPairLimit));
    float best = most, least = squared_error(channel, most);
    float scale = most;
    for (int i = 1; i < kScales; ++i) {
        scale *= kStep;
        const float error = squared_error(channel, scale);
        if (error >= least) continue;
        least = error;
        best = scale;
    }
    return best;
}

}  // namespace

QuantizedWeight quantize_weight(std::span<const float> weight, std::int64_t out_features,
                                std::int64_t in_features, int limit) {
    QuantizedWeight result;
    result.values.resize(weight.size());
    result.scales.resize(static_cast<std::size_t>(out_features));
    const auto inputs = static_cast<std::size_t>(in_features);
    for (std::size_t o = 0; o < result.scales.size(); ++o) {
        const auto channel = weight.subspan(o * inputs, inputs);
        const float largest = largest_of(channel, static_cast<std::int64_t>(o));
        const float scale = largest > 0.0F ? largest / static_cast<float>(limit) : 1.0F;
        result.scales[o] = scale;
        for (std::size_t i = 0; i < inputs; ++i)
            result.values[o * inputs + i] = static_cast<std::int8_t>(std::nearbyint(channel[i] / scale));
    }
    return result;
}

QuantizedWeight quantize_weight_pairs(std::span<const float> weight, std::int64_t out_features,
                                      std::int64_t in_features) {
    // Below it a scale's inverse would leave float32.
    constexpr float kSmallestChannel = 1e-30F;
    QuantizedWeight result;
    result.values.resize(weight.size());
    result.scales.assign(static_cast<std::size_t>(out_features), 1.0F);
    const auto inputs = static_cast<std::size_t>(in_features);
    for (std::size_t o = 0; o < result.scales.size(); ++o) {
        const auto channel = weight.subspan(o * inputs, inputs);
        const float largest = largest_of(channel, static_cast<std::int64_t>(o));
        if (largest < kSmallestChannel) continue;
        const float scale = result.scales[o] = best_pair_scale(channel, largest);
        std::int8_t* to = result.values.data() + o * inputs;
        for (std::size_t i = 0; i < inputs; i += 2) {
            const Pair pair = round_pair(channel[i], second_of(channel, i), 1.0F / scale);
            to[i] = static_cast<std::int8_t>(pair.first);
            if (i + 1 < inputs) to[i + 1] = static_cast<std::int8_t>(pair.second);
        }
    }
    return result;
}

RowScale row_scale(float low, float high, int levels) {
    low = std::min(low, 0.0F);
    high = std::max(high, 0.0F);
    const float range = high - low;
    if (!std::isfinite(range)) return {std::numeric_limits<float>::quiet_NaN(), 0};
    if (range < 1e-30F) return {};
    const float scale = range / static_cast<float>(levels);
    return {scale, static_cast<std::int32_t>(std::nearbyint(-low / scale))};
}

RowScale quantize_row(std::span<const float> values, std::int16_t* centred) {
    float low = 0.0F, high = 0.0F;
    bool nan = false;
    for (const float value : values) {
        low = std::min(low, value);
        high = std::max(high, value);
        nan = nan || std::isnan(value);
    }
    const RowScale row = row_scale(low, nan ? std::numeric_limits<float>::infinity() : high);
    if (std::isnan(row.scale)) {
        std::fill_n(centred, values.size(), std::int16_t{0});
        return row;
    }
    const float inverse = 1.0F / row.scale;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto rounded = static_cast<std::int32_t>(std::nearbyint(values[i] * inverse)) + row.zero_point;
        centred[i] = static_cast<std::int16_t>(std::clamp(rounded, 0, 255) - row.zero_point);
    }
    return row;
}

}  // namespace corpuscope::kernels
