// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of bf16 into bytes with AVX-512, as quantize_steps makes them of float32, to the bit. Numbers in bf16
// are compared as integers, 32 at once, which also finds those that are not finite; the scales of sixteen
// rows are worked out together, since their divisions and sums across lanes take longer than a row.

#if defined(CORPUSCOPE_KERNELS_CPU_INT8_HALVES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_INT8_HALVES_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_INT8_HALVES_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_INT8_HALVES_INL_H_
#endif

#include <algorithm>
#include <cmath>

#include "hwy/highway.h"
#include "kernels/cpu/int8_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

inline constexpr std::int64_t kHalvesStep = 64;    ///< numbers of a row that are rounded together
inline constexpr std::int64_t kRowsOfScales = 16;  ///< rows whose scales are worked out together

/// Bits of bf16 in the order of the numbers, as signed integers, and back. -0 comes before 0.
HWY_INLINE __m512i in_order(__m512i bits) {
    const __m512i sign = _mm512_srai_epi16(bits, 15);
    return _mm512_xor_si512(bits, _mm512_and_si512(sign, _mm512_set1_epi16(0x7fff)));
}
HWY_INLINE float from_order(std::int16_t place) {
    return from_bf16(static_cast<std::uint16_t>(place < 0 ? place ^ 0x7fff : place));
}

/// Smallest and largest of 32 integers.
HWY_INLINE std::int16_t least_of(__m512i values) {
    const __m256i half =
        _mm256_min_epi16(_mm512_castsi512_si256(values), _mm512_extracti64x4_epi64(values, 1));
    const __m128i quarter = _mm_min_epi16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    // vphminposuw compares without sign.
    const __m128i flip = _mm_set1_epi16(static_cast<std::int16_t>(0x8000));
    return static_cast<std::int16_t>(_mm_extract_epi16(_mm_minpos_epu16(_mm_xor_si128(quarter, flip)), 0) ^
                                     0x8000);
}
HWY_INLINE std::int16_t most_of(__m512i values) {
    return static_cast<std::int16_t>(~least_of(_mm512_xor_si512(values, _mm512_set1_epi16(-1))));
}

/// Scales of sixteen rows.
struct HalvesScales {
    alignas(64) float low[kRowsOfScales], high[kRowsOfScales];
    alignas(64) float scale[kRowsOfScales], zero_point[kRowsOfScales], inverse[kRowsOfScales];

    /// As row_scale; rows that are not finite are rounded to zeros.
    HWY_INLINE void work_out(int levels) {
        const RowTag d;
        const RowVec least = hn::Min(hn::Load(d, low), hn::Zero(d)),
                     most = hn::Max(hn::Load(d, high), hn::Zero(d));
        const RowVec range = hn::Sub(most, least), one = hn::Set(d, 1.0F);
        const auto flat = hn::Lt(range, hn::Set(d, 1e-30F));
        const RowVec step = hn::IfThenElse(flat, one, hn::Div(range, hn::Set(d, static_cast<float>(levels))));
        const auto finite = hn::Lt(range, hn::Set(d, HUGE_VALF));
        const RowVec zeros = hn::Round(hn::Div(hn::Neg(least), step));
        hn::Store(hn::IfThenElse(finite, step, hn::Set(d, NAN)), d, scale);
        hn::Store(hn::IfThenElseZero(finite, hn::IfThenZeroElse(flat, zeros)), d, zero_point);
        hn::Store(hn::IfThenElseZero(finite, hn::Div(one, step)), d, inverse);
    }
};

HWY_INLINE void find_range(const std::uint16_t* HWY_RESTRICT row, std::int64_t count, float& low,
                           float& high) {
    __m512i least = in_order(_mm512_loadu_si512(row)), most = least;
    for (std::int64_t i = 32; i < count; i += 32) {
        const __m512i places = in_order(_mm512_loadu_si512(row + i));
        least = _mm512_min_epi16(least, places);
        most = _mm512_max_epi16(most, places);
    }
    low = from_order(least_of(least));
    high = from_order(most_of(most));
    // NaN lies beyond the infinities, on the side of its sign.
    if (std::isnan(low) || std::isnan(high)) high = HUGE_VALF;
}

