// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of queries, keys and values in F32 or BF16 become the integers that attention_int8-inl.h computes
// with, straight from where they lie: queries 8 bits with a scale each, keys 8 bits and values 12 bits with a
// scale a block.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_ROWS_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_ROWS_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_ROWS_INL_H_
#endif

#include <algorithm>
#include <bit>
#include <cmath>

#include "hwy/highway.h"
#include "kernels/cpu/attention_int8_scores-inl.h"
#include "kernels/cpu/bf16-inl.h"
#include "kernels/cpu/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

inline constexpr int kValueLimit = (1 << 11) - 1;  ///< kKeyBlock * 2^kWeightBits * kValueLimit < 2^31

/// A block of values: pairs of two keys' values.
struct PairValues {
    std::int32_t* pairs;  ///< [kKeyBlock / 2, head_dim]
    float scale;          ///< NaN where a number of the block is not finite
};

HWY_INLINE FloatVec load_numbers(const float* from) { return hn::LoadU(FloatTag(), from); }
HWY_INLINE FloatVec load_numbers(const std::uint16_t* from) { return load_bf16(FloatTag(), from); }

/// The largest magnitude of rows. Without signs, numbers are ordered as their bits, those that are not finite
/// last.
template <typename T>
class Magnitude {
 public:
    // An implicit one would be compiled for the baseline instruction set.
    HWY_INLINE Magnitude() : most_(_mm512_setzero_si512()) {}

    HWY_INLINE void take(const T* row, int count) {
        constexpr int kLanes = 64 / static_cast<int>(sizeof(T));
        for (int i = 0; i < count; i += kLanes) {
            const __m512i numbers = _mm512_loadu_si512(row + i);
            if constexpr (sizeof(T) == 2)
                most_ = _mm512_max_epu16(most_, _mm512_and_si512(numbers, _mm512_set1_epi16(0x7fff)));
            else
                most_ = _mm512_max_epu32(most_, _mm512_and_si512(numbers, _mm512_set1_epi32(0x7fffffff)));
        }
    }

    /// At least 1e-30, so that one can divide by it; NaN where a number was not finite.
    HWY_INLINE float largest() const {
        std::uint32_t bits;
        if constexpr (sizeof(T) == 2) {
            const __m256i half =
                _mm256_max_epu16(_mm512_castsi512_si256(most_), _mm512_extracti64x4_epi64(most_, 1));
            const __m128i eight =
                _mm_max_epu16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
            // The only instruction that goes across looks for the least.
            const __m128i least = _mm_minpos_epu16(_mm_xor_si128(eight, _mm_set1_epi16(-1)));
            bits = (~static_cast<std::uint32_t>(_mm_cvtsi128_si32(least)) & 0xffff) << 16;
        } else {
            bits = _mm512_reduce_max_epu32(most_);
        }
        constexpr std::uint32_t kInfinity = 0x7f800000, kSmallest = std::bit_cast<std::uint32_t>(1e-30F);
        return std::bit_cast<float>(bits >= kInfinity ? kInfinity + 1 : std::max(bits, kSmallest));
    }

 private:
    __m512i most_;
};

/// The largest magnitude of all rows.
template <int kDim, typename T>
HWY_INLINE float largest_of(const T* const* rows, std::int64_t count) {
    Magnitude<T> magnitude;
    for (std::int64_t row = 0; row < count; ++row) magnitude.take(rows[row], kDim);
    return magnitude.largest();
}

