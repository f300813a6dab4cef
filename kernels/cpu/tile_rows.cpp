// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/tile_rows.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>

#include "hwy/highway.h"
#include "kernels/bf16.h"
#include "kernels/cpu/math-inl.h"
#include "kernels/cpu/tile_rows.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

using RowTag = hn::ScalableTag<float>;
using RowVec = hn::Vec<RowTag>;

void add_bias_row(const float* sums, const float* bias, bool with_gelu, float* y, std::int64_t columns) {
    const RowTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    for (std::int64_t i = 0; i < columns; i += lanes) {
        const RowVec sum = hn::Add(hn::LoadU(d, sums + i), hn::LoadU(d, bias + i));
        const RowVec value = with_gelu ? gelu(d, sum) : sum;
        if (i + lanes <= columns) {
            hn::StoreU(value, d, y + i);
            continue;
        }
        alignas(64) float rest[HWY_MAX_BYTES / sizeof(float)];
        hn::Store(value, d, rest);
        std::copy_n(rest, columns - i, y + i);
    }
}

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(add_bias_row);

void finish_row(const float* sums, const float* bias, bool with_gelu, const Matrix& y, std::int64_t row) {
    const auto finish = HWY_DYNAMIC_DISPATCH(add_bias_row);
    if (y.type == DType::F32) return finish(sums, bias, with_gelu, y.row<float>(row), y.columns);
    constexpr std::int64_t kPiece = 256;
    float piece[kPiece];
    for (std::int64_t i = 0; i < y.columns; i += kPiece) {
        const std::int64_t count = std::min(kPiece, y.columns - i);
        finish(sums + i, bias + i, with_gelu, piece, count);
        for (std::int64_t j = 0; j < count; ++j)
            store_float(y.data, row * y.stride + i + j, y.type, piece[j]);
    }
}

}  // namespace corpuscope::kernels::cpu
#endif
