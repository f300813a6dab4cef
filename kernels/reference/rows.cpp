// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference/rows.h"

#include <cmath>
#include <numbers>

#include "kernels/bf16.h"
#include "kernels/check.h"

namespace corpuscope::kernels::reference {

float gelu(float x) { return 0.5F * x * (1.0F + std::erf(x / std::numbers::sqrt2_v<float>)); }

void add_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma, const float* beta,
                    float epsilon, const Matrix& y) {
    const auto sum = [&](std::int64_t row, std::int64_t i) {
        const float value = load_float(x.data, row * x.stride + i, x.type);
        return residual.data == nullptr
                   ? value
                   : value + load_float(residual.data, row * residual.stride + i, residual.type);
    };
    for (std::int64_t row = 0; row < x.rows; ++row) {
        double mean = 0.0, variance = 0.0;
        for (std::int64_t i = 0; i < x.columns; ++i) mean += static_cast<double>(sum(row, i));
        mean /= static_cast<double>(x.columns);
        for (std::int64_t i = 0; i < x.columns; ++i)
            variance += std::pow(static_cast<double>(sum(row, i)) - mean, 2);
        const double inverse =
            1.0 / std::sqrt(variance / static_cast<double>(x.columns) + static_cast<double>(epsilon));
        for (std::int64_t i = 0; i < x.columns; ++i)
            store_float(
                y.data, row * y.stride + i, y.type,
                static_cast<float>((static_cast<double>(sum(row, i)) - mean) * inverse) * gamma[i] + beta[i]);
    }
}

void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position, const Matrix& tokens,
           const Matrix& positions, const float* segment_row, const Matrix& y) {
    for (std::size_t row = 0; row < ids.size(); ++row) {
        const std::int64_t id = ids[row], place = position[row];
        if (id >= tokens.rows)
            refuse("token id " + std::to_string(id) + " of " + std::to_string(tokens.rows));
        if (id >= 0 && (place < 0 || place >= positions.rows))
            refuse("position " + std::to_string(place) + " of " + std::to_string(positions.rows));
        for (std::int64_t i = 0; i < y.columns; ++i) {
            float value = 0.0F;
            if (id >= 0)
                value = load_float(tokens.data, id * tokens.stride + i, tokens.type) +
                        load_float(positions.data, place * positions.stride + i, positions.type) +
                        (segment_row != nullptr ? segment_row[i] : 0.0F);
            store_float(y.data, static_cast<std::int64_t>(row) * y.stride + i, y.type, value);
        }
    }
}

}  // namespace corpuscope::kernels::reference