/// One panel of queries, [panel] rows of kDim, into [kDim / 4, panel] of four signed bytes. `scales` of each
/// lane: NaN where a number of the query is not finite. `starts`: what the sums of products begin with, so
/// that keys may be unsigned and the shift rounds. `space` [panel, kDim] bytes.
template <int kDim, typename T>
HWY_INLINE void narrow_queries(const T* const* rows, float scale, std::uint8_t* HWY_RESTRICT space,
                               std::int32_t* HWY_RESTRICT quads, float* HWY_RESTRICT scales,
                               std::int32_t* HWY_RESTRICT starts) {
    const FloatTag d;
    const PositionTag di;
    constexpr int kLanes = 16, kPanel = 2 * kLanes, kLine = 64;
    alignas(64) float factors[kPanel];
    for (int query = 0; query < kPanel; ++query) {
        Magnitude<T> magnitude;
        magnitude.take(rows[query], kDim);
        factors[query] = magnitude.largest();
    }
    for (int lane = 0; lane < kPanel; lane += kLanes) {
        const FloatVec most = hn::Load(d, factors + lane);
        hn::Store(hn::Mul(most, hn::Set(d, scale / kByteLimit)), d, scales + lane);
        hn::Store(hn::Div(hn::Set(d, float{kByteLimit}), most), d, factors + lane);
    }
    // Lines of 16 quads. Where a query has but 8, one of the left vector and one of the right share a line.
    constexpr int kChunks = kDim < kLine ? 1 : kDim / kLine;
    const auto place = [](int query, int i) {
        if constexpr (kDim < kLine) return query % kLanes * kLine + query / kLanes * kDim + i;
        return (i / kLine * kPanel + query) * kLine + i % kLine;
    };
    for (int query = 0; query < kPanel; ++query) {
        const FloatVec factor = hn::Set(d, factors[query]);
        for (int i = 0; i < kDim; i += kLanes)
            _mm_store_si128(
                reinterpret_cast<__m128i*>(space + place(query, i)),
                _mm512_cvtepi32_epi8(nearest_int(d, hn::Mul(load_numbers(rows[query] + i), factor)).raw));
    }
    IntVec32 sums[2] = {hn::Zero(di), hn::Zero(di)};
    const IntVec32 ones = hn::Set(di, 0x01010101);
    constexpr int kLines = kDim < kLine ? kLanes : kChunks * kPanel;
    for (int line = 0; line < kLines; line += kLanes) {
        __m512i lanes[kLanes];
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) lanes[i] = _mm512_load_si512(space + (line + i) * kLine);
        transpose_lanes(lanes);
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            const int side = kDim < kLine ? i / (kDim / 4) : line / kLanes % 2;
            const int quad = kDim < kLine ? i % (kDim / 4) : line / kPanel * kLanes + i;
            add_byte_products(ones, IntVec32{lanes[i]}, sums[side]);
            _mm512_store_si512(quads + quad * kPanel + side * kLanes, lanes[i]);
        }
    }
    const IntVec32 half = hn::Set(di, (1 << sum_shift(kDim)) / 2);
    for (int side = 0; side < 2; ++side)
        hn::Store(hn::Sub(half, hn::ShiftLeft<7>(sums[side])), di, starts + side * kLanes);
}

/// A block of keys, `count` rows of kDim.
template <int kDim, typename T>
HWY_INLINE void narrow_keys(const T* const* rows, std::int64_t count, ByteKeys& bytes) {
    const FloatTag d;
    const float most = largest_of<kDim>(rows, count);
    bytes.scale = most / kByteLimit;
    const FloatVec factor = hn::Set(d, kByteLimit / most), middle = hn::Set(d, 128.0F);
    for (std::int64_t row = 0; row < count; ++row)
        for (int i = 0; i < kDim; i += 16) {
            const IntVec32 numbers = nearest_int(d, hn::MulAdd(load_numbers(rows[row] + i), factor, middle));
            _mm_store_si128(reinterpret_cast<__m128i*>(bytes.keys + row * kDim + i),
                            _mm512_cvtepi32_epi8(numbers.raw));
        }
    for (std::int64_t row = count; row % 4 != 0; ++row)
        std::copy_n(bytes.keys + (row - 1) * kDim, kDim, bytes.keys + row * kDim);
}

template <int kDim, typename T>
HWY_INLINE void narrow_values(const T* const* rows, std::int64_t count, PairValues& values) {
    const FloatTag d;
    const PositionTag di;
    const float most = largest_of<kDim>(rows, count);
    values.scale = most / static_cast<float>(kValueLimit);
    const FloatVec factor = hn::Set(d, static_cast<float>(kValueLimit) / most);
    const IntVec32 low = hn::Set(di, 0xffff);
    for (std::int64_t k = 0; k < count; k += 2) {
        const bool whole = k + 1 < count;
        const T *even = rows[k], *odd = rows[whole ? k + 1 : k];
        const FloatVec odd_factor = whole ? factor : hn::Zero(d);
        for (int i = 0; i < kDim; i += 16) {
            const IntVec32 first = nearest_int(d, hn::Mul(load_numbers(even + i), factor)),
                           second = nearest_int(d, hn::Mul(load_numbers(odd + i), odd_factor));
            hn::Store(hn::Or(hn::And(first, low), hn::ShiftLeft<16>(second)), di,
                      values.pairs + k / 2 * kDim + i);
        }
    }
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
