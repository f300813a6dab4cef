// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The five products of the backward pass on one block of keys and queries. Probabilities and gradients of
// scores are held as [keys, queries]; all products are register tiles of gemm_tile-inl.h.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_BACKWARD_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_BACKWARD_TILE_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_BACKWARD_TILE_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_BACKWARD_TILE_INL_H_
#endif

#include <numeric>

#include "hwy/highway.h"
#include "kernels/cpu/attention_backward_task.h"
#include "kernels/cpu/attention_span-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

/// Queries whose probabilities are held at once: whole panels and whole register tiles.
HWY_INLINE std::int64_t query_block_rows() {
    const auto unit =
        std::lcm(static_cast<std::int64_t>(panel_columns()), static_cast<std::int64_t>(kTileRows));
    return (96 + unit - 1) / unit * unit;
}

/// c += a b: a [kTileRows, depth], rows lda apart; b [depth, panel_columns], rows ldb apart.
HWY_INLINE void add_product(const float* HWY_RESTRICT a, std::size_t lda, const float* HWY_RESTRICT b,
                            std::size_t ldb, std::int64_t depth, FloatTile& c) {
    const FloatTag d;
    for (std::int64_t k = 0; k < depth; ++k, b += ldb) {
        const FloatVec b0 = hn::Load(d, b), b1 = hn::Load(d, b + hn::Lanes(d));
#pragma GCC unroll 16
        for (int i = 0; i < kTileRows; ++i) {
            const FloatVec x = hn::Set(d, a[static_cast<std::size_t>(i) * lda + static_cast<std::size_t>(k)]);
            c.left[i] = hn::MulAdd(x, b0, c.left[i]);
            c.right[i] = hn::MulAdd(x, b1, c.right[i]);
        }
    }
}

/// c += a^T b: a [depth, kTileRows], rows lda apart.
HWY_INLINE void add_transposed_product(const float* HWY_RESTRICT a, std::size_t lda,
                                       const float* HWY_RESTRICT b, std::size_t ldb, std::int64_t depth,
                                       FloatTile& c) {
    const FloatTag d;
    for (std::int64_t k = 0; k < depth; ++k, a += lda, b += ldb) {
        const FloatVec b0 = hn::Load(d, b), b1 = hn::Load(d, b + hn::Lanes(d));
#pragma GCC unroll 16
        for (int i = 0; i < kTileRows; ++i) {
            const FloatVec x = hn::Set(d, a[i]);
            c.left[i] = hn::MulAdd(x, b0, c.left[i]);
            c.right[i] = hn::MulAdd(x, b1, c.right[i]);
        }
    }
}

/// A block of keys, [count] of them, against a block of queries, [padded] of them with those that fill the
/// last panel.
struct BackwardBlock {
    const BackwardScratch* scratch;
    std::int64_t head_dim;
    std::int64_t query_block;  ///< floats between rows of probabilities
    std::int64_t first_key, keys;
    std::int64_t padded_queries;
    float scale;  ///< of scores as exponents of 2
};

/// offset + a row times a column of a panel, for kTileRows rows and two vectors of columns.
HWY_INLINE void plain_products(const float* rows, std::int64_t stride, const float* panel, std::int64_t dim,
                               FloatVec offset0, FloatVec offset1, FloatTile& c) {
    clear_tile(c);
    multiply_tile(rows, static_cast<std::size_t>(stride), panel, static_cast<std::size_t>(dim), c);
#pragma GCC unroll 16
    for (int i = 0; i < kTileRows; ++i) {
        c.left[i] = hn::Add(c.left[i], offset0);
        c.right[i] = hn::Add(c.right[i], offset1);
    }
}

/// offset + scale * row * columns, as if in twice the precision (Ogita, Rump and Oishi, 2005, "Accurate sum
/// and dot product").
HWY_INLINE FloatVec precise_product(const float* row, const float* columns, std::int64_t dim, float scale,
                                    FloatVec offset) {
    const FloatTag d;
    FloatVec high = hn::Zero(d), low = high;
    for (std::int64_t k = 0; k < dim; ++k, columns += panel_columns()) {
        const FloatVec x = hn::Set(d, row[k]), y = hn::Load(d, columns);
        const FloatVec product = hn::Mul(x, y), sum = hn::Add(high, product);
        const FloatVec taken = hn::Sub(sum, high);
        const FloatVec lost = hn::Add(hn::Sub(high, hn::Sub(sum, taken)), hn::Sub(product, taken));
        low = hn::Add(low, hn::Add(hn::MulSub(x, y, product), lost));
        high = sum;
    }
    const FloatVec factor = hn::Set(d, scale), scaled = hn::Mul(high, factor);
    const FloatVec rest = hn::MulAdd(low, factor, hn::MulSub(high, factor, scaled));
    return hn::Add(hn::Add(scaled, offset), rest);
}

