// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The same scores and mixtures as attention_span-inl.h in integers, for callers that multiply in bytes
// anyway: vpdpwssd (AVX-512 VNNI) multiplies pairs of 16-bit numbers and adds both to a 32-bit sum, twice the
// products of a float32 instruction. Queries have 13 to 15 bits with a scale each; keys 13 and values 12 bits
// with a scale a block; probabilities 14 bits, of the largest so far. No sum can overflow.
//
// Not in bf16: vdpbf16ps makes as many products a second (235 G/s a core of Zen 4), keeps 8 bits, and fewer
// processors have it.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_INT16_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_INT16_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_INT16_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_INT16_INL_H_
#endif

#include <algorithm>
#include <cmath>

#include "hwy/highway.h"
#include "kernels/cpu/attention_span-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

using PairTag32 = hn::RebindToSigned<FloatTag>;  ///< a pair of 16-bit numbers a lane
using PairVec32 = hn::Vec<PairTag32>;
using HalfTag = hn::Rebind<std::int16_t, FloatTag>;

inline constexpr int kKeyLimit = (1 << 12) - 1;
inline constexpr int kValueLimit = (1 << 11) - 1;
inline constexpr int kWeightBits = 13;  ///< kKeyBlock * 2^13 * kValueLimit < 2^31
inline constexpr float kSmallestRange = 1e-30F;

/// head_dim * query_limit * kKeyLimit < 2^31.
constexpr int query_limit(std::int64_t head_dim) {
    return static_cast<int>((std::int64_t{1} << 19) / head_dim) - 1;
}

/// sum += both products of each lane's pairs. As assembly, so that the instruction set of the file stays
/// AVX-512 without VNNI.
HWY_INLINE void add_pair_products(PairVec32 x, PairVec32 y, PairVec32& sum) {
    auto total = sum.raw;  // a copy: an operand that lies in an array itself would stay in memory
    asm("vpdpwssd %2, %1, %0" : "+v"(total) : "v"(x.raw), "v"(y.raw));
    sum.raw = total;
}

HWY_INLINE PairVec32 pair(PairVec32 low, PairVec32 high) {
    return hn::Or(hn::And(low, hn::Set(PairTag32(), 0xffff)), hn::ShiftLeft<16>(high));
}

/// 2^x to a relative error of 7.5e-5, for weights of kWeightBits.
HWY_INLINE FloatVec coarse_exp2(FloatVec x) {
    const FloatTag d;
    const FloatVec f{_mm512_reduce_ps(x.raw, 1)};  // x - floor(x)
    FloatVec p = hn::Set(d, 7.80245233e-2F);
    p = hn::MulAdd(p, f, hn::Set(d, 2.26067159e-1F));
    p = hn::MulAdd(p, f, hn::Set(d, 6.95833537e-1F));
    p = hn::MulAdd(p, f, hn::Set(d, 9.99925219e-1F));
    return FloatVec{_mm512_scalef_ps(p.raw, x.raw)};  // p 2^floor(x)
}

/// One panel of queries, [head_dim, panel], into [head_dim / 2, panel] of pairs. Scale of each lane: NaN
/// where a number of the query is not finite.
HWY_INLINE void narrow_queries(const float* HWY_RESTRICT queries, std::int64_t head_dim,
                               std::int32_t* HWY_RESTRICT pairs, float* HWY_RESTRICT scales) {
    const FloatTag d;
    const PairTag32 di;
    const std::size_t panel = panel_columns();
    const auto limit = static_cast<float>(query_limit(head_dim));
    for (std::size_t lane = 0; lane < panel; lane += hn::Lanes(d)) {
        FloatVec most = hn::Set(d, kSmallestRange), poison = hn::Zero(d);
        for (std::int64_t i = 0; i < head_dim; ++i) {
            const FloatVec q = hn::Load(d, queries + static_cast<std::size_t>(i) * panel + lane);
            most = hn::Max(most, hn::Abs(q));
            poison = hn::MulAdd(q, hn::Zero(d), poison);
        }
        const FloatVec factor = hn::Div(hn::Set(d, limit), most);
        hn::Store(hn::MulAdd(most, hn::Set(d, 1.0F / limit), poison), d, scales + lane);
        for (std::int64_t i = 0; i < head_dim; i += 2) {
            const float* from = queries + static_cast<std::size_t>(i) * panel + lane;
            const PairVec32 even = nearest_int(d, hn::Mul(hn::Load(d, from), factor));
            const PairVec32 odd = nearest_int(d, hn::Mul(hn::Load(d, from + panel), factor));
            hn::Store(pair(even, odd), di, pairs + static_cast<std::size_t>(i / 2) * panel + lane);
        }
    }
}