/// 32 numbers into 16-bit integers, in order.
HWY_INLINE __m512i round_halves(__m512i numbers, __m512 factor, __m512 shift) {
    const __m512 even = _mm512_castsi512_ps(_mm512_slli_epi32(numbers, 16)),
                 odd = _mm512_castsi512_ps(_mm512_and_si512(numbers, _mm512_set1_epi32(-65536)));
    const __m512i low = _mm512_cvtps_epi32(_mm512_fmadd_ps(even, factor, shift)),
                  high = _mm512_cvtps_epi32(_mm512_fmadd_ps(odd, factor, shift));
    return _mm512_mask_blend_epi16(0xaaaaaaaaU, low, _mm512_slli_epi32(high, 16));
}

/// One row of `count` numbers, a multiple of kHalvesStep; kTogether bytes lie together, and `stride` bytes on
/// the next ones.
template <std::int64_t kTogether>
HWY_INLINE void round_row(const std::uint16_t* HWY_RESTRICT row, std::int64_t count, float inverse,
                          float zero_point, std::int64_t stride, std::uint8_t* HWY_RESTRICT to) {
    const __m512 factor = _mm512_set1_ps(inverse), shift = _mm512_set1_ps(zero_point);
    const __m512i order = _mm512_set_epi64(7, 5, 3, 1, 6, 4, 2, 0);
    for (std::int64_t i = 0; i < count; i += kHalvesStep) {
        const __m512i first = round_halves(_mm512_loadu_si512(row + i), factor, shift),
                      second = round_halves(_mm512_loadu_si512(row + i + 32), factor, shift);
        const __m512i bytes = _mm512_permutexvar_epi64(order, _mm512_packus_epi16(first, second));
        if constexpr (kTogether == kHalvesStep) {
            _mm512_storeu_si512(to, bytes);
            to += stride;
        } else {
            static_assert(kTogether == 16);
            const auto put = [&](__m128i part) HWY_ATTR {
                _mm_storeu_si128(reinterpret_cast<__m128i*>(to), part);
                to += stride;
            };
            put(_mm512_castsi512_si128(bytes));
            put(_mm512_extracti64x2_epi64(bytes, 1));
            put(_mm512_extracti64x2_epi64(bytes, 2));
            put(_mm512_extracti64x2_epi64(bytes, 3));
        }
    }
}

/// Can rows of x be rounded here?
inline bool takes_halves(const Matrix& x) { return x.type == DType::BF16 && x.columns % kHalvesStep == 0; }

/// Rows [begin, begin + count) of x: place(i) is where the bytes of row i go, factors[i] what becomes of its
/// sums.
template <std::int64_t kTogether, class Place>
HWY_INLINE void quantize_halves(const Matrix& x, std::int64_t begin, std::int64_t count, int levels,
                                std::int64_t stride, const Place& place, RowFactors* factors) {
    HalvesScales scales{};
    for (std::int64_t first = 0; first < count; first += kRowsOfScales) {
        const std::int64_t rows = std::min(kRowsOfScales, count - first);
        for (std::int64_t i = 0; i < rows; ++i)
            find_range(x.row<std::uint16_t>(begin + first + i), x.columns, scales.low[i], scales.high[i]);
        scales.work_out(levels);
        for (std::int64_t i = 0; i < rows; ++i) {
            factors[first + i].scale = scales.scale[i];
            factors[first + i].zero_point = scales.zero_point[i];
            round_row<kTogether>(x.row<std::uint16_t>(begin + first + i), x.columns, scales.inverse[i],
                                 scales.zero_point[i], stride, place(first + i));
        }
    }
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
