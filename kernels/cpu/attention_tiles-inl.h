// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The same scores and mixtures as attention_span-inl.h on tiles (amx.h): queries, keys, values and weights in
// bf16, sums in float32, for callers that ask for less than float32. Lanes are queries here too. A product of
// tiles wants its right operand in pairs along the sum, which is how queries (pairs of elements) and weights
// (pairs of keys) are rounded anyway; values are turned over once a block.
//
// On paper, for 128 keys of head size 32 and a panel of 32 queries: 32 products of tiles, 512 cycles; 256
// vectors of scores through maximum, exponential, sum and rounding, 12 instructions each, 1,500 cycles.

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
#include "kernels/cpu/amx.h"
#include "kernels/cpu/attention_int16-inl.h"
#include "kernels/cpu/attention_span-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// 32 numbers of bf16: those of `low`, then those of `high`. As assembly, so that the instruction set of the
/// file stays AVX-512 without bf16.
HWY_INLINE __m512i round_both(FloatVec low, FloatVec high) {
    __m512i both;
    asm("vcvtne2ps2bf16 %2, %1, %0" : "=v"(both) : "v"(high.raw), "v"(low.raw));
    return both;
}

/// Interleaves the halves of `both`: lane i becomes the pair (both[i], both[16 + i]).
HWY_INLINE PairVec32 into_pairs(__m512i both) {
    alignas(64) static constexpr auto kOrder = [] {
        std::array<std::uint16_t, 32> order{};
        for (std::size_t i = 0; i < 32; ++i) order[i] = static_cast<std::uint16_t>(i / 2 + i % 2 * 16);
        return order;
    }();
    return PairVec32{_mm512_permutexvar_epi16(_mm512_load_si512(kOrder.data()), both)};
}

/// Sixteen rows of sixteen 32-bit lanes turned over in place.
HWY_INLINE void transpose_lanes(__m512i (&row)[16]) {
    __m512i half[16];
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4) {  // within 4 x 4 squares
        const __m512i low_ab = _mm512_unpacklo_epi32(row[i], row[i + 1]),
                      high_ab = _mm512_unpackhi_epi32(row[i], row[i + 1]),
                      low_cd = _mm512_unpacklo_epi32(row[i + 2], row[i + 3]),
                      high_cd = _mm512_unpackhi_epi32(row[i + 2], row[i + 3]);
        half[i] = _mm512_unpacklo_epi64(low_ab, low_cd);
        half[i + 1] = _mm512_unpackhi_epi64(low_ab, low_cd);
        half[i + 2] = _mm512_unpacklo_epi64(high_ab, high_cd);
        half[i + 3] = _mm512_unpackhi_epi64(high_ab, high_cd);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {  // the squares among themselves
        const __m512i even_top = _mm512_shuffle_i32x4(half[i], half[4 + i], 0x88),
                      odd_top = _mm512_shuffle_i32x4(half[i], half[4 + i], 0xdd),
                      even_bottom = _mm512_shuffle_i32x4(half[8 + i], half[12 + i], 0x88),
                      odd_bottom = _mm512_shuffle_i32x4(half[8 + i], half[12 + i], 0xdd);
        row[i] = _mm512_shuffle_i32x4(even_top, even_bottom, 0x88);
        row[8 + i] = _mm512_shuffle_i32x4(even_top, even_bottom, 0xdd);
        row[4 + i] = _mm512_shuffle_i32x4(odd_top, odd_bottom, 0x88);
        row[12 + i] = _mm512_shuffle_i32x4(odd_top, odd_bottom, 0xdd);
    }
}

inline constexpr std::int64_t kKeyTiles = kKeyBlock / kTileSize;
inline constexpr std::int64_t kKeysOfSum =
    2 * kTileSize;  ///< keys that one product of weights and values adds

/// A block of keys and values in bf16, zeros after the last one to a multiple of kKeysOfSum.
struct TileBlock {
    std::uint16_t* keys;       ///< [kKeyBlock, head_dim]
    std::uint16_t* values;     ///< [head_dim, kKeyBlock]
    UnitRange* units;          ///< [kKeyTiles]
    std::int64_t tiles, sums;  ///< of keys; of weights times values
};

