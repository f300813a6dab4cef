// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/rows.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>
#include <cmath>

#include "hwy/highway.h"
#include "kernels/check.h"
#include "kernels/cpu/rows.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using RowTag = hn::ScalableTag<float>;
using RowVec = hn::Vec<RowTag>;

/// One row: y = normalized(x + residual) * gamma + beta. The sum is kept in y between the passes.
void norm_row(const float* x, const float* residual, const float* gamma, const float* beta, float epsilon,
              std::int64_t columns, float* y) {
    const RowTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const std::int64_t whole = columns / lanes * lanes;
    RowVec sums = hn::Zero(d);
    float sum = 0.0F;
    for (std::int64_t i = 0; i < whole; i += lanes) {
        const RowVec v = residual != nullptr ? hn::Add(hn::LoadU(d, x + i), hn::LoadU(d, residual + i))
                                             : hn::LoadU(d, x + i);
        sums = hn::Add(sums, v);
        hn::StoreU(v, d, y + i);
    }
    for (std::int64_t i = whole; i < columns; ++i)
        sum += y[i] = residual != nullptr ? x[i] + residual[i] : x[i];
    const float mean = (sum + hn::GetLane(hn::SumOfLanes(d, sums))) / static_cast<float>(columns);
    RowVec squares = hn::Zero(d);
    float square = 0.0F;
    for (std::int64_t i = 0; i < whole; i += lanes) {
        const RowVec v = hn::Sub(hn::LoadU(d, y + i), hn::Set(d, mean));
        squares = hn::MulAdd(v, v, squares);
    }
    for (std::int64_t i = whole; i < columns; ++i) square += (y[i] - mean) * (y[i] - mean);
    const float variance = (square + hn::GetLane(hn::SumOfLanes(d, squares))) / static_cast<float>(columns);
    const float inverse = 1.0F / std::sqrt(variance + epsilon);
    for (std::int64_t i = 0; i < whole; i += lanes) {
        const RowVec v = hn::Mul(hn::Sub(hn::LoadU(d, y + i), hn::Set(d, mean)), hn::Set(d, inverse));
        hn::StoreU(hn::MulAdd(v, hn::LoadU(d, gamma + i), hn::LoadU(d, beta + i)), d, y + i);
    }
    for (std::int64_t i = whole; i < columns; ++i) y[i] = (y[i] - mean) * inverse * gamma[i] + beta[i];
}

void sum_rows(const float* token, const float* position, const float* segment, std::int64_t columns,
              float* y) {
    const RowTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    std::int64_t i = 0;
    for (; i + lanes <= columns; i += lanes) {
        RowVec v = hn::Add(hn::LoadU(d, token + i), hn::LoadU(d, position + i));
        if (segment != nullptr) v = hn::Add(v, hn::LoadU(d, segment + i));
        hn::StoreU(v, d, y + i);
    }
    for (; i < columns; ++i) y[i] = token[i] + position[i] + (segment != nullptr ? segment[i] : 0.0F);
}

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(norm_row);
HWY_EXPORT(sum_rows);

constexpr std::int64_t kRowsAtOnce = 64;

void add_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma, const float* beta,
                    float epsilon, const Matrix& y, Workers& workers) {
    const auto norm = HWY_DYNAMIC_DISPATCH(norm_row);
    workers.run(x.rows, kRowsAtOnce, 0, [&](std::int64_t row, std::byte*) {
        norm(x.row<float>(row), residual.data != nullptr ? residual.row<float>(row) : nullptr, gamma, beta,
             epsilon, x.columns, y.row<float>(row));
    });
}

void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position, const Matrix& tokens,
           const Matrix& positions, const float* segment_row, const Matrix& y, Workers& workers) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] >= tokens.rows)
            refuse("token id " + std::to_string(ids[i]) + " of " + std::to_string(tokens.rows));
        if (ids[i] >= 0 && (position[i] < 0 || position[i] >= positions.rows))
            refuse("position " + std::to_string(position[i]) + " of " + std::to_string(positions.rows));
    }
    const auto sum = HWY_DYNAMIC_DISPATCH(sum_rows);
    workers.run(y.rows, kRowsAtOnce, 0, [&](std::int64_t row, std::byte*) {
        const auto at = static_cast<std::size_t>(row);
        if (ids[at] < 0)
            std::fill_n(y.row<float>(row), y.columns, 0.0F);
        else
            sum(tokens.row<float>(ids[at]), positions.row<float>(position[at]), segment_row, y.columns,
                y.row<float>(row));
    });
}

}  // namespace corpuscope::kernels::cpu
#endif
