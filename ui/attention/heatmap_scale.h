// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRect>

#include "engine/attention/attention_map.h"

namespace corpuscope::ui {

/// How weights of the visible part of a map become 0..1 of the colour map.
struct HeatmapScale {
    bool logarithmic = true;
    double low = 0, high = 1;

    /// Over the cells of `view` (x: columns, y: rows). Without the diagonal when it is left out, which else
    /// outshines all.
    static HeatmapScale of(const attention::AttentionMap& map, const QRect& view, bool logarithmic,
                           bool diagonal);
    double position(double weight) const;
    double weight(double position) const;
};

/// Weight at row, column; NaN outside the attention pattern.
inline float weight_at(const attention::AttentionMap& map, int row, int column) {
    return map.weights[static_cast<std::size_t>(row) * map.cells.size() + static_cast<std::size_t>(column)];
}

}  // namespace corpuscope::ui
