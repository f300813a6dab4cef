// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Scores of the fused attention from bytes, and the weights that they become, for callers that multiply in
// bytes anyway. vpdpbusd (AVX-512 VNNI) multiplies four pairs of bytes and adds the products to a 32-bit sum,
// four times the products of a float32 instruction. Scores are kept in 16-bit numbers in steps of 2^-6 octave
// (a rounding by at most 0.5 % of a weight), two vectors of queries in one, and their exponentials come from
// a table of the 64 steps of an octave and a shift: five instructions for 32 of them, where float32's
// polynomial takes six for 16, two of which make but one vector a cycle.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_SCORES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_SCORES_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_SCORES_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_SCORES_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cmath>

#include "hwy/highway.h"
#include "kernels/cpu/attention_span-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

using IntVec32 = hn::Vec<PositionTag>;

inline constexpr int kByteLimit = 127;

/// Steps of a score.
inline constexpr int kStepBits = 6;
inline constexpr int kSteps = 1 << kStepBits;
inline constexpr float kStep = 1.0F / kSteps;
/// A score that no query uses: the smallest number.
inline constexpr std::int16_t kNever = INT16_MIN;

/// By how much the sum of products of bytes, below head_dim * 127^2, is shifted to fit 16 bits.
constexpr int sum_shift(int head_dim) {
    int shift = 0;
    while ((head_dim * kByteLimit * kByteLimit) >> shift > INT16_MAX) ++shift;
    return shift;
}

inline constexpr int kWeightBits = 13;

/// 2^(1 + kWeightBits - i / kSteps); the bit more is what weights are rounded by.
inline constexpr std::array<std::int16_t, kSteps> kPowers = [] {
    constexpr double kDown = 0.98922801319397548413;  // 2^(-1 / 64)
    std::array<std::int16_t, kSteps> powers{};
    double power = 1 << (1 + kWeightBits);
    for (std::int16_t& entry : powers) {
        entry = static_cast<std::int16_t>(power + 0.5);
        power *= kDown;
    }
    return powers;
}();

/// sum += the four products of each lane's bytes: unsigned ones of x, signed ones of y. As assembly, so that
/// the instruction set of the file stays AVX-512 without VNNI.
HWY_INLINE void add_byte_products(IntVec32 x, IntVec32 y, IntVec32& sum) {
    auto total = sum.raw;  // a copy: an operand that lies in an array itself would stay in memory
    asm("vpdpbusd %2, %1, %0" : "+v"(total) : "v"(x.raw), "v"(y.raw));
    sum.raw = total;
}

/// sum += both products of each lane's pairs of 16-bit numbers.
HWY_INLINE void add_pair_products(IntVec32 x, IntVec32 y, IntVec32& sum) {
    auto total = sum.raw;
    asm("vpdpwssd %2, %1, %0" : "+v"(total) : "v"(x.raw), "v"(y.raw));
    sum.raw = total;
}

/// A panel's two vectors of 32-bit numbers as one of 16 bits, in the order of `packed`: within each 128 bits
/// four of the left vector, then four of the right one.
HWY_INLINE __m512i packed(IntVec32 left, IntVec32 right) { return _mm512_packs_epi32(left.raw, right.raw); }
HWY_INLINE IntVec32 left_of(__m512i both) {
    return IntVec32{_mm512_srai_epi32(_mm512_unpacklo_epi16(both, both), 16)};
}
HWY_INLINE IntVec32 right_of(__m512i both) {
    return IntVec32{_mm512_srai_epi32(_mm512_unpackhi_epi16(both, both), 16)};
}

/// A block of keys in bytes.
struct ByteKeys {
    std::uint8_t*
        keys;     ///< [kKeyBlock, head_dim], 128 more than their values; the last one again to fill a tile
    float scale;  ///< NaN where a number of the block is not finite
};

/// What one panel of queries needs of itself.
struct BytePanel {
    const std::int32_t* queries;  ///< [head_dim / 4, panel]
    const std::int32_t* starts;   ///< [panel]
    const float* scales;          ///< [panel]
    const std::int32_t* units;    ///< [panel]
};

/// The bias of keys of other units in steps.
struct StepBias {
    bool closed = false;  ///< they are not seen
    std::int16_t steps = 0;

