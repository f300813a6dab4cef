// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Products of bytes on tiles (amx.h): 32 rows by 32 outputs at once in four tiles of sums, so that each tile
// that is loaded is used twice and the multiplier (16 cycles an instruction) does not wait for loads (8).
//
// On paper: a step of 64 inputs takes 64 cycles, 384 inputs 384. Making the 1,024 sums into results takes 290
// vector instructions, with GELU 860. While a product runs, vectors of 512 bits have one port instead of two
// (measured on Emerald Rapids: 4 products and 64 multiplications 66 cycles, with 128 of them 130 to 150), so
// that hiding results behind products saves at most the products' time. There, real cycles a row of 128, one
// core, rounding and results included, and the products' own on paper: 384 to 1,152 outputs 930 (432), 384 to
// 384 440 (144), 384 to 1,536 with GELU 1,960 (576), 1,536 to 384 1,460 (576). A panel has 12 KiB at 384
// inputs and is used by four blocks of rows.
//
// Tried there: results after each block instead of beside the next, 1.3 times as long for 384 to 1,152, half
// as long again with GELU; results in vectors of 256 bits, which keep both ports, 1.4 times as long; fetching
// the next panel, 1.3 to 1.5 times.

#if defined(CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"
#include "kernels/cpu/amx.h"
#include "kernels/cpu/int8_halves-inl.h"
#include "kernels/cpu/int8_quads-inl.h"

#ifndef CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_ONCE
#define CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_ONCE
namespace corpuscope::kernels::cpu {

inline constexpr std::int64_t kTileBlock = 2 * kTileSize;  ///< rows, and outputs, multiplied at once
inline constexpr std::int64_t kTileProductRows = 4 * kTileBlock;
inline constexpr std::int64_t kTileProductStep = static_cast<std::int64_t>(kTileRow);
inline constexpr int kTileProductLevels = 255;

/// Scratch: sums of a block, rounded rows, a row in float32, scales of the rows.
constexpr std::size_t tile_product_scratch(std::int64_t depth) {
    return static_cast<std::size_t>(2 * kTileBlock * kTileBlock) * sizeof(std::int32_t) +
           static_cast<std::size_t>(depth) * sizeof(float) +
           static_cast<std::size_t>(kTileProductRows) *
               (static_cast<std::size_t>(depth) + sizeof(RowFactors));
}

}  // namespace corpuscope::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// Panels [begin, end) for all rows of a task, [rows / 32, depth / 64, 32, 64]. The results of a block are
/// made while the next one is multiplied, a few rows after each step of tiles, so that both units of the
/// processor have work.
template <class Tiles, bool kGelu, RowStore kStore>
void tile_panels(const ByteProduct& p, std::int64_t begin, std::int64_t end, const std::uint8_t* rows,
                 const RowFactors* factors, std::int32_t* sums) {
    constexpr std::size_t kPanelRow = kTileBlock * 4, kSumsRow = kTileBlock * sizeof(std::int32_t);
    const std::int64_t steps = p.depth / kTileProductStep, rows_a_step = (kTileBlock + steps - 1) / steps;
    const std::int64_t count = p.row_end - p.row_begin, blocks = (count + kTileBlock - 1) / kTileBlock;
    std::int64_t row = 0, row_end = 0;  // of the block before: where it is, and its end
    const std::int32_t* results = sums;
    PanelOutputs<NativeRounding, kGelu, kStore> outputs(p, begin);
    const auto finish_rows = [&row, &row_end, &results, factors, first = p.row_begin](
                                 const auto& to, std::int64_t most) HWY_ATTR {
        for (const std::int64_t stop = std::min(row + most, row_end); row < stop;
             ++row, results += kTileBlock)
            to.finish(first + row, results, factors[row]);
    };
    for (std::int64_t i = 0; i < (end - begin) * blocks; ++i) {
        const std::int64_t panel = begin + i / blocks, block = i % blocks;
        const std::uint8_t* a = rows + block * kTileBlock * p.depth;
        const std::int8_t* b = p.panels + panel * kTileBlock * p.depth;
        const PanelOutputs<NativeRounding, kGelu, kStore> before = outputs;
        Tiles::template zero<0>();
        Tiles::template zero<1>();
        Tiles::template zero<2>();
        Tiles::template zero<3>();
        for (std::int64_t k = 0; k < steps; ++k) {
            Tiles::template load<6>(b, kPanelRow);
            Tiles::template load<4>(a, kTileRow);
            Tiles::template multiply_bytes<0, 4, 6>();
            Tiles::template load<7>(b + kTileRow, kPanelRow);
            Tiles::template multiply_bytes<1, 4, 7>();
            Tiles::template load<5>(a + kTileSize * kTileRow, kTileRow);
            Tiles::template multiply_bytes<2, 5, 6>();
            Tiles::template multiply_bytes<3, 5, 7>();
            a += kTileBlock * kTileProductStep;
            b += kTileSize * kPanelRow;
            finish_rows(before, rows_a_step);
        }
        std::int32_t* to = sums + i % 2 * kTileBlock * kTileBlock;
        Tiles::template store<0>(to, kSumsRow);
        Tiles::template store<1>(to + kTileSize, kSumsRow);
        Tiles::template store<2>(to + kTileSize * kTileBlock, kSumsRow);
        Tiles::template store<3>(to + kTileSize * kTileBlock + kTileSize, kSumsRow);
        row = block * kTileBlock;
        row_end = std::min(row + kTileBlock, count);
        results = to;
        if (block == 0) outputs = PanelOutputs<NativeRounding, kGelu, kStore>(p, panel);
    }
    finish_rows(outputs, kTileBlock);
}

/// A task on tiles. Rows that are missing to a whole block stay what they were: nobody reads their sums.
template <class Tiles>
void tile_product(const ByteProduct& p, bool with_gelu) {
    auto* sums = reinterpret_cast<std::int32_t*>(p.scratch);
    auto* rows = reinterpret_cast<std::uint8_t*>(sums + 2 * kTileBlock * kTileBlock);
    auto* space = reinterpret_cast<float*>(rows + kTileProductRows * p.depth);
    auto* factors = reinterpret_cast<RowFactors*>(space + p.depth);
    const std::int64_t count = p.row_end - p.row_begin;
    constexpr std::int64_t kStride = kTileBlock * kTileProductStep;
    const auto place = [&](std::int64_t i) {
        return rows + i / kTileBlock * kTileBlock * p.depth + i % kTileBlock * kTileProductStep;
    };
    if (takes_halves(*p.x))
        quantize_halves<kTileProductStep>(*p.x, p.row_begin, count, kTileProductLevels, kStride, place,
                                          factors);
    else
        for (std::int64_t i = 0; i < count; ++i)
            factors[i] = RowFactors(quantize_steps<kTileProductStep>(float_row(*p.x, p.row_begin + i, space),
                                                                     p.x->columns, p.depth,
                                                                     kTileProductLevels, kStride, place(i)));
    const typename Tiles::Session session;
    for_panels(p, with_gelu, [&]<bool kGelu, RowStore kStore>(std::int64_t begin, std::int64_t end) {
        tile_panels<Tiles, kGelu, kStore>(p, begin, end, rows, factors, sums);
    });
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