HWY_INLINE void precise_products(const float* rows, std::int64_t stride, const float* panel, std::int64_t dim,
                                 float scale, FloatVec offset0, FloatVec offset1, FloatTile& c) {
    const std::size_t lanes = hn::Lanes(FloatTag());
    for (int i = 0; i < kTileRows; ++i, rows += stride) {
        c.left[i] = precise_product(rows, panel, dim, scale, offset0);
        c.right[i] = precise_product(rows, panel + lanes, dim, scale, offset1);
    }
}

/// Probabilities of one panel of queries, from the column `first` on: 2^(score + shift + correction). Where
/// kPrecise, its queries are not scaled yet.
template <BiasKind kKind, bool kPrecise>
void panel_probabilities(const BackwardBlock& block, const ScoreBias& bias, std::int64_t first) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    const BackwardScratch& s = *block.scratch;
    const float* panel = s.query_panels + first * block.head_dim;
    const FloatVec shift0 = hn::Load(d, s.shifts + first), shift1 = hn::Load(d, s.shifts + first + lanes);
    const FloatVec correction0 = hn::Load(d, s.corrections + first),
                   correction1 = hn::Load(d, s.corrections + first + lanes);
    for (std::int64_t key = 0; key < block.keys; key += kTileRows) {
        const std::int64_t row = block.first_key + key;
        const float* keys = s.keys + row * s.stride;
        FloatTile c;
        if (kPrecise)
            precise_products(keys, s.stride, panel, block.head_dim, block.scale, shift0, shift1, c);
        else
            plain_products(keys, s.stride, panel, block.head_dim, shift0, shift1, c);
        if (kKind != BiasKind::None) {
#pragma GCC unroll 16
            for (int i = 0; i < kTileRows; ++i) {
                const std::int32_t unit = s.key_units[row + i], position = s.key_positions[row + i];
                c.left[i] =
                    biased(c.left[i], bias, unit, position, s.query_units + first, s.query_positions + first);
                c.right[i] = biased(c.right[i], bias, unit, position, s.query_units + first + lanes,
                                    s.query_positions + first + lanes);
            }
        }
#pragma GCC unroll 16
        for (int i = 0; i < kTileRows; ++i) {
            c.left[i] = exp2(d, kPrecise ? hn::Add(c.left[i], correction0) : c.left[i]);
            c.right[i] = exp2(d, kPrecise ? hn::Add(c.right[i], correction1) : c.right[i]);
        }
        store_tile(c, s.probabilities + key * block.query_block + first,
                   static_cast<std::size_t>(block.query_block));
    }
}

/// p (f dout v - delta) of one vector; 0 where p is, so that what a query does not see cannot poison it.
template <bool kDropout>
HWY_INLINE void store_dscore(const BackwardBlock& block, std::int64_t at, FloatVec product, FloatVec delta) {
    const FloatTag d;
    const BackwardScratch& s = *block.scratch;
    const FloatVec p = hn::Load(d, s.probabilities + at);
    if (kDropout) {
        const FloatVec factor = hn::Load(d, s.factors + at);
        product = hn::Mul(product, factor);
        hn::Store(hn::Mul(p, factor), d, s.probabilities + at);
    }
    const FloatVec dscore = hn::Mul(p, hn::Sub(product, delta));
    hn::Store(hn::IfThenZeroElse(hn::Eq(p, hn::Zero(d)), dscore), d, s.dscores + at);
}