template <int kDim>
HWY_INLINE void round_keys(const KeyBlock& block, TileBlock& tiles) {
    const FloatTag d;
    const std::int64_t count = block.count * kDim;
    for (std::int64_t i = 0; i < count; i += 32)
        _mm512_store_si512(tiles.keys + i,
                           round_both(hn::Load(d, block.key_copy + i), hn::Load(d, block.key_copy + i + 16)));
    std::fill(tiles.keys + count, tiles.keys + tiles.tiles * kTileSize * kDim, std::uint16_t{0});
}

template <int kDim>
HWY_INLINE void turn_values(const KeyBlock& block, TileBlock& tiles) {
    const FloatTag d;
    const auto value = [&](std::int64_t key, int column) HWY_ATTR {
        return key < block.count ? hn::Load(d, block.value_copy + key * kDim + column) : hn::Zero(d);
    };
    for (std::int64_t first = 0; first < tiles.sums * kKeysOfSum; first += kKeysOfSum)
        for (int column = 0; column < kDim; column += kTileSize) {
            __m512i rows[kTileSize];
#pragma GCC unroll 16
            for (int i = 0; i < kTileSize; ++i)
                rows[i] =
                    into_pairs(round_both(value(first + 2 * i, column), value(first + 2 * i + 1, column)))
                        .raw;
            transpose_lanes(rows);
#pragma GCC unroll 16
            for (int i = 0; i < kTileSize; ++i)
                _mm512_store_si512(tiles.values + (column + i) * kKeyBlock + first, rows[i]);
        }
}

/// Scores [keys, panel] of a block, each 16 x 16 of them one sum of tiles that begins with the bias of keys
/// of other units where that is the same for all.
template <class Tiles, int kDim>
HWY_INLINE void score_tiles(const TileBlock& block, const std::int32_t* queries, const float* bias,
                            const UnitRange* own, float* scores) {
    const std::size_t panel_row = panel_columns() * sizeof(float), key_row = kDim * sizeof(std::uint16_t);
    const auto begin = [&]<int kTile>(bool apart) {
        if (apart)
            Tiles::template load<kTile>(bias, 0);
        else
            Tiles::template zero<kTile>();
    };
    for (std::int64_t tile = 0; tile < block.tiles; ++tile) {
        const bool apart = own != nullptr && own->apart_from(block.units[tile]);
        begin.template operator()<0>(apart);
        begin.template operator()<1>(apart);
        const std::uint16_t* keys = block.keys + tile * kTileSize * kDim;
#pragma GCC unroll 4
        for (int k = 0; k < kDim / 32; ++k) {
            const std::int32_t* pairs = queries + k * kTileSize * 2 * kTileSize;
            Tiles::template load<4>(keys + k * 32, key_row);
            Tiles::template load<6>(pairs, panel_row);
            Tiles::template multiply_bf16<0, 4, 6>();
            Tiles::template load<7>(pairs + kTileSize, panel_row);
            Tiles::template multiply_bf16<1, 4, 7>();
        }
        float* to = scores + tile * kTileSize * 2 * kTileSize;
        Tiles::template store<0>(to, panel_row);
        Tiles::template store<1>(to + kTileSize, panel_row);
    }
}

