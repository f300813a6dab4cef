// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Products on tiles (amx.h): 32 rows by 32 outputs at once in four tiles of sums, so that each tile that is
// loaded is used twice and the multiplier (16 cycles an instruction) does not wait for loads (8). A step is
// 64 bytes of a row: 64 inputs in bytes, 32 in bf16.
//
// The results of a block are made while the next one is multiplied, a few rows after each step of tiles, so
// that both units of the processor have work. While a product runs, vectors of float32 have one port instead
// of two, those of integers keep both (4 products and 64 multiplications 64 cycles, with 128 of them 128;
// with 128 integer additions 64).
//
// Weights do not stay in a core's own cache from one task to the next, so each panel is fetched while the one
// before it is multiplied: 4 per cent of the whole encoder (into the first level 2, rows of the next block
// none). What a panel's results share is copied for each block: left where it was, the compiler read it again
// for every row, 7 per cent of the products.
//
// Tried: results after each block instead of beside the next, 1.3 times as long for 384 to 1,152 in bytes,
// half as long again with GELU; results in vectors of 256 bits, 1.4 times as long; tasks of 32 to 1,024 rows,
// results that begin some steps later, and results after each product instead of each step, no difference.

#if defined(CORPUSCOPE_KERNELS_CPU_TILE_PANELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_TILE_PANELS_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_TILE_PANELS_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_TILE_PANELS_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"
#include "kernels/cpu/amx.h"

#ifndef CORPUSCOPE_KERNELS_CPU_TILE_PANELS_ONCE
#define CORPUSCOPE_KERNELS_CPU_TILE_PANELS_ONCE
namespace corpuscope::kernels::cpu {

inline constexpr std::int64_t kTileBlock = 2 * kTileSize;  ///< rows, and outputs, multiplied at once
inline constexpr std::int64_t kTileProductRows = 4 * kTileBlock;
inline constexpr std::int64_t kTileSums = kTileBlock * kTileBlock;  ///< of a block, four bytes each

/// What tiles multiply.
struct TileOperands {
    const std::byte* rows;    ///< [rows / 32, steps, 32, 64 bytes]
    const std::byte* panels;  ///< [panels, steps, 16, 32, 4 bytes]
    std::int64_t steps, row_count;
};

}  // namespace corpuscope::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// Panels [begin, end) for all rows of a task. `outputs(panel)` is what the results of a panel share:
///   Sum: std::int32_t or float
///   begin<Tiles>(): what tiles 0 to 3 begin with
///   multiply<Tiles, c, a, b>(): one step of a tile
///   finish(row, sums): makes the results of a row of the task from its sums [32]
/// sums: [2, kTileSums].
template <class Tiles, class Outputs>
void tile_panels(const TileOperands& p, std::int64_t begin, std::int64_t end, const Outputs& outputs,
                 typename decltype(outputs(begin))::Sum* sums) {
    constexpr std::size_t kPanelRow = kTileBlock * 4, kSumsRow = kTileBlock * 4;
    constexpr auto kStepBytes = static_cast<std::int64_t>(kTileBlock * kTileRow);
    const std::int64_t rows_a_step = (kTileBlock + p.steps - 1) / p.steps;
    const std::int64_t blocks = (p.row_count + kTileBlock - 1) / kTileBlock;
    const std::int64_t ahead = (kStepBytes / blocks + 63) / 64 * 64;  // bytes to fetch a step
    std::int64_t row = 0, row_end = 0;  // of the block before: where it is, and its end
    const auto* results = sums;
    const std::byte* next = p.panels;
    auto finished = outputs(begin);  // the panel of the block before
    const auto finish_rows = [&row, &row_end, &results](const auto& panel, std::int64_t most) HWY_ATTR {
        for (const std::int64_t stop = std::min(row + most, row_end); row < stop;
             ++row, results += kTileBlock)
            panel.finish(row, results);
    };
    for (std::int64_t i = 0; i < (end - begin) * blocks; ++i) {
        const std::int64_t panel = begin + i / blocks, block = i % blocks;
        const std::byte *a = p.rows + block * p.steps * kStepBytes,
                        *b = p.panels + panel * p.steps * kStepBytes;
        const auto before = finished;
        if (block == 0) {
            finished = outputs(panel);
            next = b + p.steps * kStepBytes;
        }
        finished.template begin<Tiles>();
        for (std::int64_t k = 0; k < p.steps; ++k) {
            Tiles::template load<6>(b, kPanelRow);
            Tiles::template load<4>(a, kTileRow);
            before.template multiply<Tiles, 0, 4, 6>();
            Tiles::template load<7>(b + kTileRow, kPanelRow);
            before.template multiply<Tiles, 1, 4, 7>();
            Tiles::template load<5>(a + kTileSize * kTileRow, kTileRow);
            before.template multiply<Tiles, 2, 5, 6>();
            before.template multiply<Tiles, 3, 5, 7>();
            a += kStepBytes;
            b += kStepBytes;
            for (std::int64_t at = 0; at < ahead; at += 64) __builtin_prefetch(next + at, 0, 2);
            next += ahead;
            finish_rows(before, rows_a_step);
        }
        auto* to = sums + i % 2 * kTileSums;
        Tiles::template store<0>(to, kSumsRow);
        Tiles::template store<1>(to + kTileSize, kSumsRow);
        Tiles::template store<2>(to + kTileSize * kTileBlock, kSumsRow);
        Tiles::template store<3>(to + kTileSize * kTileBlock + kTileSize, kSumsRow);
        row = block * kTileBlock;
        row_end = std::min(row + kTileBlock, p.row_count);
        results = to;
    }
    finish_rows(finished, kTileBlock);
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