    explicit StepBias(const ScoreBias& bias) {
        if (!bias.units) return;
        closed = bias.neighbour == -HUGE_VALF;
        const float exact = bias.neighbour * kSteps;
        const bool held = std::abs(exact) < INT16_MAX;  // not if NaN: then no factors fit beside it
        steps = held ? static_cast<std::int16_t>(std::lrint(exact)) : std::int16_t{INT16_MAX};
        if (closed) steps = 0;
    }
    HWY_INLINE __m512i add(__m512i scores, __m512i other) const {
        return closed ? _mm512_min_epi16(scores, _mm512_xor_si512(other, _mm512_set1_epi16(INT16_MAX)))
                      : _mm512_adds_epi16(scores, _mm512_and_si512(other, _mm512_set1_epi16(steps)));
    }
};

/// What the sums of each lane are multiplied with, in 2^-15, to become scores in steps.
class StepFactors {
 public:
    StepFactors(const BytePanel& panel, float key_scale, int head_dim) {
        const FloatTag d;
        const auto to_steps = static_cast<float>(kSteps * (std::int64_t{1} << (15 + sum_shift(head_dim))));
        const FloatVec scale = hn::Set(d, key_scale * to_steps);
        left_ = hn::Mul(hn::Load(d, panel.scales), scale);
        right_ = hn::Mul(hn::Load(d, panel.scales + hn::Lanes(d)), scale);
    }

    /// Whether no score of this panel and block, with its bias, leaves 16 bits.
    HWY_INLINE bool fit(const StepBias& bias) const {
        const FloatTag d;
        const FloatVec room = hn::Set(d, static_cast<float>(INT16_MAX - std::abs(bias.steps)));
        return hn::AllFalse(d, hn::Gt(hn::Max(left_, right_), room));
    }
    HWY_INLINE __m512i vector() const {
        return packed(nearest_int(FloatTag(), left_), nearest_int(FloatTag(), right_));
    }

 private:
    FloatVec left_, right_;
};

/// Scores of kRows keys from `key` on: [keys, panel] in the order of `packed`, and their maximum.
template <int kRows, BiasKind kKind, int kDim>
HWY_INLINE void score_bytes(const KeyBlock& block, const ByteKeys& bytes, std::int64_t key,
                            const StepBias& bias, const BytePanel& panel, const UnitRange& own,
                            __m512i factors, std::int16_t* HWY_RESTRICT scores, __m512i& most) {
    const PositionTag di;
    const std::size_t lanes = hn::Lanes(di);
    const UnitRange others(block.units + key, kKind == BiasKind::Units ? kRows : 1);
    const bool apart = kKind == BiasKind::Units && own.apart_from(others);
    const bool mixed = kKind == BiasKind::Units && !apart && !(own.single() && others.single());
    auto* to = reinterpret_cast<__m512i*>(scores) + key;
    if (apart && bias.closed) {
#pragma GCC unroll 16
        for (int i = 0; i < kRows; ++i) to[i] = _mm512_set1_epi16(kNever);
        return;
    }
    IntVec32 left[kRows], right[kRows];
    const IntVec32 start0 = hn::Load(di, panel.starts), start1 = hn::Load(di, panel.starts + lanes);
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
        left[i] = start0;
        right[i] = start1;
    }
    const auto* rows = reinterpret_cast<const std::int32_t*>(bytes.keys + key * kDim);
    const std::int32_t* queries = panel.queries;
    // Unrolled: in a loop the compiler moves every sum to another register in every step.
#pragma GCC unroll 8
    for (int k = 0; k < kDim / 4; ++k) {
        const IntVec32 b0 = hn::Load(di, queries), b1 = hn::Load(di, queries + lanes);
        queries += 2 * lanes;
#pragma GCC unroll 16
        for (int i = 0; i < kRows; ++i) {
            const IntVec32 x = hn::Set(di, rows[i * (kDim / 4) + k]);
            add_byte_products(x, b0, left[i]);
            add_byte_products(x, b1, right[i]);
        }
    }
    constexpr int kShift = sum_shift(kDim);
    const __m512i start = _mm512_set1_epi16(apart ? bias.steps : std::int16_t{0});
    __m512i highest = most;
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
        const __m512i sums = packed(hn::ShiftRight<kShift>(left[i]), hn::ShiftRight<kShift>(right[i]));
        const __m512i steps = _mm512_adds_epi16(_mm512_mulhrs_epi16(sums, factors), start);
        highest = _mm512_max_epi16(highest, steps);
        to[i] = steps;
    }
    if (!mixed) {
        most = highest;
        return;
    }
    // Apart from the products: with both in one loop the compiler spills every sum in every step.
    const IntVec32 units0 = hn::Load(di, panel.units), units1 = hn::Load(di, panel.units + lanes);
    for (int i = 0; i < kRows; ++i) {
        const IntVec32 unit = hn::Set(di, block.units[key + i]);
        const __m512i other =
            packed(hn::VecFromMask(di, hn::Ne(units0, unit)), hn::VecFromMask(di, hn::Ne(units1, unit)));
        to[i] = bias.add(to[i], other);
        most = _mm512_max_epi16(most, to[i]);
    }
}

