// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Products of bytes on tiles (amx.h): 32 rows by 32 outputs at once in four tiles of sums, so that each tile
// that is loaded is used twice and the multiplier (16 cycles an instruction) does not wait for loads (8).
//
// On paper: a step of 64 inputs takes 64 cycles, 384 inputs 384; making the 1,024 sums into results takes
// about as long again, with GELU twice as long. A panel has 12 KiB at 384 inputs and is used by three blocks
// of rows while it is in the level-1 cache.

#if defined(CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"
#include "kernels/cpu/amx.h"
#include "kernels/cpu/int8_quads-inl.h"

#ifndef CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_ONCE
#define CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_ONCE
namespace corpuscope::kernels::cpu {

inline constexpr std::int64_t kTileBlock = 2 * kTileSize;  ///< rows, and outputs, multiplied at once
inline constexpr std::int64_t kTileProductRows = 3 * kTileBlock;
inline constexpr std::int64_t kTileProductStep = static_cast<std::int64_t>(kTileRow);
inline constexpr int kTileProductLevels = 255;

/// Scratch: sums of a block, rounded rows, a row in float32, scales of the rows.
constexpr std::size_t tile_product_scratch(std::int64_t depth) {
    return static_cast<std::size_t>(kTileBlock * kTileBlock) * sizeof(std::int32_t) +
           static_cast<std::size_t>(depth) * sizeof(float) +
           static_cast<std::size_t>(kTileProductRows) * (static_cast<std::size_t>(depth) + sizeof(RowScale));
}

}  // namespace corpuscope::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// sums [32, 32] = a [32, depth] of unsigned bytes times b [depth / 4, 32, 4] of signed ones.
template <class Tiles>
HWY_INLINE void multiply_block(const std::uint8_t* a, std::int64_t depth, const std::int8_t* b,
                               std::int32_t* sums) {
    constexpr std::size_t kPanelRow = kTileBlock * 4;  // bytes
    const auto row = static_cast<std::size_t>(depth);
    const std::uint8_t* below = a + kTileSize * row;
    Tiles::template zero<0>();
    Tiles::template zero<1>();
    Tiles::template zero<2>();
    Tiles::template zero<3>();
    for (std::int64_t k = 0; k < depth; k += kTileProductStep, b += kTileSize * kPanelRow) {
        Tiles::template load<6>(b, kPanelRow);
        Tiles::template load<4>(a + k, row);
        Tiles::template multiply_bytes<0, 4, 6>();
        Tiles::template load<7>(b + kTileRow, kPanelRow);
        Tiles::template multiply_bytes<1, 4, 7>();
        Tiles::template load<5>(below + k, row);
        Tiles::template multiply_bytes<2, 5, 6>();
        Tiles::template multiply_bytes<3, 5, 7>();
    }
    constexpr std::size_t kSumsRow = kTileBlock * sizeof(std::int32_t);
    Tiles::template store<0>(sums, kSumsRow);
    Tiles::template store<1>(sums + kTileSize, kSumsRow);
    Tiles::template store<2>(sums + kTileSize * kTileBlock, kSumsRow);
    Tiles::template store<3>(sums + kTileSize * kTileBlock + kTileSize, kSumsRow);
}

template <class Tiles, bool kGelu>
void tile_panels(const ByteProduct& p, const std::uint8_t* rows, const RowScale* scales, std::int32_t* sums) {
    for (std::int64_t panel = p.panel_begin; panel < p.panel_end; ++panel)
        for (std::int64_t row = p.row_begin; row < p.row_end; row += kTileBlock) {
            const std::int64_t at = row - p.row_begin;
            multiply_block<Tiles>(rows + at * p.depth, p.depth, p.panels + panel * kTileBlock * p.depth,
                                  sums);
            finish_rows<kGelu>(p, panel, row, std::min(kTileBlock, p.row_end - row), sums, scales + at);
        }
}

/// A task on tiles. Rows that are missing to a whole block stay what they were: nobody reads their sums.
template <class Tiles>
void tile_product(const ByteProduct& p, bool with_gelu) {
    auto* sums = reinterpret_cast<std::int32_t*>(p.scratch);
    auto* rows = reinterpret_cast<std::uint8_t*>(sums + kTileBlock * kTileBlock);
    auto* space = reinterpret_cast<float*>(rows + kTileProductRows * p.depth);
    auto* scales = reinterpret_cast<RowScale*>(space + p.depth);
    for (std::int64_t i = 0; i < p.row_end - p.row_begin; ++i)
        scales[i] = quantize_steps<16>(float_row(*p.x, p.row_begin + i, space), p.x->columns, p.depth,
                                       kTileProductLevels, 16, rows + i * p.depth);
    const typename Tiles::Session session;
    if (with_gelu)
        tile_panels<Tiles, true>(p, rows, scales, sums);
    else
        tile_panels<Tiles, false>(p, rows, scales, sums);
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