/// Largest scores of a panel, after the bias of each key where it is not the same for a whole tile.
template <BiasKind kKind>
HWY_INLINE void bias_scores(const KeyBlock& block, const TileBlock& tiles, const ScoreBias& bias,
                            const UnitRange* own, const std::int32_t* units, const std::int32_t* positions,
                            float* HWY_RESTRICT scores, FloatVec& max0, FloatVec& max1) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::int64_t tile = 0; tile < tiles.tiles; ++tile) {
        const UnitRange& others = tiles.units[tile];
        const bool alike =
            kKind == BiasKind::None ||
            (kKind == BiasKind::Units && (own->apart_from(others) || (own->single() && others.single())));
        const std::int64_t end = std::min<std::int64_t>(block.count, (tile + 1) * kTileSize);
        for (std::int64_t key = tile * kTileSize; key < end; ++key) {
            float* at = scores + static_cast<std::size_t>(key) * 2 * lanes;
            FloatVec s0 = hn::Load(d, at), s1 = hn::Load(d, at + lanes);
            if (!alike) {
                s0 = biased(s0, bias, block.units[key], block.positions[key], units, positions);
                s1 = biased(s1, bias, block.units[key], block.positions[key], units + lanes,
                            positions + lanes);
                hn::Store(s0, d, at);
                hn::Store(s1, d, at + lanes);
            }
            max0 = hn::Max(max0, s0);
            max1 = hn::Max(max1, s1);
        }
    }
}

/// Scores [keys, panel] become weights in pairs, [keys / 2, panel], in the same memory, and are added to the
/// sums.
HWY_INLINE void weigh_tiles(float* scores, std::int64_t keys, std::int64_t padded, std::size_t offset,
                            const PanelState& state) {
    const FloatTag d;
    const PairTag32 di;
    const std::size_t panel = panel_columns();
    const FloatVec most = finite_or_zero(hn::Load(d, state.largest + offset));
    FloatVec sum = hn::Load(d, state.sum + offset);
    const float* from = scores + offset;
    auto* to = reinterpret_cast<std::int32_t*>(scores) + offset;
    for (std::int64_t k = 0; k + 2 <= keys; k += 2, from += 2 * panel, to += panel) {
        const FloatVec even = coarse_exp2(hn::Sub(hn::Load(d, from), most));
        const FloatVec odd = coarse_exp2(hn::Sub(hn::Load(d, from + panel), most));
        sum = hn::Add(sum, hn::Add(even, odd));
        hn::Store(into_pairs(round_both(even, odd)), di, to);
    }
    if (keys % 2 != 0) {
        const FloatVec last = coarse_exp2(hn::Sub(hn::Load(d, from), most));
        sum = hn::Add(sum, last);
        hn::Store(into_pairs(round_both(last, hn::Zero(d))), di, to);
        to += panel;
    }
    for (std::int64_t k = (keys + 1) / 2; k < padded / 2; ++k, to += panel) hn::Store(hn::Zero(di), di, to);
    hn::Store(sum, d, state.sum + offset);
}

/// mixed [head_dim, panel] += values [head_dim, keys] times weights.
template <class Tiles, int kDim>
HWY_INLINE void mix_tiles(const TileBlock& block, const std::int32_t* weights, float* mixed) {
    const std::size_t panel_row = panel_columns() * sizeof(float),
                      value_row = kKeyBlock * sizeof(std::uint16_t);
    for (int row = 0; row < kDim; row += 2 * kTileSize) {
        float* to = mixed + row * 2 * kTileSize;
        float* below = to + kTileSize * 2 * kTileSize;
        Tiles::template load<0>(to, panel_row);
        Tiles::template load<1>(to + kTileSize, panel_row);
        Tiles::template load<2>(below, panel_row);
        Tiles::template load<3>(below + kTileSize, panel_row);
        for (std::int64_t k = 0; k < block.sums; ++k) {
            const std::int32_t* pairs = weights + k * kTileSize * 2 * kTileSize;
            const std::uint16_t* values = block.values + row * kKeyBlock + k * kKeysOfSum;
            Tiles::template load<4>(values, value_row);
            Tiles::template load<6>(pairs, panel_row);
            Tiles::template multiply_bf16<0, 4, 6>();
            Tiles::template load<7>(pairs + kTileSize, panel_row);
            Tiles::template multiply_bf16<1, 4, 7>();
            Tiles::template load<5>(values + kTileSize * kKeyBlock, value_row);
            Tiles::template multiply_bf16<2, 5, 6>();
            Tiles::template multiply_bf16<3, 5, 7>();
        }
        Tiles::template store<0>(to, panel_row);
        Tiles::template store<1>(to + kTileSize, panel_row);
        Tiles::template store<2>(below, panel_row);
        Tiles::template store<3>(below + kTileSize, panel_row);
    }
}

