// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of activations into bytes and integer sums back into float32, one row at a time.

#if defined(CORPUSCOPE_KERNELS_CPU_INT8_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_INT8_ROWS_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_INT8_ROWS_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_INT8_ROWS_INL_H_
#endif

#include <algorithm>
#include <cmath>

#include "hwy/highway.h"
#include "kernels/cpu/bf16-inl.h"
#include "kernels/cpu/int8_rows.h"
#include "kernels/cpu/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

using RowTag = hn::ScalableTag<float>;
using IntTag = hn::RebindToSigned<RowTag>;
using RowVec = hn::Vec<RowTag>;
using IntVec = hn::Vec<IntTag>;

/// A row in F32: where it lies, or converted into `space`.
HWY_INLINE const float* float_row(const Matrix& matrix, std::int64_t row, float* space) {
    if (matrix.type == DType::F32) return matrix.row<float>(row);
    floats_of(matrix.at(row, 0), matrix.type, matrix.columns, space);
    return space;
}

HWY_INLINE RowScale range_of(const float* HWY_RESTRICT from, std::int64_t count, int levels) {
    const RowTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    RowVec low = hn::Zero(d), high = hn::Zero(d), poison = hn::Zero(d);
    RowVec low2 = low, high2 = high, poison2 = poison;  // two chains: one would wait for its last sum
    std::int64_t i = 0;
    const auto take = [&](RowVec x, RowVec& least, RowVec& most, RowVec& bad) HWY_ATTR {
        least = hn::Min(least, x);
        most = hn::Max(most, x);
        bad = hn::MulAdd(x, hn::Zero(d), bad);  // NaN as soon as a value is not finite
    };
    for (; i + 2 * lanes <= count; i += 2 * lanes) {
        take(hn::LoadU(d, from + i), low, high, poison);
        take(hn::LoadU(d, from + i + lanes), low2, high2, poison2);
    }
    for (; i + lanes <= count; i += lanes) take(hn::LoadU(d, from + i), low, high, poison);
    low = hn::Min(low, low2);
    high = hn::Max(high, high2);
    poison = hn::Add(poison, poison2);
    float least = hn::GetLane(hn::MinOfLanes(d, low)), most = hn::GetLane(hn::MaxOfLanes(d, high));
    float bad = hn::GetLane(hn::SumOfLanes(d, poison));
    for (; i < count; ++i) {
        least = std::min(least, from[i]);
        most = std::max(most, from[i]);
        bad += from[i] * 0.0F;
    }
    return row_scale(least, bad == 0.0F ? most : bad, levels);
}

/// `count` values into bytes [0, levels], and zeros up to `depth`. kTogether bytes lie together, and `stride`
/// bytes on the next ones.
template <std::int64_t kTogether>
HWY_INLINE RowScale quantize_steps(const float* HWY_RESTRICT from, std::int64_t count, std::int64_t depth,
                                   int levels, std::int64_t stride, std::uint8_t* HWY_RESTRICT to) {
    const hn::CappedTag<float, kTogether> d;
    const hn::RebindToSigned<decltype(d)> di;
    const hn::Rebind<std::uint8_t, decltype(d)> d8;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const RowScale row = range_of(from, count, levels);
    const bool poisoned = std::isnan(row.scale);
    const float inverse = poisoned ? 0.0F : 1.0F / row.scale;
    const auto zero_point = hn::Set(di, row.zero_point), most = hn::Set(di, levels);
    const auto factor = hn::Set(d, inverse);
    const std::int64_t whole = poisoned ? 0 : count / kTogether * kTogether;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
    if constexpr (kTogether % 16 == 0) {
        const auto shift = hn::Set(d, static_cast<float>(row.zero_point));
        const auto highest = hn::Set(d, static_cast<float>(levels));
        for (std::int64_t i = 0; i < whole; i += kTogether, to += stride)
            for (std::int64_t j = 0; j < kTogether; j += 16) {
                const auto scaled = hn::MulAdd(hn::LoadU(d, from + i + j), factor, shift);
                const auto value = nearest_int(d, hn::Min(scaled, highest));
                _mm_storeu_si128(reinterpret_cast<__m128i*>(to + j), _mm512_cvtusepi32_epi8(value.raw));
            }
    } else
#endif
        for (std::int64_t i = 0; i < whole; i += kTogether, to += stride)
            for (std::int64_t j = 0; j < kTogether; j += lanes) {
                const auto scaled = hn::Mul(hn::LoadU(d, from + i + j), factor);
                const auto value = hn::Min(hn::Add(nearest_int(d, scaled), zero_point), most);
                hn::StoreU(hn::DemoteTo(d8, value), d8, to + j);
            }
    for (std::int64_t i = whole; i < depth; ++i) {
        const auto value =
            poisoned || i >= count
                ? 0
                : static_cast<std::int32_t>(std::nearbyint(from[i] * inverse)) + row.zero_point;
        to[(i - whole) / kTogether * stride + i % kTogether] =
            static_cast<std::uint8_t>(std::clamp(value, 0, levels));
    }
    return row;
}

HWY_INLINE RowVec dequantize(IntVec sum, const RowScale& row, const Int8Outputs& outputs, std::int64_t column,
                             bool with_gelu) {
    const RowTag d;
    const IntTag di;
    const IntVec correction =
        hn::Mul(hn::LoadU(di, outputs.column_sum + column), hn::Set(di, row.zero_point));
    const RowVec scale = hn::Mul(hn::LoadU(d, outputs.scales + column), hn::Set(d, row.scale));
    const RowVec y =
        hn::MulAdd(hn::ConvertTo(d, hn::Sub(sum, correction)), scale, hn::LoadU(d, outputs.bias + column));
    return with_gelu ? coarse_gelu(d, y) : y;
}

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