/// Scores in steps [keys, panel] become weights 2^(score - largest) of kWeightBits, in pairs of keys
/// [keys / 2, panel] in the same memory, and are added to the sums.
HWY_INLINE void weigh_steps(std::int16_t* scores, std::int64_t keys, const BytePanel& panel, float key_scale,
                            const PanelState& state) {
    const FloatTag d;
    const PositionTag di;
    const std::size_t lanes = hn::Lanes(d);
    const FloatVec steps = hn::Set(d, float{kSteps});
    const __m512i largest =
        packed(nearest_int(d, hn::Mul(finite_or_zero(hn::Load(d, state.largest)), steps)),
               nearest_int(d, hn::Mul(finite_or_zero(hn::Load(d, state.largest + lanes)), steps)));
    const __m512i low = _mm512_loadu_si512(kPowers.data()), high = _mm512_loadu_si512(kPowers.data() + 32);
    const __m512i zero = _mm512_setzero_si512();
    const auto weights = [&](__m512i score) HWY_ATTR {
        const __m512i down = _mm512_subs_epi16(largest, score);
        const __m512i power = _mm512_permutex2var_epi16(low, down, high);
        return _mm512_avg_epu16(_mm512_srlv_epi16(power, _mm512_srli_epi16(down, kStepBits)), zero);
    };
    const IntVec32 ones = hn::Set(di, 0x10001);
    IntVec32 sum0 = hn::Zero(di), sum1 = hn::Zero(di);
    const auto add = [&](__m512i even, __m512i odd, __m512i* to) HWY_ATTR {
        const IntVec32 left{_mm512_unpacklo_epi16(even, odd)}, right{_mm512_unpackhi_epi16(even, odd)};
        add_pair_products(left, ones, sum0);
        add_pair_products(right, ones, sum1);
        to[0] = left.raw;
        to[1] = right.raw;
    };
    auto* at = reinterpret_cast<__m512i*>(scores);
    for (std::int64_t k = 0; k + 2 <= keys; k += 2, at += 2) add(weights(at[0]), weights(at[1]), at);
    if (keys % 2 != 0) add(weights(at[0]), zero, at);
    const FloatVec unit = hn::Set(d, 1.0F / (1 << kWeightBits));
    const auto store = [&](IntVec32 sum, std::size_t offset) HWY_ATTR {
        // NaN for queries that see a number that is not finite, otherwise 0.
        const FloatVec poison =
            hn::Mul(hn::Mul(hn::Load(d, panel.scales + offset), hn::Set(d, key_scale)), hn::Zero(d));
        const FloatVec before = hn::Add(hn::Load(d, state.sum + offset), poison);
        hn::Store(hn::MulAdd(hn::ConvertTo(d, sum), unit, before), d, state.sum + offset);
    };
    store(sum0, 0);
    store(sum1, lanes);
}

/// The running maximum after scores up to `most`, in whole steps.
HWY_INLINE void raise_to_steps(const PanelState& state, __m512i most, std::int64_t dim) {
    const FloatTag d;
    const PositionTag di;
    const auto raise = [&](IntVec32 steps, std::size_t offset) HWY_ATTR {
        const FloatVec never = hn::Set(d, -HUGE_VALF);
        const FloatVec seen = hn::IfThenElse(hn::RebindMask(d, hn::Eq(steps, hn::Set(di, kNever))), never,
                                             hn::ConvertTo(d, steps));
        const FloatVec before = hn::Mul(hn::Load(d, state.largest + offset), hn::Set(d, float{kSteps}));
        raise_maximum(state, offset, hn::Mul(hn::Ceil(hn::Max(before, seen)), hn::Set(d, kStep)), dim);
    };
    raise(left_of(most), 0);
    raise(right_of(most), hn::Lanes(d));
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
