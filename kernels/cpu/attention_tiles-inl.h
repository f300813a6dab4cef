// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A task on tiles (amx.h), for callers that ask for less than float32: queries, keys, values and weights in
// bf16, sums in float32. Rows of scores are queries and lanes are keys, so that queries and weights are rows
// that a product of tiles takes as they are. Its right operand comes in pairs along the sum:
// attention_tile_block-inl.h.
//
// The weights are 2^score, without the maximum of a row taken off, wherever |q| |k| shows that no score of
// the panel can leave [-96, 96] (Cauchy and Schwarz): float32 and bf16 have room for them, and neither the
// maximum nor the rescaling of what was summed before is needed.
//
// On paper, for 128 keys of head size 32 and a panel of 16 queries: 16 products of tiles, 256 cycles; 128
// vectors of scores through scale, exponential, sum and rounding, 10 instructions each, 650 cycles.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_TILES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_TILES_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_TILES_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_TILES_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cmath>

#include "hwy/highway.h"
#include "kernels/cpu/attention_merge-inl.h"
#include "kernels/cpu/attention_span-inl.h"
#include "kernels/cpu/attention_task-inl.h"
#include "kernels/cpu/attention_tile_block-inl.h"
#include "kernels/cpu/bf16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

inline constexpr std::int64_t kPanel = kTileSize;  ///< queries that see a block together

/// Elements from one query's scores to the next one's: not a power of two, which would share cache sets.
inline constexpr std::int64_t kScoresRow = kKeyBlock + kTileSize;

/// Largest |score| that needs no maximum.
inline constexpr float kPlainScores = 96.0F;

/// 2^x to a relative error of 7.5e-5, for weights in bf16.
HWY_INLINE FloatVec coarse_exp2(FloatVec x) {
    const FloatTag d;
    const FloatVec f{_mm512_reduce_ps(x.raw, 1)};  // x - floor(x)
    FloatVec p = hn::Set(d, 7.80245233e-2F);
    p = hn::MulAdd(p, f, hn::Set(d, 2.26067159e-1F));
    p = hn::MulAdd(p, f, hn::Set(d, 6.95833537e-1F));
    p = hn::MulAdd(p, f, hn::Set(d, 9.99925219e-1F));
    return FloatVec{_mm512_scalef_ps(p.raw, x.raw)};  // p 2^floor(x)
}

/// One task on tiles, for heads of kDim: 32, 64 or 128.
template <class Tiles, int kDim>
class TileSpan : public SpanTask<TileSpan<Tiles, kDim>> {
    using Task = SpanTask<TileSpan<Tiles, kDim>>;
    using Task::p_, Task::scale_, Task::scratch_, Task::span_;

    using Block = TileBlock<kDim>;
    static constexpr std::int64_t kDepths = Block::kDepths, kColumns = Block::kColumns;

 public:
    explicit TileSpan(const AttentionSpan& span)
        : Task(span),
          queries_(reinterpret_cast<std::uint16_t*>(scratch_.query_numbers)),
          block_(p_, scratch_) {}
    TileSpan(const TileSpan&) = delete;
    TileSpan& operator=(const TileSpan&) = delete;

    void take_queries(std::int64_t count) {
        FloatVec most = hn::Zero(kFloats);
        const std::int64_t apart = this->to_head_after_next();
        for (std::int64_t i = 0; i < count; ++i) {
            this->prefetch(p_.q, this->query_element(std::min(i + kRowsAhead, count - 1)));
            if (apart != 0) this->prefetch_head(p_.q, this->query_element(i), apart);
            FloatVec squares = hn::Zero(kFloats);
            for (std::int64_t k = 0; k < kDim; k += 32) {
                const __m512i numbers = row_part(p_.q, p_.type, this->query_element(i) + k);
                squares = add_squares(numbers, squares);
                _mm512_store_si512(queries_ + i * kDim + k, numbers);
            }
            most = hn::Max(most, squares);
            if (i % kPanel == kPanel - 1 || i + 1 == count) {
                // At least the largest |q|^2: the sum of what is largest in each lane.
                largest_query_[as_index(i / kPanel)] = hn::GetLane(hn::SumOfLanes(kFloats, most));
                most = hn::Zero(kFloats);
            }
        }
        std::fill_n(scratch_.largest, (count + kPanel - 1) / kPanel * kPanel, 0.0F);
        shifted_.fill(false);
    }

    void take_row(const KeyRows& rows, std::int64_t element) { block_.take_row(rows, element); }
    void take_block() { block_.finish(); }

