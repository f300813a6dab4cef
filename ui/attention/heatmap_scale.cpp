// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/attention/heatmap_scale.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace corpuscope::ui {
namespace {
constexpr double kDecades = 4;  ///< that a logarithmic scale spans at most
}

HeatmapScale HeatmapScale::of(const attention::AttentionMap& map, const QRect& view, bool logarithmic,
                              bool diagonal) {
    HeatmapScale scale;
    scale.logarithmic = logarithmic;
    std::vector<float> weights;
    for (int row = view.top(); row <= view.bottom(); ++row) {
        for (int column = view.left(); column <= view.right(); ++column) {
            const float weight = weight_at(map, row, column);
            if (!std::isnan(weight) && weight > 0 && (diagonal || row != column)) weights.push_back(weight);
        }
    }
    if (weights.empty()) return scale;
    const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
    scale.high = *high;
    scale.low = logarithmic ? std::max<double>(*low, scale.high * std::pow(10, -kDecades)) : 0;
    if (logarithmic) {  // a few far below the rest would leave it all in one colour
        const auto cut = weights.begin() + static_cast<std::ptrdiff_t>(weights.size() / 50);
        std::nth_element(weights.begin(), cut, weights.end());
        scale.low = std::max<double>(scale.low, *cut);
    }
    if (scale.low >= scale.high) scale.low = scale.high / 10;
    return scale;
}

double HeatmapScale::position(double weight) const {
    if (weight <= 0) return 0;
    const double t =
        logarithmic ? std::log(weight / low) / std::log(high / low) : (weight - low) / (high - low);
    return std::clamp(t, 0.0, 1.0);
}

double HeatmapScale::weight(double position) const {
    return logarithmic ? low * std::pow(high / low, position) : low + position * (high - low);
}

}  // namespace corpuscope::ui
