// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/pooling.h"

#include <algorithm>
#include <cmath>

namespace corpuscope::longnet {

float scale_to_unit(float* sum, std::int64_t rows, std::int64_t columns) {
    double squares = 0;
    for (std::int64_t c = 0; c < columns; ++c) squares += static_cast<double>(sum[c]) * sum[c];
    const auto scale = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 0.0f;
    for (std::int64_t c = 0; c < columns; ++c) sum[c] *= scale;
    return rows > 0 ? static_cast<float>(std::sqrt(squares) / static_cast<double>(rows)) : 0.0f;
}

float mean_of_rows(const float* states, std::int64_t rows, std::int64_t columns, float* out) {
    std::fill_n(out, columns, 0.0f);
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t c = 0; c < columns; ++c) out[c] += states[row * columns + c];
    return scale_to_unit(out, rows, columns);
}

}  // namespace corpuscope::longnet