/// Scores and mixtures on tiles, for heads of kDim: 32, 64 or 128.
template <class Tiles, int kDim>
class TileProducts {
 public:
    TileProducts(const AttentionProblem&, const SpanScratch& scratch)
        : scratch_(scratch),
          block_{reinterpret_cast<std::uint16_t*>(scratch.key_numbers),
                 reinterpret_cast<std::uint16_t*>(scratch.value_pairs), units_.data(), 0, 0} {}
    TileProducts(const TileProducts&) = delete;
    TileProducts& operator=(const TileProducts&) = delete;

    static constexpr bool kCopies = true;

    void take_queries(std::int64_t panels) const {
        const FloatTag d;
        const std::int64_t rows = panels * kDim / 2;  // of pairs
        const std::size_t panel = panel_columns();
        const float* from = scratch_.queries;
        std::int32_t* to = scratch_.query_pairs;
        for (std::int64_t row = 0; row < rows; ++row, from += 2 * panel, to += panel)
            for (std::size_t lane = 0; lane < panel; lane += hn::Lanes(d))
                hn::Store(into_pairs(round_both(hn::Load(d, from + lane), hn::Load(d, from + panel + lane))),
                          PairTag32(), to + lane);
    }

    void take_block() {
        const KeyBlock& block = scratch_.block;
        block_.tiles = (block.count + kTileSize - 1) / kTileSize;
        block_.sums = (block.count + kKeysOfSum - 1) / kKeysOfSum;
        round_keys<kDim>(block, block_);
        turn_values<kDim>(block, block_);
        for (std::int64_t tile = 0; tile < block_.tiles; ++tile) {
            const std::int64_t first = tile * kTileSize;
            units_[static_cast<std::size_t>(tile)] =
                UnitRange(block.units + first,
                          static_cast<std::size_t>(std::min<std::int64_t>(kTileSize, block.count - first)));
        }
    }

    void attend(std::int64_t first, const ScoreBias& bias, const PanelState& state) const {
        switch (kind_of(bias)) {
            case BiasKind::None:
                return attend<BiasKind::None>(first, bias, state);
            case BiasKind::Units:
                return attend<BiasKind::Units>(first, bias, state);
            case BiasKind::Any:
                return attend<BiasKind::Any>(first, bias, state);
        }
    }

 private:
    template <BiasKind kKind>
    void attend(std::int64_t first, const ScoreBias& bias, const PanelState& state) const {
        const FloatTag d;
        const std::size_t lanes = hn::Lanes(d);
        const std::int32_t* units = scratch_.query_units + first;
        const UnitRange range(units, kKind == BiasKind::Units ? 2 * lanes : 1);
        const UnitRange* own = kKind == BiasKind::Units ? &range : nullptr;
        alignas(64) float neighbour[kTileSize];
        std::fill_n(neighbour, kTileSize, bias.neighbour);
        score_tiles<Tiles, kDim>(block_, scratch_.query_pairs + first * kDim / 2, neighbour, own,
                                 scratch_.scores);
        FloatVec max0 = hn::Set(d, -HUGE_VALF), max1 = max0;
        bias_scores<kKind>(scratch_.block, block_, bias, own, units, scratch_.query_positions + first,
                           scratch_.scores, max0, max1);
        raise_maximum(state, 0, max0, kDim);
        raise_maximum(state, lanes, max1, kDim);
        weigh_tiles(scratch_.scores, scratch_.block.count, block_.sums * kKeysOfSum, 0, state);
        weigh_tiles(scratch_.scores, scratch_.block.count, block_.sums * kKeysOfSum, lanes, state);
        mix_tiles<Tiles, kDim>(block_, reinterpret_cast<const std::int32_t*>(scratch_.scores), state.mixed);
    }

    const SpanScratch& scratch_;
    std::array<UnitRange, kKeyTiles> units_;
    TileBlock block_;
    typename Tiles::Session session_;
};

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
