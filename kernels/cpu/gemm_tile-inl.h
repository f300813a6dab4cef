// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The register tile of every float32 product here (linear layers, scores, mixtures of values): kTileRows rows
// of A, whose elements are broadcast, times a packed panel of B two vectors wide. 6 x 2 accumulators, two
// vectors of B and one of A fill the 16 registers of AVX2; with 32 registers 12 x 2.

#if defined(CORPUSCOPE_KERNELS_CPU_GEMM_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_GEMM_TILE_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_GEMM_TILE_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_GEMM_TILE_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int kTileRows = HWY_MAX_BYTES == 64 ? 12 : 6;

using FloatTag = hn::ScalableTag<float>;
using FloatVec = hn::Vec<FloatTag>;

/// Columns of a panel.
HWY_INLINE std::size_t panel_columns() { return 2 * hn::Lanes(FloatTag()); }

struct FloatTile {
    FloatVec left[kTileRows], right[kTileRows];

    // Where a vector is a class (NEON), GCC would compile an implicit constructor for the baseline
    // instruction set, into which it cannot inline the vector's own.
    HWY_INLINE FloatTile() {}
};

/// a [kTileRows, depth], rows lda apart; b [depth, panel_columns].
HWY_INLINE void multiply_tile(const float* HWY_RESTRICT a, std::size_t lda, const float* HWY_RESTRICT b,
                              std::size_t depth, FloatTile& c) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t k = 0; k < depth; ++k) {
        const FloatVec b0 = hn::Load(d, b);
        const FloatVec b1 = hn::Load(d, b + lanes);
        b += 2 * lanes;
#pragma GCC unroll 16
        for (int i = 0; i < kTileRows; ++i) {
            const FloatVec x = hn::Set(d, a[static_cast<std::size_t>(i) * lda + k]);
            c.left[i] = hn::MulAdd(x, b0, c.left[i]);
            c.right[i] = hn::MulAdd(x, b1, c.right[i]);
        }
    }
}

HWY_INLINE void clear_tile(FloatTile& c) {
#pragma GCC unroll 16
    for (int i = 0; i < kTileRows; ++i) c.left[i] = c.right[i] = hn::Zero(FloatTag());
}

HWY_INLINE void load_tile(FloatTile& c, const float* from, std::size_t stride) {
    const FloatTag d;
#pragma GCC unroll 16
    for (int i = 0; i < kTileRows; ++i) {
        c.left[i] = hn::Load(d, from + static_cast<std::size_t>(i) * stride);
        c.right[i] = hn::Load(d, from + static_cast<std::size_t>(i) * stride + hn::Lanes(d));
    }
}

HWY_INLINE void store_tile(const FloatTile& c, float* to, std::size_t stride) {
    const FloatTag d;
#pragma GCC unroll 16
    for (int i = 0; i < kTileRows; ++i) {
        hn::Store(c.left[i], d, to + static_cast<std::size_t>(i) * stride);
        hn::Store(c.right[i], d, to + static_cast<std::size_t>(i) * stride + hn::Lanes(d));
    }
}

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