    /// While the weights of one panel are worked out in vectors, the tiles add up the mixture of the one
    /// before it and the scores of the next.
    void attend(std::int64_t queries, const ScoreBias& bias, bool fresh) {
        std::int64_t begun = 0;
        std::array<Panel, 2> panels;  // the last two, by turns
        for (std::int64_t first = 0; first < queries; first += kPanel) {
            const std::int64_t count = std::min(kPanel, queries - first);
            if (bias.causal && scratch_.block.positions[0] > scratch_.query_positions[first + count - 1]) {
                if (fresh) clear(first, count);
                continue;
            }
            Panel& panel = panels[as_index(begun % 2)];
            if (begun >= 2) mix(panel);
            panel = {first, count, &bias, scratch_.scores + begun % 2 * kPanel * kScoresRow, fresh};
            score(panel);
            if (begun >= 1) weigh(panels[as_index((begun - 1) % 2)]);
            ++begun;
        }
        if (begun >= 2) mix(panels[as_index(begun % 2)]);
        if (begun == 0) return;
        weigh(panels[as_index((begun - 1) % 2)]);
        mix(panels[as_index((begun - 1) % 2)]);
    }

    void merge(std::int64_t queries, float gate, float* lse) {
        for (std::int64_t first = 0; first < queries; first += kShareQueries) {
            const std::int64_t count = std::min(kShareQueries, queries - first);
            Shares shares;
            shares.take(scratch_, first, count, gate, lse);
            for (std::int64_t i = 0; i < count; ++i) {
                if (shares.branch[i] == 0.0F) continue;  // NaN goes in too
                const float* part = scratch_.mixed + (first + i) * kDim;
                float* row = this->row(span_.begin + scratch_.query_positions[first + i]);
                for (int k = 0; k < kDim; k += kTileSize) shares.add(i, hn::Load(kFloats, part + k), row + k);
            }
        }
    }

    void store_row(const float* from, std::uint16_t* to) const {
        for (std::int64_t k = 0; k < kDim; k += 32)
            NativeRounding::store(hn::Load(kFloats, from + k), hn::Load(kFloats, from + k + kTileSize),
                                  kFloats, to + k);
    }

 private:
    static constexpr FloatTag kFloats{};
    using IntTag = hn::RebindToSigned<FloatTag>;

    /// A panel of queries that sees a block of keys.
    struct Panel {
        std::int64_t first, count;
        const ScoreBias* bias;
        float* scores;  ///< [kPanel, kScoresRow]
        bool fresh;
    };

    static std::size_t as_index(std::int64_t value) { return static_cast<std::size_t>(value); }

    /// A panel that has seen nothing yet.
    void clear(std::int64_t first, std::int64_t count) {
        std::fill_n(scratch_.sum + first, count, 0.0F);
        std::fill_n(scratch_.mixed + first * kDim, count * kDim, 0.0F);
    }

    void score(const Panel& panel) {
        kind_of(*panel.bias) == BiasKind::Units ? score<true>(panel) : score<false>(panel);
    }

    void weigh(const Panel& panel) {
        bool& shifted = shifted_[as_index(panel.first / kPanel)];
        const float squares =
            largest_query_[as_index(panel.first / kPanel)] * block_.largest() * scale_ * scale_;
        // What is left for |q| |k| beside a bias that raises scores; one that lowers them does no harm.
        const float most = std::max(kPlainScores - std::max(panel.bias->neighbour, 0.0F), 0.0F);
        // A panel whose first blocks needed maxima keeps them; NaN needs them too.
        if (!(squares <= most * most) || kind_of(*panel.bias) == BiasKind::Any) shifted = true;
        const bool whole = scratch_.block.count == kKeyBlock;
        if (shifted)
            weigh<true, false>(panel);
        else if (whole)
            weigh<false, true>(panel);
        else
            weigh<false, false>(panel);
    }

