// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/query_key.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/check.h"

namespace corpuscope::kernels {
namespace {

std::int64_t checked_head_dim(const Matrix& rows, int heads) {
    if (rows.type != DType::F32) refuse("queries and keys are changed in float32 only");
    if (heads <= 0 || rows.columns % heads != 0)
        refuse("heads must divide the " + std::to_string(rows.columns) + " columns, not " +
               std::to_string(heads));
    return rows.columns / heads;
}

std::int64_t checked_even_head_dim(const Matrix& rows, int heads) {
    const std::int64_t dim = checked_head_dim(rows, heads);
    if (dim % 2 != 0) refuse("head_dim must be even, not " + std::to_string(dim));
    return dim;
}

struct Turn {
    float cosine, sine;
};

/// The turn of one pair at one position, in double: at position 10^9 a float32 angle would be off by a whole
/// turn.
Turn turn_of(std::int64_t position, std::int64_t pair, std::int64_t dim, double base, double scale) {
    const double angle = static_cast<double>(position) *
                         std::pow(base, -2.0 * static_cast<double>(pair) / static_cast<double>(dim));
    return {static_cast<float>(scale * std::cos(angle)), static_cast<float>(scale * std::sin(angle))};
}

void turn_row(float* row, int heads, std::int64_t dim, const std::vector<Turn>& turns) {
    for (int h = 0; h < heads; ++h) {
        float* head = row + h * dim;
        for (std::int64_t i = 0; i < dim / 2; ++i) {
            const auto [cosine, sine] = turns[static_cast<std::size_t>(i)];
            const float x = head[2 * i], y = head[2 * i + 1];
            head[2 * i] = x * cosine - y * sine;
            head[2 * i + 1] = x * sine + y * cosine;
        }
    }
}

}  // namespace

void apply_rotary(const Matrix& rows, int heads, std::int64_t first, float base) {
    const std::int64_t dim = checked_even_head_dim(rows, heads);
    if (!(base > 0.0F)) refuse("rotary base must be positive, not " + std::to_string(base));
    std::vector<Turn> turns(static_cast<std::size_t>(dim / 2));
    for (std::int64_t row = 0; row < rows.rows; ++row) {
        for (std::int64_t i = 0; i < dim / 2; ++i)
            turns[static_cast<std::size_t>(i)] = turn_of(first + row, i, dim, static_cast<double>(base), 1.0);
        turn_row(rows.row<float>(row), heads, dim, turns);
    }
}

void apply_xpos(const Matrix& rows, int heads, std::int64_t first, std::int64_t origin, Side side) {
    constexpr double kScaleBase = 512.0, kGamma = 0.4, kLargest = 1e37, kSmallest = 1e-37;
    const std::int64_t dim = checked_even_head_dim(rows, heads);
    std::vector<Turn> turns(static_cast<std::size_t>(dim / 2));
    for (std::int64_t row = 0; row < rows.rows; ++row) {
        const double distance = static_cast<double>(first + row - origin) / kScaleBase;
        for (std::int64_t i = 0; i < dim / 2; ++i) {
            const double zeta =
                (2.0 * static_cast<double>(i) / static_cast<double>(dim) + kGamma) / (1.0 + kGamma);
            const double scale = std::pow(zeta, side == Side::Query ? distance : -distance);
            turns[static_cast<std::size_t>(i)] =
                turn_of(first + row, i, dim, 10000.0, std::clamp(scale, kSmallest, kLargest));
        }
        turn_row(rows.row<float>(row), heads, dim, turns);
    }
}

void apply_head_norm(const Matrix& rows, int heads, const float* gamma, const float* beta, float epsilon) {
    const std::int64_t dim = checked_head_dim(rows, heads);
    for (std::int64_t row = 0; row < rows.rows; ++row)
        for (int h = 0; h < heads; ++h) {
            float* head = rows.row<float>(row) + h * dim;
            double mean = 0.0, variance = 0.0;
            for (std::int64_t i = 0; i < dim; ++i) mean += static_cast<double>(head[i]);
            mean /= static_cast<double>(dim);
            for (std::int64_t i = 0; i < dim; ++i)
                variance += std::pow(static_cast<double>(head[i]) - mean, 2);
            const double inverse =
                1.0 / std::sqrt(variance / static_cast<double>(dim) + static_cast<double>(epsilon));
            for (std::int64_t i = 0; i < dim; ++i)
                head[i] = static_cast<float>((static_cast<double>(head[i]) - mean) * inverse) *
                              (gamma ? gamma[i] : 1.0F) +
                          (beta ? beta[i] : 0.0F);
        }
}

}  // namespace corpuscope::kernels
