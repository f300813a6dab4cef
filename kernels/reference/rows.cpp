// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference/rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>
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

void copy(std::span<const MatrixCopy> copies) {
    for (const auto& [from, to] : copies) {
        const std::size_t bytes = static_cast<std::size_t>(from.columns) * size_of(from.type);
        for (std::int64_t row = 0; row < from.rows; ++row) {
            if (from.type == to.type) {
                std::memcpy(to.at(row, 0), from.at(row, 0), bytes);
                continue;
            }
            for (std::int64_t i = 0; i < from.columns; ++i)
                store_float(to.data, row * to.stride + i, to.type,
                            load_float(from.data, row * from.stride + i, from.type));
        }
    }
}

void sum_rows(const Matrix& x, std::span<const RowRange> ranges, const Matrix& y) {
    for (std::size_t r = 0; r < ranges.size(); ++r) {
        float* sum = y.row<float>(static_cast<std::int64_t>(r));
        std::fill_n(sum, y.columns, 0.0F);
        for (std::int64_t row = ranges[r].begin; row < ranges[r].begin + ranges[r].count; ++row) {
            if (x.type == DType::F32)
                for (std::int64_t i = 0; i < x.columns; ++i) sum[i] += x.row<float>(row)[i];
            else
                for (std::int64_t i = 0; i < x.columns; ++i)
                    sum[i] += from_bf16(x.row<std::uint16_t>(row)[i]);
        }
    }
}

}  // namespace corpuscope::kernels::reference
