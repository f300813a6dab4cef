// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A task on tiles (amx.h), for callers that ask for less than float32: queries, keys, values and weights in
// bf16, sums in float32. Rows of scores are queries and lanes are keys, so that queries and weights are rows
// that a product of tiles takes as they are. Its right operand comes in pairs along the sum:
// attention_tile_block-inl.h.
//
// The weights are 2^score without the maximum of a row taken off: |q| |k| shows how high a score of a panel
// can be (Cauchy and Schwarz), and bf16 has room for 250 octaves. A segment that needs more is computed again
// in float32. Sums of products begin with kStart, so that of each score in float32 sixteen of its bits are,
// but for the mantissa, the weight in bf16 (attention_tile_weights-inl.h): no conversion, no exponential. The
// sums of weights are one more column of values, all ones.
//
// On paper, for 32 keys of head size 32 and a panel of 16 queries: 5 products of tiles, 80 cycles; 16 vectors
// of weights in 6 instructions each, 48 cycles beside them, since integers use both ports while a product
// runs (vectors of float32 use one). Scores, weights and mixtures of three such steps take turns, so that
// nothing waits for what was begun just before: a tile that is stored right after its product costs 8 ns
// with it, two products later 5.
//
// Tried (Xeon with 2 MiB of second-level cache, whole encoder): exponentials in float32, 10 instructions a
// vector, with a panel's scores, weights and mixtures one after another 5 % fewer tokens a second; rows of
// the next block fetched into the second level meanwhile 1 % more, left. A turn takes 230 cycles in the
// encoder, 150 by itself; blocks of 256 keys change nothing.

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
#include "kernels/cpu/attention_panels-inl.h"
#include "kernels/cpu/attention_span-inl.h"
#include "kernels/cpu/attention_task-inl.h"
#include "kernels/cpu/attention_tile_block-inl.h"
#include "kernels/cpu/attention_tile_weights-inl.h"
#include "kernels/cpu/bf16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// One task on tiles, for heads of kDim: 32, 64 or 128. Biases by distance are computed in float32.
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
          scores_(scratch_.scores),
          weights_(reinterpret_cast<std::uint16_t*>(scratch_.scores + kRing * kStepScores)),
          block_(p_, scratch_) {
        static_assert(kRing * kStepScores + kWeightRing * kStepScores / 2 <=
                      (kKeyBlock + kTileSize) * 2 * kTileSize);
    }
    TileSpan(const TileSpan&) = delete;
    TileSpan& operator=(const TileSpan&) = delete;

    void take_queries(std::int64_t count) {
        const FloatVec scale = hn::Set(kFloats, scale_);
        const std::int64_t apart = this->to_head_after_next();
        for (std::int64_t first = 0; first < count; first += kPanel) {
            __m512i squares[kPanel];
            for (int i = 0; i < kPanel; ++i) {
                this->prefetch(p_.q, this->query_element(std::min(first + i + kRowsAhead, count - 1)));
                const std::int64_t from = this->query_element(std::min(first + i, count - 1));
                if (apart != 0) this->prefetch_head(p_.q, from, apart);
                std::uint16_t* to = queries_ + (first + i) * kDim;
                FloatVec sums = hn::Zero(kFloats);
                for (std::int64_t k = 0; k < kDim; k += 32) {
                    const __m512i numbers = scaled_part(p_.q, p_.type, from + k, scale);
                    sums = add_squares(numbers, sums);
                    _mm512_store_si512(to + k, numbers);
                }
                squares[i] = _mm512_castps_si512(sums.raw);
            }
            largest_query_[as_index(first / kPanel)] = largest_of(sums_of_rows(squares));
            units_[as_index(first / kPanel)] = UnitRange(scratch_.query_units + first, kPanel);
        }
        held_ = true;
    }

    void take_row(const KeyRows& rows, std::int64_t element) { block_.take_row(rows, element); }
    void take_block() { block_.finish(); }

    void attend(std::int64_t queries, const ScoreBias& bias, bool fresh) {
        held_ = held_ && bias.slope == 0.0F && bias.by_distance == nullptr;
        std::int64_t count = 0;
        for (std::int64_t first = 0; held_ && first < queries; first += kPanel) {
            const std::int64_t last = std::min(first + kPanel, queries) - 1;
            if (bias.causal && scratch_.block.positions[0] > scratch_.query_positions[last]) {
                if (fresh) clear(first);
                continue;
            }
            held_ = prepare(first, bias, fresh, panels_[as_index(count++)]);
        }
        if (!held_) return;
        kind_of(bias) == BiasKind::None ? run_steps<false>(bias, count) : run_steps<true>(bias, count);
    }

    /// Whether bf16 held every weight that counts, and every sum is far from what it flushes to 0.
    bool holds(std::int64_t queries) const {
        if (!held_) return false;
        const float least = std::exp2(-kWeightOctaves);
        for (std::int64_t i = 0; i < queries; ++i)
            if (scratch_.largest[i] != 0.0F && !(scratch_.sum[i] >= least)) return false;
        return true;
    }

    void again(std::size_t b, std::int64_t begin) const { FloatSpan(span_).run_segment(b, begin); }

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

    static constexpr std::int64_t kPanel = kTileSize;  ///< queries that see a block together
    static constexpr std::int64_t kStepScores = kPanel * kKeysOfSum;
    static constexpr std::int64_t kKeySums = kKeyBlock / kKeysOfSum;
    static constexpr std::int64_t kRing = 4;  ///< steps whose scores are held
    static constexpr std::int64_t kWeightRing = kColumns > 2 ? 2 * kKeySums : kKeySums;
    /// How many steps after its scores a step becomes weights, and is mixed.
    static constexpr std::int64_t kWeighLag = 2, kMixLag = 5;

    /// A panel of queries that sees a block of keys.
    struct Panel {
        std::int64_t first;
        float start;   ///< what sums of scores begin with
        float apart;   ///< and those of keys of other units
        float hidden;  ///< and those of keys that are not seen, whose weights are 0
        UnitRange units;
        bool fresh, floor;
    };

    /// A panel and a step of 32 keys.
    struct Cursor {
        std::int64_t panel = 0, step = 0;

        void next(std::int64_t steps) {
            if (++step < steps) return;
            step = 0;
            ++panel;
        }
    };

    static std::size_t as_index(std::int64_t value) { return static_cast<std::size_t>(value); }

    static HWY_INLINE FloatVec sums_of_rows(__m512i (&rows)[kTileSize]) {
        transpose_lanes(rows);
        FloatVec even{_mm512_castsi512_ps(rows[0])}, odd{_mm512_castsi512_ps(rows[1])};
#pragma GCC unroll 8
        for (int i = 2; i < kTileSize; i += 2) {
            even = hn::Add(even, FloatVec{_mm512_castsi512_ps(rows[i])});
            odd = hn::Add(odd, FloatVec{_mm512_castsi512_ps(rows[i + 1])});
        }
        return hn::Add(even, odd);
    }

    /// NaN where one of them is not finite.
    static HWY_INLINE float largest_of(FloatVec values) {
        return hn::GetLane(hn::MaxOfLanes(kFloats, values)) +
               hn::GetLane(hn::SumOfLanes(kFloats, hn::Mul(values, hn::Zero(kFloats))));
    }

    /// A panel that has seen nothing yet.
    void clear(std::int64_t first) {
        std::fill_n(scratch_.largest + first, kPanel, 0.0F);
        std::fill_n(scratch_.sum + first, kPanel, 0.0F);
        std::fill_n(scratch_.mixed + first * kDim, kPanel * kDim, 0.0F);
    }

    /// False where bf16 cannot hold the panel's weights.
    bool prepare(std::int64_t first, const ScoreBias& bias, bool fresh, Panel& panel) {
        const float reach = std::sqrt(largest_query_[as_index(first / kPanel)] * block_.largest());
        const float neighbour = bias.units ? bias.neighbour : 0.0F, most = reach + std::max(neighbour, 0.0F);
        if (!(most <= kHighestScore)) return false;
        float shift = std::ceil(std::max(most - kWeightOctaves, 0.0F));
        if (!fresh) shift = std::max(shift, scratch_.largest[first]);
        const float lowest = shift + reach - kScoreOctaves;  // of a bias, so that no bits run over
        const bool hides = bias.causal || neighbour < lowest;
        if (hides && reach > kWeightOctaves) return false;
        if (!fresh && shift != scratch_.largest[first]) rescale(first, scratch_.largest[first] - shift);
        std::fill_n(scratch_.largest + first, kPanel, shift);
        panel = {first,
                 kStart - shift,
                 kStart - shift + std::max(neighbour, lowest),
                 kStart - shift + lowest,
                 units_[as_index(first / kPanel)],
                 fresh,
                 hides || std::min(neighbour, 0.0F) - reach - shift < -kExponents};
        return true;
    }

    void rescale(std::int64_t first, float octaves) {
        const FloatVec factor = hn::Set(kFloats, std::exp2(octaves));
        const auto scale = [&](float* values) HWY_ATTR {
            hn::Store(hn::Mul(hn::Load(kFloats, values), factor), kFloats, values);
        };
        scale(scratch_.sum + first);
        for (std::int64_t i = 0; i < kPanel * kDim; i += kTileSize) scale(scratch_.mixed + first * kDim + i);
    }

    /// Panels [0, count) see the block: in each turn one step is scored, one that was scored before is
    /// weighed, and one that was weighed before is mixed.
    template <bool kBiased>
    void run_steps(const ScoreBias& bias, std::int64_t count) {
        const std::int64_t steps = block_.sums(), turns = count * steps;
        Cursor scoring, weighing, mixing;
        for (std::int64_t turn = 0; turn < turns + kMixLag; ++turn) {
            float* scores = scores_ + turn % kRing * kStepScores;
            const float* scored = scores_ + (turn + kRing - kWeighLag) % kRing * kStepScores;
            const bool weighs = turn >= kWeighLag && turn < turns + kWeighLag;
            std::uint16_t* weights = weights_of(turn + kWeightRing - kWeighLag);
            const bool floor = weighs && panels_[as_index(weighing.panel)].floor;
            if (turn < turns) score<kBiased>(panels_[as_index(scoring.panel)], scoring.step, bias, scores);
            if (weighs) weigh(floor, scored, weights);
            if (turn >= kMixLag) {
                mix(mixing, steps, turn - kMixLag);
                mixing.next(steps);
            }
            if (weighs) {
                weigh(floor, scored + kStepScores / 2, weights + kStepScores / 2);
                weighing.next(steps);
            }
            if (turn < turns) {
                Tiles::template store<0>(scores, kScoresRow);
                Tiles::template store<1>(scores + kTileSize, kScoresRow);
                scoring.next(steps);
            }
        }
        if (count == 0) return;
        store_panel(count - 1);
        add_sums(count - 1);
    }

    std::uint16_t* weights_of(std::int64_t step) const { return weights_ + step % kWeightRing * kStepScores; }

    /// Half of a panel's queries.
    static HWY_INLINE void weigh(bool floor, const float* scores, std::uint16_t* weights) {
        floor ? weigh_rows<true>(scores, kPanel / 2, weights)
              : weigh_rows<false>(scores, kPanel / 2, weights);
    }

    /// Scores of 32 keys, [queries, keys], in tiles 0 and 1.
    template <bool kBiased>
    HWY_INLINE void score(const Panel& panel, std::int64_t step, const ScoreBias& bias, float* scores) {
        begin_scores<kBiased, 0>(panel, 2 * step, bias, scores);
        begin_scores<kBiased, 1>(panel, 2 * step + 1, bias, scores + kTileSize);
        const std::uint16_t* queries = queries_ + panel.first * kDim;
        for (std::int64_t depth = 0; depth < kDepths; ++depth) {
            Tiles::template load<5>(queries + depth * 32, kDim * sizeof(std::uint16_t));
            Tiles::template load<6>(block_.keys(2 * step, depth), kTileRow);
            Tiles::template multiply_bf16<0, 5, 6>();
            Tiles::template load<6>(block_.keys(2 * step + 1, depth), kTileRow);
            Tiles::template multiply_bf16<1, 5, 6>();
        }
    }

    template <bool kBiased, int kTile>
    HWY_INLINE void begin_scores(const Panel& panel, std::int64_t tile, const ScoreBias& bias,
                                 float* scores) {
        const UnitRange& keys = block_.units(tile);
        if (kBiased &&
            (bias.causal || !(panel.units.apart_from(keys) || (panel.units.single() && keys.single())))) {
            begin_with_biases(panel, tile, bias, scores);
            return Tiles::template load<kTile>(scores, kScoresRow);
        }
        const float start = kBiased && panel.units.apart_from(keys) ? panel.apart : panel.start;
        float* row = starts_[kTile].data();
        if (row[0] != start) hn::Store(hn::Set(kFloats, start), kFloats, row);
        Tiles::template load<kTile>(row, 0);
    }

    void begin_with_biases(const Panel& panel, std::int64_t tile, const ScoreBias& bias, float* to) const {
        const IntTag di;
        const auto units = hn::Load(di, scratch_.block.units + tile * kTileSize),
                   positions = hn::Load(di, scratch_.block.positions + tile * kTileSize);
        const FloatVec start = hn::Set(kFloats, panel.start), apart = hn::Set(kFloats, panel.apart),
                       hidden = hn::Set(kFloats, panel.hidden);
        for (std::int64_t i = 0; i < kPanel; ++i, to += kKeysOfSum) {
            FloatVec first = start;
            if (bias.units) {
                const auto other = hn::Ne(units, hn::Set(di, scratch_.query_units[panel.first + i]));
                first = hn::IfThenElse(hn::RebindMask(kFloats, other), apart, first);
            }
            if (bias.causal) {
                const auto later = hn::Gt(positions, hn::Set(di, scratch_.query_positions[panel.first + i]));
                first = hn::IfThenElse(hn::RebindMask(kFloats, later), hidden, first);
            }
            hn::Store(first, kFloats, to);
        }
    }

    /// mixed [queries, kDim] += weights [queries, 32 keys] times values, and sums += weights; a panel's first
    /// two columns are in tiles 2 and 3 from its first step to its last, its sums in tile 4.
    HWY_INLINE void mix(const Cursor& at, std::int64_t steps, std::int64_t number) {
        const Panel& panel = panels_[as_index(at.panel)];
        float* to = scratch_.mixed + panel.first * kDim;
        if (at.step == 0) {
            if (at.panel > 0) store_panel(at.panel - 1);
            load_mixed(panel, to);
            Tiles::template zero<4>();
            Tiles::template load<7>(block_.ones(0), kTileRow);
        }
        if (at.step + 1 == steps) Tiles::template load<7>(block_.ones(at.step), kTileRow);
        Tiles::template load<5>(weights_of(number), kTileRow);
        add_values(at.step, 0);
        Tiles::template multiply_bf16<4, 5, 7>();
        if (kColumns == 2 || at.step + 1 < steps) return;
        store_mixed(to);
        for (std::int64_t column = 2; column < kColumns; column += 2) {
            load_mixed(panel, to + column * kTileSize);
            for (std::int64_t step = 0; step < steps; ++step) {
                Tiles::template load<5>(weights_of(number + kWeightRing + 1 - steps + step), kTileRow);
                add_values(step, column);
            }
            store_mixed(to + column * kTileSize);
        }
    }

    /// What a panel's tiles hold, when the next one needs them: a store right after a product waits for it.
    void store_panel(std::int64_t index) {
        if (kColumns == 2) store_mixed(scratch_.mixed + panels_[as_index(index)].first * kDim);
        Tiles::template store<4>(sums_[as_index(index % 2)].data(), kTileSize * sizeof(float));
        if (index > 0) add_sums(index - 1);
    }

    HWY_INLINE void add_values(std::int64_t step, std::int64_t column) {
        Tiles::template load<6>(block_.values(step, column), kTileRow);
        Tiles::template multiply_bf16<2, 5, 6>();
        Tiles::template load<6>(block_.values(step, column + 1), kTileRow);
        Tiles::template multiply_bf16<3, 5, 6>();
    }

    HWY_INLINE void load_mixed(const Panel& panel, const float* from) {
        if (panel.fresh) {
            Tiles::template zero<2>();
            Tiles::template zero<3>();
        } else {
            Tiles::template load<2>(from, kDim * sizeof(float));
            Tiles::template load<3>(from + kTileSize, kDim * sizeof(float));
        }
    }

    HWY_INLINE void store_mixed(float* to) {
        Tiles::template store<2>(to, kDim * sizeof(float));
        Tiles::template store<3>(to + kTileSize, kDim * sizeof(float));
    }

    /// A panel's sums of weights, of which every column of its tile is one copy, go to those of the segment.
    void add_sums(std::int64_t index) {
        const Panel& panel = panels_[as_index(index)];
        const IntTag di;
        FloatVec sum = hn::GatherIndex(kFloats, sums_[as_index(index % 2)].data(),
                                       hn::Mul(hn::Iota(di, 0), hn::Set(di, kTileSize)));
        if (!panel.fresh) sum = hn::Add(sum, hn::Load(kFloats, scratch_.sum + panel.first));
        hn::Store(sum, kFloats, scratch_.sum + panel.first);
    }

    static constexpr std::size_t kScoresRow = kKeysOfSum * sizeof(float);
    /// From the lowest bits that do not run over to a score of 0, and from the lowest weight.
    static constexpr float kScoreOctaves = 382.0F, kExponents = 125.0F;

    std::uint16_t* queries_;  // [queries, kDim], scaled so that scores are exponents of 2
    float* scores_;           // [kRing, kPanel, 32]
    std::uint16_t* weights_;  // [kWeightRing, kPanel, 32]
    Block block_;
    std::array<float, kSpan / kPanel + 1> largest_query_{};  // |q|^2 of each panel
    std::array<UnitRange, kSpan / kPanel + 1> units_;
    std::array<Panel, kSpan / kPanel + 1> panels_;  // that see the block
    alignas(64) std::array<std::array<float, kTileSize>, 2> starts_{};
    alignas(64) std::array<std::array<float, kTileSize * kTileSize>, 2> sums_;
    bool held_ = true;
    typename Tiles::Session session_;
};

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
