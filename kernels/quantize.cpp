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
        if (!std::isfinite(channel[i])) refuse_weight(channel[i], o, static_cast<std::int64_t>(i));
        largest = std::max(largest, std::abs(channel[i]));
    }
    return largest;
}

}  // namespace

void refuse_weight(float weight, std::int64_t output, std::int64_t input) {
    refuse("weight [" + std::to_string(output) + ", " + std::to_string(input) + "] is " +
           std::to_string(weight) + ", which has no int8 value");
}

QuantizedWeight quantize_weight(std::span<const float> weight, std::int64_t out_features,
                                std::int64_t in_features) {
    QuantizedWeight result;
    result.values.resize(weight.size());
    result.scales.resize(static_cast<std::size_t>(out_features));
    const auto inputs = static_cast<std::size_t>(in_features);
    for (std::size_t o = 0; o < result.scales.size(); ++o) {
        const auto channel = weight.subspan(o * inputs, inputs);
        const float largest = largest_of(channel, static_cast<std::int64_t>(o));
        const float scale = largest > 0.0F ? largest / 127.0F : 1.0F;
        result.scales[o] = scale;
        for (std::size_t i = 0; i < inputs; ++i)
            result.values[o * inputs + i] = static_cast<std::int8_t>(std::nearbyint(channel[i] / scale));
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