/// A block of keys and values in integers.
struct NarrowBlock {
    std::int16_t* keys;            ///< [kKeyBlock, head_dim]; zeros after the last one to a multiple of 4
    std::int32_t* values;          ///< [kKeyBlock / 2, head_dim] of pairs: two keys' values
    float key_scale, value_scale;  ///< NaN where a number of the block is not finite
};

/// Largest magnitude of `count` numbers, a multiple of a vector; NaN where one is not finite.
HWY_INLINE float largest_magnitude(const float* HWY_RESTRICT from, std::int64_t count) {
    const FloatTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    FloatVec most = hn::Set(d, kSmallestRange), poison = hn::Zero(d);
    FloatVec most2 = most, poison2 = poison;  // two chains: one would wait for its last result
    for (std::int64_t i = 0; i < count; i += 2 * lanes) {
        const FloatVec a = hn::Load(d, from + i), b = hn::Load(d, from + i + lanes);
        most = hn::Max(most, hn::Abs(a));
        most2 = hn::Max(most2, hn::Abs(b));
        poison = hn::MulAdd(a, hn::Zero(d), poison);
        poison2 = hn::MulAdd(b, hn::Zero(d), poison2);
    }
    return hn::GetLane(hn::MaxOfLanes(d, hn::Max(most, most2))) +
           hn::GetLane(hn::SumOfLanes(d, hn::Add(poison, poison2)));
}

/// The copies of a block's rows, [count, head_dim] each.
HWY_INLINE void narrow_block(const KeyBlock& block, std::int64_t head_dim, NarrowBlock& narrow) {
    const FloatTag d;
    const PairTag32 di;
    const HalfTag d16;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const std::int64_t count = block.count * head_dim;
    const float key = largest_magnitude(block.key_copy, count),
                value = largest_magnitude(block.value_copy, count);
    narrow.key_scale = key / static_cast<float>(kKeyLimit);
    narrow.value_scale = value / static_cast<float>(kValueLimit);
    const FloatVec key_factor = hn::Set(d, static_cast<float>(kKeyLimit) / key),
                   value_factor = hn::Set(d, static_cast<float>(kValueLimit) / value);
    for (std::int64_t i = 0; i < count; i += lanes)
        hn::Store(hn::DemoteTo(d16, nearest_int(d, hn::Mul(hn::Load(d, block.key_copy + i), key_factor))),
                  d16, narrow.keys + i);
    std::fill_n(narrow.keys + count, ((block.count + 3) / 4 * 4 - block.count) * head_dim, std::int16_t{0});
    for (std::int64_t k = 0; k < block.count; k += 2) {
        const float* even = block.value_copy + k * head_dim;
        const FloatVec odd_factor = k + 1 < block.count ? value_factor : hn::Zero(d);
        const float* odd = k + 1 < block.count ? even + head_dim : even;
        for (std::int64_t i = 0; i < head_dim; i += lanes)
            hn::Store(pair(nearest_int(d, hn::Mul(hn::Load(d, even + i), value_factor)),
                           nearest_int(d, hn::Mul(hn::Load(d, odd + i), odd_factor))),
                      di, narrow.values + k / 2 * head_dim + i);
    }
}

template <int kRows>
struct PairTile {
    PairVec32 left[kRows], right[kRows];
};

/// Products of kRows rows of pairs with a panel of pairs: c[i] = sum over k of rows[i * row_step + k *
/// pair_step] * panel[k].
template <int kRows>
HWY_INLINE void multiply_pairs(const std::int32_t* HWY_RESTRICT rows, std::int64_t row_step,
                               std::int64_t pair_step, const std::int32_t* HWY_RESTRICT panel,
                               std::int64_t pairs, PairTile<kRows>& c) {
    const PairTag32 di;
    const std::size_t lanes = hn::Lanes(di);
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) c.left[i] = c.right[i] = hn::Zero(di);
    for (std::int64_t k = 0; k < pairs; ++k) {
        const PairVec32 b0 = hn::Load(di, panel), b1 = hn::Load(di, panel + lanes);
        panel += 2 * lanes;
#pragma GCC unroll 16
        for (int i = 0; i < kRows; ++i) {
            const PairVec32 x = hn::Set(di, rows[i * row_step]);
            add_pair_products(x, b0, c.left[i]);
            add_pair_products(x, b1, c.right[i]);
        }
        rows += pair_step;
    }
}

