// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Scores and mixtures of one panel of queries (two vectors wide) against one block of keys. Lanes are
// queries: keys and values are broadcast element by element straight from their strided rows, so nothing is
// transposed but the queries, the softmax needs no sums across lanes, and a row is skipped by leaving its
// pointer out.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_SPAN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_SPAN_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_SPAN_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_SPAN_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"
#include "kernels/cpu/attention_span.h"
#include "kernels/cpu/gemm_tile-inl.h"
#include "kernels/cpu/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

using PositionTag = hn::RebindToSigned<FloatTag>;

/// The terms that are added to a score; all factors include log2 e.
struct ScoreBias {
    bool units = false, causal = false;
    float neighbour = 0.0F;
    float slope = 0.0F;
    const float* by_distance = nullptr;  ///< centre of this head's table
    std::int32_t max_distance = 0;

    bool positional() const { return causal || slope != 0.0F || by_distance != nullptr; }
};

/// What `attend` is compiled for: most calls have no bias, or that of other units alone.
enum class BiasKind : std::uint8_t { None, Units, Any };

HWY_INLINE BiasKind kind_of(const ScoreBias& bias) {
    return bias.positional() ? BiasKind::Any : bias.units ? BiasKind::Units : BiasKind::None;
}

/// Scores and what they are biased by: which keys are of other units than their queries, and how far the keys
/// lie behind the queries.
template <class V, class M, class I>
HWY_INLINE V add_biases(V score, const ScoreBias& bias, M other, I distance) {
    const FloatTag d;
    const PositionTag di;
    if (bias.units)
        score = hn::Add(score, hn::IfThenElseZero(hn::RebindMask(d, other), hn::Set(d, bias.neighbour)));
    if (bias.slope != 0.0F)
        score = hn::NegMulAdd(hn::Abs(hn::ConvertTo(d, distance)), hn::Set(d, bias.slope), score);
    if (bias.by_distance != nullptr) {
        const auto edge = hn::Set(di, bias.max_distance);
        const auto held = hn::Max(hn::Min(distance, edge), hn::Neg(edge));
        score = hn::Add(score, hn::GatherIndex(d, bias.by_distance, held));
    }
    if (bias.causal) {
        const auto later = hn::RebindMask(d, hn::Gt(distance, hn::Zero(di)));
        score = hn::IfThenElse(later, hn::Set(d, -HUGE_VALF), score);
    }
    return score;
}

/// One vector of queries.
template <class V>
HWY_INLINE V biased(V score, const ScoreBias& bias, std::int32_t key_unit, std::int32_t key_position,
                    const std::int32_t* query_units, const std::int32_t* query_positions) {
    const PositionTag di;
    return add_biases(score, bias, hn::Ne(hn::Load(di, query_units), hn::Set(di, key_unit)),
                      hn::Sub(hn::Set(di, key_position), hn::Load(di, query_positions)));
}

/// Scores of kTileRows keys: [keys, panel], on top of `start`.
HWY_INLINE void score_tile(const float* const* keys, const float* HWY_RESTRICT queries, std::size_t dim,
                           float start, FloatTile& c) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
#pragma GCC unroll 16
    for (int i = 0; i < kTileRows; ++i) c.left[i] = c.right[i] = hn::Set(d, start);
    for (std::size_t k = 0; k < dim; ++k) {
        const FloatVec b0 = hn::Load(d, queries), b1 = hn::Load(d, queries + lanes);
        queries += 2 * lanes;
#pragma GCC unroll 16
        for (int i = 0; i < kTileRows; ++i) {
            const FloatVec x = hn::Set(d, keys[i][k]);
            c.left[i] = hn::MulAdd(x, b0, c.left[i]);
            c.right[i] = hn::MulAdd(x, b1, c.right[i]);
        }
    }
}

/// mixed[0..kRows) += sum over keys of values[key][0..kRows) * weights[key].
template <int kRows>
HWY_INLINE void mix_tile(const float* const* values, std::size_t first, const float* HWY_RESTRICT weights,
                         std::int64_t keys, float* HWY_RESTRICT mixed) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    FloatVec left[kRows], right[kRows];
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
        left[i] = hn::Load(d, mixed + static_cast<std::size_t>(i) * 2 * lanes);
        right[i] = hn::Load(d, mixed + static_cast<std::size_t>(i) * 2 * lanes + lanes);
    }
    for (std::int64_t k = 0; k < keys; ++k) {
        const FloatVec b0 = hn::Load(d, weights), b1 = hn::Load(d, weights + lanes);
        weights += 2 * lanes;
        const float* value = values[k] + first;
#pragma GCC unroll 16
        for (int i = 0; i < kRows; ++i) {
            const FloatVec x = hn::Set(d, value[i]);
            left[i] = hn::MulAdd(x, b0, left[i]);
            right[i] = hn::MulAdd(x, b1, right[i]);
        }
    }
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
        hn::Store(left[i], d, mixed + static_cast<std::size_t>(i) * 2 * lanes);
        hn::Store(right[i], d, mixed + static_cast<std::size_t>(i) * 2 * lanes + lanes);
    }
}

/// Tiles of 4 rows that, with tiles of kTileRows, make up `dim` (a multiple of 4) exactly.
HWY_INLINE std::int64_t small_tiles(std::int64_t dim) {
    std::int64_t tiles = 0;
    while ((dim - 4 * tiles) % kTileRows != 0) ++tiles;
    return tiles;
}