    /// Scores [queries, keys], in units of 1 / scale_. Where the bias of keys of other units is all that is
    /// added, sums begin with it.
    template <bool kByUnit>
    void score(const Panel& panel) {
        const std::int32_t* units = scratch_.query_units + panel.first;
        const UnitRange own(units, kTileSize);
        alignas(64) float apart[kTileSize];
        std::fill_n(apart, kTileSize, panel.bias->neighbour / scale_);
        const std::uint16_t* queries = queries_ + panel.first * kDim;
        constexpr std::size_t kQueryRow = kDim * sizeof(std::uint16_t), kOut = kScoresRow * sizeof(float);
        if (kDepths == 1) Tiles::template load<6>(queries, kQueryRow);
        for (std::int64_t tile = 0; tile < block_.tiles(); ++tile) {
            float* to = panel.scores + tile * kTileSize;
            const UnitRange& keys = block_.units(tile);
            if (kByUnit && own.apart_from(keys)) {
                Tiles::template load<0>(apart, 0);
            } else if (kByUnit && !(own.single() && keys.single())) {
                unit_bias(units, tile, apart[0], to);
                Tiles::template load<0>(to, kOut);
            } else {
                Tiles::template zero<0>();
            }
            for (std::int64_t depth = 0; depth < kDepths; ++depth) {
                if (kDepths != 1) Tiles::template load<6>(queries + depth * 32, kQueryRow);
                Tiles::template load<4>(block_.keys(tile, depth), kTileRow);
                Tiles::template multiply_bf16<0, 6, 4>();
            }
            Tiles::template store<0>(to, kOut);
        }
    }

    void unit_bias(const std::int32_t* units, std::int64_t tile, float bias, float* to) const {
        const IntTag di;
        const auto keys = hn::Load(di, scratch_.block.units + tile * kTileSize);
        const FloatVec apart = hn::Set(kFloats, bias);
        for (int i = 0; i < kTileSize; ++i, to += kScoresRow) {
            const auto other = hn::RebindMask(kFloats, hn::Ne(keys, hn::Set(di, units[i])));
            hn::Store(hn::IfThenElseZero(other, apart), kFloats, to);
        }
    }

    /// Scores become weights in bf16, in the same memory, and are added to the sums.
    template <bool kShifted, bool kWhole>
    void weigh(const Panel& panel) {
        const FloatVec scale = hn::Set(kFloats, scale_);
        alignas(64) float sums[kPanel * kTileSize];
        float* scores = panel.scores;
        // Of the last keys, where they do not fill a sum.
        const std::int64_t left = scratch_.block.count % kKeysOfSum;
        const auto even_there = hn::FirstN(kFloats, as_index(std::min<std::int64_t>(left, kTileSize))),
                   odd_there = hn::FirstN(kFloats, as_index(std::max<std::int64_t>(left - kTileSize, 0)));
        for (std::int64_t i = 0; i < panel.count; ++i, scores += kScoresRow) {
            FloatVec shift = hn::Zero(kFloats);
            if constexpr (kShifted) shift = raise_maximum(panel, panel.first + i, scores);
            FloatVec even_sum = hn::Zero(kFloats), odd_sum = even_sum;
            const auto weight = [&](std::int64_t tile) HWY_ATTR {
                const FloatVec score = hn::Load(kFloats, scores + tile * kTileSize);
                // Scores that need a shift have been scaled for their maximum.
                return coarse_exp2(kShifted ? hn::Sub(score, shift) : hn::Mul(score, scale));
            };
            const auto take = [&](std::int64_t k, FloatVec even, FloatVec odd) HWY_ATTR {
                even_sum = hn::Add(even_sum, even);
                odd_sum = hn::Add(odd_sum, odd);
                _mm512_store_si512(scores + k * kTileSize, NativeRounding::both(even, odd));
            };
            const std::int64_t steps = kWhole ? kKeyBlock / kKeysOfSum : scratch_.block.count / kKeysOfSum;
#pragma GCC unroll 4
            for (std::int64_t k = 0; k < steps; ++k) take(k, weight(2 * k), weight(2 * k + 1));
            if (!kWhole && steps < block_.sums())
                take(steps, hn::IfThenElseZero(even_there, weight(2 * steps)),
                     hn::IfThenElseZero(odd_there, weight(2 * steps + 1)));
            hn::Store(hn::Add(even_sum, odd_sum), kFloats, sums + i * kTileSize);
        }
        add_sums(panel, sums);
    }

    /// Adds up the rows of `sums` [kPanel, 16], all at once.
    void add_sums(const Panel& panel, const float* sums) {
        __m512i rows[kTileSize];
#pragma GCC unroll 16
        for (int i = 0; i < kTileSize; ++i) rows[i] = _mm512_load_si512(sums + i * kTileSize);
        transpose_lanes(rows);
        FloatVec sum{_mm512_castsi512_ps(rows[0])}, other{_mm512_castsi512_ps(rows[1])};
#pragma GCC unroll 8
        for (int i = 2; i < kTileSize; i += 2) {
            sum = hn::Add(sum, FloatVec{_mm512_castsi512_ps(rows[i])});
            other = hn::Add(other, FloatVec{_mm512_castsi512_ps(rows[i + 1])});
        }
        sum = hn::Add(sum, other);
        if (!panel.fresh) sum = hn::Add(sum, hn::Load(kFloats, scratch_.sum + panel.first));
        hn::Store(sum, kFloats, scratch_.sum + panel.first);
    }

