// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/query_key_backward.h"

#include <cmath>
#include <string>
#include <vector>

#include "kernels/check.h"

namespace corpuscope::kernels {
namespace {

Matrix row_of(const Matrix& rows, std::int64_t row) {
    return {rows.row<float>(row), 1, rows.columns, rows.columns, rows.type};
}

/// One head of one row: dx = (g - mean(g) - n mean(g n)) / deviation, with n the normalized input and g =
/// gradient * gamma.
void norm_backward(const float* input, float* gradient, std::int64_t dim, const float* gamma, float epsilon,
                   std::vector<double>& dgamma, std::vector<double>& dbeta) {
    const auto count = static_cast<double>(dim);
    double mean = 0.0, variance = 0.0;
    for (std::int64_t i = 0; i < dim; ++i) mean += static_cast<double>(input[i]) / count;
    for (std::int64_t i = 0; i < dim; ++i)
        variance += std::pow(static_cast<double>(input[i]) - mean, 2) / count;
    const double inverse = 1.0 / std::sqrt(variance + static_cast<double>(epsilon));
    const auto normalized = [&](std::int64_t i) { return (static_cast<double>(input[i]) - mean) * inverse; };
    const auto scaled = [&](std::int64_t i) {
        return static_cast<double>(gradient[i]) * (gamma != nullptr ? static_cast<double>(gamma[i]) : 1.0);
    };
    double sum = 0.0, product = 0.0;
    for (std::int64_t i = 0; i < dim; ++i) {
        sum += scaled(i) / count;
        product += scaled(i) * normalized(i) / count;
        dgamma[static_cast<std::size_t>(i)] += static_cast<double>(gradient[i]) * normalized(i);
        dbeta[static_cast<std::size_t>(i)] += static_cast<double>(gradient[i]);
    }
    for (std::int64_t i = 0; i < dim; ++i)
        gradient[i] = static_cast<float>((scaled(i) - sum - normalized(i) * product) * inverse);
}

}  // namespace

void rotary_backward(const Matrix& gradient, int heads, std::int64_t first, float base) {
    for (std::int64_t row = 0; row < gradient.rows; ++row)
        apply_rotary(row_of(gradient, row), heads, -(first + row), base);
}

void xpos_backward(const Matrix& gradient, int heads, std::int64_t first, std::int64_t origin, Side side) {
    for (std::int64_t row = 0; row < gradient.rows; ++row) {
        const std::int64_t position = first + row;
        // Turned by the opposite angle, scaled as at the same distance from the origin.
        apply_xpos(row_of(gradient, row), heads, -position, origin - 2 * position, side);
    }
}

void head_norm_backward(const Matrix& input, const Matrix& gradient, int heads, const float* gamma,
                        float epsilon, float* dgamma, float* dbeta) {
    if (input.type != DType::F32 || gradient.type != DType::F32)
        refuse("gradients of a norm are computed in float32 only");
    if (input.rows != gradient.rows || input.columns != gradient.columns)
        refuse("the gradient of a norm is [" + std::to_string(gradient.rows) + ", " +
               std::to_string(gradient.columns) + "], its input [" + std::to_string(input.rows) + ", " +
               std::to_string(input.columns) + "]");
    if (heads <= 0 || input.columns % heads != 0)
        refuse("heads must divide the " + std::to_string(input.columns) + " columns, not " +
               std::to_string(heads));
    const std::int64_t dim = input.columns / heads;
    std::vector<double> gammas(static_cast<std::size_t>(dim)), betas(gammas.size());
    for (std::int64_t row = 0; row < input.rows; ++row)
        for (int h = 0; h < heads; ++h)
            norm_backward(input.row<float>(row) + h * dim, gradient.row<float>(row) + h * dim, dim, gamma,
                          epsilon, gammas, betas);
    for (std::size_t i = 0; i < gammas.size(); ++i) {
        if (dgamma != nullptr) dgamma[i] += static_cast<float>(gammas[i]);
        if (dbeta != nullptr) dbeta[i] += static_cast<float>(betas[i]);
    }
}

}  // namespace corpuscope::kernels