/// What one panel of queries needs of itself.
struct NarrowPanel {
    const std::int32_t* queries;  ///< [head_dim / 2, panel]
    const float* scales;          ///< [panel]
    const std::int32_t* units;
    const std::int32_t* positions;
};

/// Scores of kRows keys from `key` on, and their maximum.
template <int kRows, BiasKind kKind, int kDim>
HWY_INLINE void score_pairs(const KeyBlock& block, const NarrowBlock& narrow, std::int64_t key,
                            const ScoreBias& bias, const NarrowPanel& panel, const UnitRange& own,
                            float* HWY_RESTRICT scores, FloatVec& max0, FloatVec& max1) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    const UnitRange others(block.units + key, kKind == BiasKind::Units ? kRows : 1);
    const bool apart = kKind == BiasKind::Units && own.apart_from(others);
    const bool mixed = kKind == BiasKind::Units && !apart && !(own.single() && others.single());
    const FloatVec scale = hn::Set(d, narrow.key_scale), start = hn::Set(d, apart ? bias.neighbour : 0.0F);
    const FloatVec t0 = hn::Mul(hn::Load(d, panel.scales), scale),
                   t1 = hn::Mul(hn::Load(d, panel.scales + lanes), scale);
    scores += static_cast<std::size_t>(key) * 2 * lanes;
    PairTile<kRows> c;
    multiply_pairs<kRows>(reinterpret_cast<const std::int32_t*>(narrow.keys + key * kDim), kDim / 2, 1,
                          panel.queries, kDim / 2, c);
    FloatVec high0 = max0, high1 = max1;
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
        const FloatVec s0 = hn::MulAdd(hn::ConvertTo(d, c.left[i]), t0, start);
        const FloatVec s1 = hn::MulAdd(hn::ConvertTo(d, c.right[i]), t1, start);
        high0 = hn::Max(high0, s0);
        high1 = hn::Max(high1, s1);
        hn::Store(s0, d, scores + static_cast<std::size_t>(i) * 2 * lanes);
        hn::Store(s1, d, scores + static_cast<std::size_t>(i) * 2 * lanes + lanes);
    }
    if (!mixed) {
        max0 = high0;
        max1 = high1;
        return;
    }
    // Apart from the products: with both in one loop the compiler spills every sum in every step.
    for (int i = 0; i < kRows; ++i, scores += 2 * lanes) {
        const std::int32_t unit = block.units[key + i], position = block.positions[key + i];
        const FloatVec s0 = biased(hn::Load(d, scores), bias, unit, position, panel.units, panel.positions);
        const FloatVec s1 = biased(hn::Load(d, scores + lanes), bias, unit, position, panel.units + lanes,
                                   panel.positions + lanes);
        max0 = hn::Max(max0, s0);
        max1 = hn::Max(max1, s1);
        hn::Store(s0, d, scores);
        hn::Store(s1, d, scores + lanes);
    }
}

/// Scores [keys, panel] become weights in pairs, [keys / 2, panel], in the same memory, and are added to the
/// sums. `poison` 0, or NaN for queries that see one.
HWY_INLINE void weigh_pairs(float* scores, std::int64_t keys, std::size_t offset, FloatVec poison,
                            const PanelState& state) {
    const FloatTag d;
    const PairTag32 di;
    const std::size_t panel = panel_columns();
    const FloatVec most =
        hn::Sub(finite_or_zero(hn::Load(d, state.largest + offset)), hn::Set(d, float{kWeightBits}));
    const PairVec32 ones = hn::Set(di, 0x10001);
    PairVec32 sum = hn::Zero(di);
    const float* from = scores + offset;
    auto* to = reinterpret_cast<std::int32_t*>(scores) + offset;
    for (std::int64_t k = 0; k + 2 <= keys; k += 2, from += 2 * panel, to += panel) {
        const FloatVec even = coarse_exp2(hn::Sub(hn::Load(d, from), most));
        const FloatVec odd = coarse_exp2(hn::Sub(hn::Load(d, from + panel), most));
        const PairVec32 weights = hn::Or(nearest_int(d, even), hn::ShiftLeft<16>(nearest_int(d, odd)));
        add_pair_products(weights, ones, sum);
        hn::Store(weights, di, to);
    }
    if (keys % 2 != 0) {
        const PairVec32 weights = nearest_int(d, coarse_exp2(hn::Sub(hn::Load(d, from), most)));
        add_pair_products(weights, ones, sum);
        hn::Store(weights, di, to);
    }
    const FloatVec unit = hn::Set(d, 1.0F / (1 << kWeightBits));
    const FloatVec before = hn::Add(hn::Load(d, state.sum + offset), poison);
    hn::Store(hn::MulAdd(hn::ConvertTo(d, sum), unit, before), d, state.sum + offset);
}