    /// Scales the scores of a query and adds what depends on the distance; what it summed before, under a
    /// smaller maximum, is brought down. Returns what to take off the scores.
    FloatVec raise_maximum(const Panel& panel, std::int64_t query, float* scores) {
        FloatVec highest = hn::Set(kFloats, -HUGE_VALF);
        for (std::int64_t tile = 0; tile < block_.tiles(); ++tile) {
            float* at = scores + tile * kTileSize;
            FloatVec score = hn::Mul(hn::Load(kFloats, at), hn::Set(kFloats, scale_));
            if (kind_of(*panel.bias) == BiasKind::Any) score = biased_keys(score, *panel.bias, tile, query);
            hn::Store(score, kFloats, at);
            const std::int64_t left =
                std::min<std::int64_t>(scratch_.block.count - tile * kTileSize, kTileSize);
            const auto there = hn::FirstN(kFloats, as_index(left));
            highest = hn::IfThenElse(there, hn::Max(highest, score), highest);
        }
        float& largest = scratch_.largest[query];
        const float before = panel.fresh ? -HUGE_VALF : largest;
        const float now = std::max(before, hn::GetLane(hn::MaxOfLanes(kFloats, highest)));
        const float base = now == -HUGE_VALF ? 0.0F : now;  // so that -inf minus it stays -inf
        if (!panel.fresh && now != before) rescale(query, std::exp2(before - base));
        largest = now;
        return hn::Set(kFloats, base);
    }

    void rescale(std::int64_t query, float factor) {
        scratch_.sum[query] *= factor;
        float* mixed = scratch_.mixed + query * kDim;
        for (int i = 0; i < kDim; i += kTileSize)
            hn::Store(hn::Mul(hn::Load(kFloats, mixed + i), hn::Set(kFloats, factor)), kFloats, mixed + i);
    }

    /// As biased(), lanes being keys.
    FloatVec biased_keys(FloatVec score, const ScoreBias& bias, std::int64_t tile, std::int64_t query) const {
        const IntTag di;
        const auto other = hn::Ne(hn::Load(di, scratch_.block.units + tile * kTileSize),
                                  hn::Set(di, scratch_.query_units[query]));
        const auto distance = hn::Sub(hn::Load(di, scratch_.block.positions + tile * kTileSize),
                                      hn::Set(di, scratch_.query_positions[query]));
        return add_biases(score, bias, other, distance);
    }

    /// mixed [queries, kDim] += weights [queries, keys] times values.
    void mix(const Panel& panel) {
        constexpr std::size_t kRow = kDim * sizeof(float), kWeightsRow = kScoresRow * sizeof(float);
        const auto* weights = reinterpret_cast<const std::uint16_t*>(panel.scores);
        for (std::int64_t column = 0; column < kColumns; column += 2) {
            float* to = scratch_.mixed + panel.first * kDim + column * kTileSize;
            if (panel.fresh) {
                Tiles::template zero<2>();
                Tiles::template zero<3>();
            } else {
                Tiles::template load<2>(to, kRow);
                Tiles::template load<3>(to + kTileSize, kRow);
            }
            for (std::int64_t k = 0; k < block_.sums(); ++k) {
                const std::uint16_t* values = block_.values(k, column);
                Tiles::template load<5>(weights + k * 32, kWeightsRow);
                Tiles::template load<1>(values, kTileRow);
                Tiles::template multiply_bf16<2, 5, 1>();
                Tiles::template load<7>(values + kTileSize * 32, kTileRow);
                Tiles::template multiply_bf16<3, 5, 7>();
            }
            Tiles::template store<2>(to, kRow);
            Tiles::template store<3>(to + kTileSize, kRow);
        }
    }

    std::uint16_t* queries_;  // [queries, kDim]
    Block block_;
    std::array<float, kSpan / kPanel + 1> largest_query_{};  // |q|^2 of each panel, or more
    std::array<bool, kSpan / kPanel + 1> shifted_{};         // panels whose maximum is not 0
    typename Tiles::Session session_;
};

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