/// Gradients of the scores of one panel; with dropout the probabilities become what the values are mixed by.
template <bool kDropout>
void panel_dscores(const BackwardBlock& block, std::int64_t first) {
    const FloatTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const BackwardScratch& s = *block.scratch;
    const float* panel = s.dout_panels + first * block.head_dim;
    const FloatVec delta0 = hn::Load(d, s.deltas + first), delta1 = hn::Load(d, s.deltas + first + lanes);
    for (std::int64_t key = 0; key < block.keys; key += kTileRows) {
        const float* values = s.values + (block.first_key + key) * s.stride;
        const FloatVec zero = hn::Zero(d);
        FloatTile c;
        plain_products(values, s.stride, panel, block.head_dim, zero, zero, c);
#pragma GCC unroll 16
        for (int i = 0; i < kTileRows; ++i) {
            const std::int64_t at = (key + i) * block.query_block + first;
            store_dscore<kDropout>(block, at, c.left[i], delta0);
            store_dscore<kDropout>(block, at + lanes, c.right[i], delta1);
        }
    }
}

/// to[keys, head_dim] += weights[keys, queries] from[queries, head_dim].
HWY_INLINE void add_to_keys(const BackwardBlock& block, const float* weights, const float* from, float* to) {
    const BackwardScratch& s = *block.scratch;
    const auto stride = static_cast<std::size_t>(s.stride);
    for (std::int64_t key = 0; key < block.keys; key += kTileRows)
        for (std::int64_t k = 0; k < s.padded_dim; k += static_cast<std::int64_t>(panel_columns())) {
            float* row = to + (block.first_key + key) * s.stride + k;
            FloatTile c;
            load_tile(c, row, stride);
            add_product(weights + key * block.query_block, static_cast<std::size_t>(block.query_block),
                        from + k, stride, block.padded_queries, c);
            store_tile(c, row, stride);
        }
}

/// dqueries[queries, head_dim] += dscores^T keys.
HWY_INLINE void add_to_queries(const BackwardBlock& block) {
    const BackwardScratch& s = *block.scratch;
    const auto stride = static_cast<std::size_t>(s.stride);
    for (std::int64_t query = 0; query < block.padded_queries; query += kTileRows)
        for (std::int64_t k = 0; k < s.padded_dim; k += static_cast<std::int64_t>(panel_columns())) {
            float* row = s.dqueries + query * s.stride + k;
            FloatTile c;
            load_tile(c, row, stride);
            add_transposed_product(s.dscores + query, static_cast<std::size_t>(block.query_block),
                                   s.keys + block.first_key * s.stride + k, stride, block.keys, c);
            store_tile(c, row, stride);
        }
}

/// What the gates and biases of a block's head get.
HWY_INLINE void add_sums(const BackwardBlock& block, const ScoreBias& bias, double* sums) {
    const FloatTag d;
    const PositionTag di;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const BackwardScratch& s = *block.scratch;
    FloatVec gate = hn::Zero(d), neighbour = gate, slope = gate;
    for (std::int64_t key = 0; key < block.keys; ++key) {
        const std::int64_t row = block.first_key + key;
        const auto unit = hn::Set(di, s.key_units[row]), position = hn::Set(di, s.key_positions[row]);
        for (std::int64_t q = 0; q < block.padded_queries; q += lanes) {
            const FloatVec dscore = hn::Load(d, s.dscores + key * block.query_block + q);
            gate = hn::Add(gate, dscore);
            const auto other = hn::Ne(hn::Load(di, s.query_units + q), unit);
            neighbour = hn::Add(neighbour, hn::IfThenElseZero(hn::RebindMask(d, other), dscore));
            const auto distance = hn::Abs(hn::Sub(position, hn::Load(di, s.query_positions + q)));
            slope = hn::NegMulAdd(hn::ConvertTo(d, distance), dscore, slope);
        }
    }
    sums[kGateSum] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, gate)));
    if (bias.units) sums[kNeighbourSum] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, neighbour)));
    sums[kSlopeSum] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, slope)));
}

/// What each distance gets; the edges stand for all beyond them.
HWY_INLINE void add_distance_sums(const BackwardBlock& block, std::int32_t edge, double* sums) {
    const BackwardScratch& s = *block.scratch;
    double* centre = sums + kDistanceSums + edge;
    for (std::int64_t key = 0; key < block.keys; ++key) {
        const std::int32_t position = s.key_positions[block.first_key + key];
        for (std::int64_t q = 0; q < block.padded_queries; ++q)
            centre[std::clamp(position - s.query_positions[q], -edge, edge)] +=
                static_cast<double>(s.dscores[key * block.query_block + q]);
    }
}

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
