// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Scores in float32 become weights 2^score in bf16 by integer instructions alone.
//
// A sum that begins with 3/2 2^12 stays in [2^12, 2^13) while |score| < 2^11, so that its mantissa is the
// score in steps of 2^-11 octaves: a fixed-point number. From bit 4 on it is in steps of 2^-7, and with the
// exponent's bias of 127 octaves added its sixteen lower bits are those of a number in bf16 whose mantissa m
// stands for 1 + m where 2^m belongs (Schraudolph, 1999). What is too much, at most 11 steps, is looked up by
// the mantissa's upper six bits and taken off. Off by at most 0.7 per cent, and by the same whatever the
// whole octaves; bf16 rounds by up to 0.4.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_TILE_WEIGHTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_TILE_WEIGHTS_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_TILE_WEIGHTS_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_TILE_WEIGHTS_INL_H_
#endif

#include <array>
#include <cmath>
#include <cstdint>

#include "hwy/highway.h"
#include "kernels/cpu/amx.h"

#ifndef CORPUSCOPE_KERNELS_CPU_ATTENTION_TILE_WEIGHTS_ONCE
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_TILE_WEIGHTS_ONCE
namespace corpuscope::kernels::cpu {

/// What the sum of a score's products begins with; the last term rounds to the nearest step.
inline constexpr float kStart = 6144.0F + 127.0F + 1.0F / 256.0F;

/// Weights lie between 2^-kWeightOctaves and 2^kWeightOctaves; lower ones are 0.
inline constexpr float kWeightOctaves = 96.0F;

/// Highest |score| whose bits do not run over beside a score of -|score|: the lower end of sixteen bits lies
/// 256 + 127 octaves below the highest weight's.
inline constexpr float kHighestScore = 238.0F;

/// A bias below it would run over too; 2^-240 of any weight is 0 in bf16 as it is.
inline constexpr float kLowestBias = -240.0F;

/// By how many steps of 2^-7 the mantissa 1 + m is more than 2^m, by the upper six bits of m.
inline std::array<std::uint8_t, 64> tabulate_excess() {
    std::array<std::uint8_t, 64> excess{};
    for (std::size_t i = 0; i < excess.size(); ++i) {
        const double m = (static_cast<double>(i) + 0.5) / 64.0;
        excess[i] = static_cast<std::uint8_t>(std::lround(128.0 * (1.0 + m - std::exp2(m))));
    }
    return excess;
}
inline const std::array<std::uint8_t, 64> kExcess = tabulate_excess();

}  // namespace corpuscope::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// Scores [16 queries, 32 keys] into weights of the same shape, where keys that follow one another are those
/// of lanes i and 16 + i. kFloor: scores may be too low for bf16.
template <bool kFloor>
HWY_INLINE void weigh_rows(const float* HWY_RESTRICT scores, int rows, std::uint16_t* HWY_RESTRICT weights) {
    const __m512i excess = _mm512_loadu_si512(kExcess.data());
    constexpr std::uint32_t kOdd = 0xaaaaaaaaU;
    constexpr std::uint64_t kLowBytes = 0x5555555555555555U;
#pragma GCC unroll 8
    for (int i = 0; i < rows; ++i, scores += 2 * kTileSize, weights += 2 * kTileSize) {
        const __m512i even = _mm512_srli_epi32(_mm512_load_si512(scores), 4),
                      odd = _mm512_slli_epi32(_mm512_load_si512(scores + kTileSize), 12);
        __m512i bits = _mm512_mask_blend_epi16(kOdd, even, odd);
        // A step below the smallest normal number, which a product of tiles takes for 0.
        if constexpr (kFloor) bits = _mm512_max_epi16(bits, _mm512_set1_epi16(16));
        __m512i over;
        // vpermb, of AVX-512 VBMI, which every processor with tiles has.
        asm("vpermb %[table], %[index], %[over]%{%[low]%}%{z%}"
            : [over] "=v"(over)
            : [table] "v"(excess), [index] "v"(_mm512_srli_epi16(bits, 1)), [low] "Yk"(kLowBytes));
        _mm512_store_si512(weights, _mm512_sub_epi16(bits, over));
    }
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