HWY_INLINE void mix_values(const KeyBlock& block, std::int64_t dim, const float* weights, float* mixed) {
    const std::size_t panel = panel_columns();
    const std::int64_t large = dim - 4 * small_tiles(dim);
    std::int64_t at = 0;
    for (; at < large; at += kTileRows)
        mix_tile<kTileRows>(block.values, static_cast<std::size_t>(at), weights, block.count,
                            mixed + static_cast<std::size_t>(at) * panel);
    for (; at < dim; at += 4)
        mix_tile<4>(block.values, static_cast<std::size_t>(at), weights, block.count,
                    mixed + static_cast<std::size_t>(at) * panel);
}

/// Running maximum and sum of a panel, and its mixture so far.
struct PanelState {
    float* largest;
    float* sum;
    float* mixed;  ///< [dim, panel]
    bool fresh;    ///< nothing in it yet
};

HWY_INLINE void rescale(const PanelState& state, std::size_t offset, FloatVec factor, std::int64_t dim) {
    const FloatTag d;
    hn::Store(hn::Mul(hn::Load(d, state.sum + offset), factor), d, state.sum + offset);
    for (std::int64_t i = 0; i < dim; ++i) {
        float* row = state.mixed + static_cast<std::size_t>(i) * panel_columns() + offset;
        hn::Store(hn::Mul(hn::Load(d, row), factor), d, row);
    }
}

/// Maximum with which exponents are taken: 0 where no key has been seen, so that -inf minus it stays -inf.
HWY_INLINE FloatVec finite_or_zero(FloatVec largest) {
    const FloatTag d;
    return hn::IfThenZeroElse(hn::Eq(largest, hn::Set(d, -HUGE_VALF)), largest);
}

HWY_INLINE void raise_maximum(const PanelState& state, std::size_t offset, FloatVec largest,
                              std::int64_t dim) {
    const FloatTag d;
    const FloatVec before = hn::Load(d, state.largest + offset);
    const FloatVec now = hn::Max(before, largest);
    if (!state.fresh && !hn::AllTrue(d, hn::Eq(before, now)))
        rescale(state, offset, exp2(d, hn::Sub(before, finite_or_zero(now))), dim);
    hn::Store(now, d, state.largest + offset);
}

/// scores [keys, panel] become weights 2^(score - maximum), which are added to the sums.
HWY_INLINE void weigh(float* HWY_RESTRICT scores, std::int64_t keys, const PanelState& state) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    const FloatVec m0 = finite_or_zero(hn::Load(d, state.largest)),
                   m1 = finite_or_zero(hn::Load(d, state.largest + lanes));
    FloatVec s0 = hn::Load(d, state.sum), s1 = hn::Load(d, state.sum + lanes);
    for (std::int64_t k = 0; k < keys; ++k, scores += 2 * lanes) {
        const FloatVec w0 = exp2(d, hn::Sub(hn::Load(d, scores), m0));
        const FloatVec w1 = exp2(d, hn::Sub(hn::Load(d, scores + lanes), m1));
        s0 = hn::Add(s0, w0);
        s1 = hn::Add(s1, w1);
        hn::Store(w0, d, scores);
        hn::Store(w1, d, scores + lanes);
    }
    hn::Store(s0, d, state.sum);
    hn::Store(s1, d, state.sum + lanes);
}

/// Lowest and highest unit of a run of queries or keys.
struct UnitRange {
    std::int32_t low = 0, high = 0;

    UnitRange() = default;
    UnitRange(const std::int32_t* units, std::size_t count) : low(units[0]), high(units[0]) {
        for (std::size_t i = 1; i < count; ++i) {
            low = std::min(low, units[i]);
            high = std::max(high, units[i]);
        }
    }
    bool single() const { return low == high; }
    bool apart_from(const UnitRange& other) const { return low > other.high || high < other.low; }
};

/// One panel of queries sees one block of keys. Most tiles of keys lie wholly inside or wholly outside the
/// queries' units: their bias is a constant, from which the sums start.
template <BiasKind kKind>
void attend(const KeyBlock& block, const ScoreBias& bias, const float* queries,
            const std::int32_t* query_units, const std::int32_t* query_positions, std::int64_t head_dim,
            std::int64_t padded_dim, float* scores, const PanelState& state) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    FloatVec max0 = hn::Set(d, -HUGE_VALF), max1 = max0;
    const UnitRange own(query_units, kKind == BiasKind::Units ? 2 * lanes : 1);
    for (std::int64_t key = 0; key < block.count; key += kTileRows) {
        const UnitRange others(block.units + key, kKind == BiasKind::Units ? kTileRows : 1);
        const bool apart = kKind == BiasKind::Units && own.apart_from(others);
        FloatTile c;
        score_tile(block.keys + key, queries, static_cast<std::size_t>(head_dim),
                   apart ? bias.neighbour : 0.0F, c);
        if (kKind == BiasKind::Any ||
            (kKind == BiasKind::Units && !apart && !(own.single() && others.single()))) {
#pragma GCC unroll 16
            for (int i = 0; i < kTileRows; ++i) {
                const std::int32_t unit = block.units[key + i], position = block.positions[key + i];
                c.left[i] = biased(c.left[i], bias, unit, position, query_units, query_positions);
                c.right[i] =
                    biased(c.right[i], bias, unit, position, query_units + lanes, query_positions + lanes);
            }
        }
#pragma GCC unroll 16
        for (int i = 0; i < kTileRows; ++i) {
            max0 = hn::Max(max0, c.left[i]);
            max1 = hn::Max(max1, c.right[i]);
        }
        store_tile(c, scores + static_cast<std::size_t>(key) * 2 * lanes, 2 * lanes);
    }
    raise_maximum(state, 0, max0, padded_dim);
    raise_maximum(state, lanes, max1, padded_dim);
    weigh(scores, block.count, state);
    mix_values(block, padded_dim, scores, state.mixed);
}

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
