// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/quantize.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/check.h"

namespace corpuscope::kernels {

QuantizedWeight quantize_weight(std::span<const float> weight, std::int64_t out_features,
                                std::int64_t in_features, int limit) {
    QuantizedWeight result;
    result.values.resize(weight.size());
    result.scales.resize(static_cast<std::size_t>(out_features));
    for (std::int64_t o = 0; o < out_features; ++o) {
        const float* row = weight.data() + o * in_features;
        float largest = 0.0F;
        for (std::int64_t i = 0; i < in_features; ++i) {
            if (!std::isfinite(row[i]))
                refuse("weight [" + std::to_string(o) + ", " + std::to_string(i) + "] is " +
                       std::to_string(row[i]) + ", which has no int8 value");
            largest = std::max(largest, std::abs(row[i]));
        }
        const float scale = largest > 0.0F ? largest / static_cast<float>(limit) : 1.0F;
        result.scales[static_cast<std::size_t>(o)] = scale;
        std::int8_t* to = result.values.data() + o * in_features;
        for (std::int64_t i = 0; i < in_features; ++i)
            to[i] = static_cast<std::int8_t>(std::nearbyint(row[i] / scale));
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