template <int kDim>
HWY_INLINE void mix_pairs(const NarrowBlock& narrow, std::int64_t keys, const std::int32_t* weights,
                          float* HWY_RESTRICT mixed) {
    constexpr int kRows = 8;
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    const FloatVec scale = hn::Set(d, narrow.value_scale / (1 << kWeightBits));
    for (int row = 0; row < kDim; row += kRows) {
        PairTile<kRows> c;
        multiply_pairs<kRows>(narrow.values + row, 1, kDim, weights, (keys + 1) / 2, c);
#pragma GCC unroll 16
        for (int i = 0; i < kRows; ++i, mixed += 2 * lanes) {
            hn::Store(hn::MulAdd(hn::ConvertTo(d, c.left[i]), scale, hn::Load(d, mixed)), d, mixed);
            hn::Store(hn::MulAdd(hn::ConvertTo(d, c.right[i]), scale, hn::Load(d, mixed + lanes)), d,
                      mixed + lanes);
        }
    }
}

/// One panel of queries sees one block of keys.
template <BiasKind kKind, int kDim>
void attend_pairs(const KeyBlock& block, const NarrowBlock& narrow, const ScoreBias& bias,
                  const NarrowPanel& panel, float* scores, const PanelState& state) {
    static_assert(kKind != BiasKind::Any);
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    FloatVec max0 = hn::Set(d, -HUGE_VALF), max1 = max0;
    const UnitRange own(panel.units, kKind == BiasKind::Units ? 2 * lanes : 1);
    constexpr int kLarge = 12, kSmall = 4;
    std::int64_t key = 0;
    for (; key + kLarge <= block.count; key += kLarge)
        score_pairs<kLarge, kKind, kDim>(block, narrow, key, bias, panel, own, scores, max0, max1);
    for (; key < block.count; key += kSmall)
        score_pairs<kSmall, kKind, kDim>(block, narrow, key, bias, panel, own, scores, max0, max1);
    raise_maximum(state, 0, max0, kDim);
    raise_maximum(state, lanes, max1, kDim);
    const FloatVec zero = hn::Zero(d), scale = hn::Set(d, narrow.key_scale);
    for (std::size_t offset = 0; offset < 2 * lanes; offset += lanes) {
        const FloatVec poison = hn::Mul(hn::Mul(hn::Load(d, panel.scales + offset), scale), zero);
        weigh_pairs(scores, block.count, offset, poison, state);
    }
    mix_pairs<kDim>(narrow, block.count, reinterpret_cast<const std::int32_t*>(scores), state.mixed);
}

/// Scores and mixtures in integers, for heads of kDim.
template <int kDim>
class PairProducts {
 public:
    PairProducts(const AttentionProblem&, const SpanScratch& scratch)
        : scratch_(scratch), narrow_{scratch.key_numbers, scratch.value_pairs, 0.0F, 0.0F} {}

    static constexpr bool kCopies = true;

    void take_queries(std::int64_t panels) const {
        const auto panel = static_cast<std::int64_t>(panel_columns());
        for (std::int64_t i = 0; i < panels * panel; i += panel)
            narrow_queries(scratch_.queries + i * kDim, kDim, scratch_.query_pairs + i * kDim / 2,
                           scratch_.query_scales + i);
    }

    void take_block() { narrow_block(scratch_.block, kDim, narrow_); }

    void attend(std::int64_t first, const ScoreBias& bias, const PanelState& state) const {
        const NarrowPanel panel{scratch_.query_pairs + first * kDim / 2, scratch_.query_scales + first,
                                scratch_.query_units + first, scratch_.query_positions + first};
        const auto attend_block =
            bias.units ? attend_pairs<BiasKind::Units, kDim> : attend_pairs<BiasKind::None, kDim>;
        attend_block(scratch_.block, narrow_, bias, panel, scratch_.scores, state);
    }

 private:
    const SpanScratch& scratch_;
    NarrowBlock narrow_;
};

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
