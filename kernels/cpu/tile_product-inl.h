// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Products of bytes on tiles (tile_panels-inl.h): the same numbers as with VNNI, to the bit.
//
// On paper: 384 inputs of 32 rows and 32 outputs take 384 cycles. Making the 1,024 sums into results takes
// 290 vector instructions, with GELU 860. Real time a row of 128, one core at 3.6 GHz, rounding and results
// included, and the products' own on paper: 384 to 1,152 outputs 297 ns (119), 384 to 384 130 (40), 384 to
// 1,536 with GELU 496 (158), 1,536 to 384 491 (158). In bf16: tile_halves-inl.h.

#if defined(CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"
#include "kernels/cpu/int8_halves-inl.h"
#include "kernels/cpu/int8_quads-inl.h"
#include "kernels/cpu/tile_panels-inl.h"

#ifndef CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_ONCE
#define CORPUSCOPE_KERNELS_CPU_TILE_PRODUCT_ONCE
namespace corpuscope::kernels::cpu {

inline constexpr std::int64_t kTileProductStep = static_cast<std::int64_t>(kTileRow);
inline constexpr int kTileProductLevels = 255;

/// Scratch: sums of two blocks, rounded rows, a row in float32, scales of the rows.
constexpr std::size_t tile_product_scratch(std::int64_t depth) {
    return static_cast<std::size_t>(2 * kTileSums) * sizeof(std::int32_t) +
           static_cast<std::size_t>(depth) * sizeof(float) +
           static_cast<std::size_t>(kTileProductRows) *
               (static_cast<std::size_t>(depth) + sizeof(RowFactors));
}

}  // namespace corpuscope::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// A panel's sums of bytes (tile_panels).
template <bool kGelu, RowStore kStore>
struct TileBytes {
    using Sum = std::int32_t;

    template <class Tiles>
    static void begin() {
        Tiles::template zero<0>();
        Tiles::template zero<1>();
        Tiles::template zero<2>();
        Tiles::template zero<3>();
    }
    template <class Tiles, int kC, int kA, int kB>
    static void multiply() {
        Tiles::template multiply_bytes<kC, kA, kB>();
    }
    HWY_INLINE void finish(std::int64_t row, const std::int32_t* HWY_RESTRICT sums) const {
        outputs.finish(row_begin + row, sums, factors[row]);
    }

    PanelOutputs<NativeRounding, kGelu, kStore> outputs;
    const RowFactors* factors;
    std::int64_t row_begin;
};

/// A task on tiles. Rows that are missing to a whole block stay what they were: nobody reads their sums.
template <class Tiles>
void tile_product(const ByteProduct& p, bool with_gelu) {
    auto* sums = reinterpret_cast<std::int32_t*>(p.scratch);
    auto* rows = reinterpret_cast<std::uint8_t*>(sums + 2 * kTileSums);
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
    const TileOperands operands{reinterpret_cast<const std::byte*>(rows),
                                reinterpret_cast<const std::byte*>(p.panels), p.depth / kTileProductStep,
                                count};
    const typename Tiles::Session session;
    for_panels(*p.y, p.panel_begin, p.panel_end, with_gelu,
               [&]<bool kGelu, RowStore kStore>(std::int64_t begin, std::int64_t end) {
                   const auto outputs = [&](std::int64_t panel) HWY_ATTR {
                       return TileBytes<kGelu, kStore>{{p, panel}, factors, p.row_begin};
                   };
                   tile_panels<Tiles>(operands, begin, end, outputs, sums);
               });
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
