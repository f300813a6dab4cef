// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Products in bf16 on tiles (tile_panels-inl.h): sums begin with the bias, so that nothing but rounding, and
// GELU, is left to do with them.
//
// Real time a row of 128, one core at 3.6 GHz, and the products' own on paper: 384 to 1,152 outputs 550 ns
// (237), 384 to 384 185 (79), 384 to 1,536 with GELU 820 (316), 1,536 to 384 830 (316); without results and
// without storing sums 346, 509 and 732. In bytes the same takes half as long: rows and panels are half as
// large, and two panels fit the first level of the cache.

#if defined(CORPUSCOPE_KERNELS_CPU_TILE_HALVES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_TILE_HALVES_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_TILE_HALVES_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_TILE_HALVES_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "hwy/highway.h"
#include "kernels/cpu/half_linear.h"
#include "kernels/cpu/math-inl.h"
#include "kernels/cpu/panel_rows-inl.h"
#include "kernels/cpu/tile_panels-inl.h"

#ifndef CORPUSCOPE_KERNELS_CPU_TILE_HALVES_ONCE
#define CORPUSCOPE_KERNELS_CPU_TILE_HALVES_ONCE
namespace corpuscope::kernels::cpu {

inline constexpr std::int64_t kTileHalvesStep = static_cast<std::int64_t>(kTileRow) / 2;

/// Scratch: sums of two blocks, the rows.
constexpr std::size_t tile_halves_scratch(std::int64_t depth) {
    return static_cast<std::size_t>(2 * kTileSums) * sizeof(float) +
           static_cast<std::size_t>(kTileProductRows * depth) * sizeof(std::uint16_t);
}

}  // namespace corpuscope::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// A panel's sums of products in bf16 (tile_panels).
template <bool kGelu, RowStore kStore>
struct TileHalves {
    using Sum = float;

    template <class Tiles>
    void begin() const {
        Tiles::template load<0>(bias, 0);
        Tiles::template load<1>(bias + kTileSize, 0);
        Tiles::template load<2>(bias, 0);
        Tiles::template load<3>(bias + kTileSize, 0);
    }
    template <class Tiles, int kC, int kA, int kB>
    static void multiply() {
        Tiles::template multiply_bf16<kC, kA, kB>();
    }
    HWY_INLINE void finish(std::int64_t row, const float* HWY_RESTRICT sums) const {
        const hn::ScalableTag<float> d;
        const auto left = hn::Load(d, sums), right = hn::Load(d, sums + kTileSize);
        if constexpr (kGelu)
            rows.store(row_begin + row, coarse_gelu(d, left), coarse_gelu(d, right));
        else
            rows.store(row_begin + row, left, right);
    }

    PanelRows<NativeRounding, kStore> rows;
    const float* bias;
    std::int64_t row_begin;
};

/// `count` numbers of a row in bf16, kTileHalvesStep of them together and `stride` on the next ones; zeros up
/// to `depth`.
HWY_INLINE void place_halves(const Matrix& x, std::int64_t row, std::int64_t depth, std::int64_t stride,
                             std::uint16_t* to) {
    const hn::ScalableTag<float> d;
    const std::int64_t whole = x.columns / kTileHalvesStep * kTileHalvesStep;
    std::int64_t i = 0;
    for (; i < whole; i += kTileHalvesStep, to += stride) {
        if (x.type == DType::BF16) {
            _mm512_storeu_si512(to, _mm512_loadu_si512(x.row<std::uint16_t>(row) + i));
        } else {
            const float* from = x.row<float>(row) + i;
            NativeRounding::store(hn::LoadU(d, from), hn::LoadU(d, from + kTileSize), d, to);
        }
    }
    for (; i < depth; ++i)
        to[i - whole] = i < x.columns ? to_bf16(load_float(x.data, row * x.stride + i, x.type)) : 0;
}

/// A task on tiles. Rows that are missing to a whole block stay what they were: nobody reads their sums.
template <class Tiles>
void tile_halves(const HalfProduct& p, bool with_gelu) {
    auto* sums = reinterpret_cast<float*>(p.scratch);
    auto* rows = reinterpret_cast<std::uint16_t*>(sums + 2 * kTileSums);
    const std::int64_t count = p.row_end - p.row_begin;
    for (std::int64_t i = 0; i < count; ++i)
        place_halves(*p.x, p.row_begin + i, p.depth, kTileBlock * kTileHalvesStep,
                     rows + i / kTileBlock * kTileBlock * p.depth + i % kTileBlock * kTileHalvesStep);
    const TileOperands operands{reinterpret_cast<const std::byte*>(rows),
                                reinterpret_cast<const std::byte*>(p.panels), p.depth / kTileHalvesStep,
                                count};
    const typename Tiles::Session session;
    for_panels(
        *p.y, p.panel_begin, p.panel_end, with_gelu,
        [&]<bool kGelu, RowStore kStore>(std::int64_t begin, std::int64_t end) {
            const auto outputs = [&](std::int64_t panel) HWY_ATTR {
                return TileHalves<kGelu, kStore>{{*p.y, panel}, p.bias + panel * kTileBlock, p.row_begin};
            };
            tile_panels<Tiles>(operands, begin, end, outputs, sums);
        });
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
