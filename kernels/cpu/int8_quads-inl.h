// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What becomes of the sums of a panel two vectors wide (make_quad_linear), with AVX-512.

#if defined(CORPUSCOPE_KERNELS_CPU_INT8_QUADS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_INT8_QUADS_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_INT8_QUADS_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_INT8_QUADS_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"
#include "kernels/cpu/int8_rows-inl.h"
#include "kernels/cpu/panel_linear.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

inline std::size_t quad_panel_columns() { return 2 * hn::Lanes(RowTag()); }

/// What the sums of one vector of outputs have in common.
struct OutputVector {
    IntVec column_sum;
    RowVec scale, bias;

    HWY_INLINE OutputVector(const Int8Outputs& outputs, std::int64_t column)
        : column_sum(hn::LoadU(IntTag(), outputs.column_sum + column)),
          scale(hn::LoadU(RowTag(), outputs.scales + column)),
          bias(hn::LoadU(RowTag(), outputs.bias + column)) {}

    template <bool kGelu>
    HWY_INLINE RowVec finish(IntVec sum, const RowScale& row) const {
        const RowTag d;
        const IntVec centred = hn::Sub(sum, hn::Mul(column_sum, hn::Set(IntTag(), row.zero_point)));
        const RowVec y = hn::MulAdd(hn::ConvertTo(d, centred), hn::Mul(scale, hn::Set(d, row.scale)), bias);
        return kGelu ? coarse_gelu(d, y) : y;
    }
};

/// Rows [row, row + count) of y from their sums [count, panel columns].
template <bool kGelu>
HWY_INLINE void finish_rows(const ByteProduct& p, std::int64_t panel, std::int64_t row, std::int64_t count,
                            const std::int32_t* HWY_RESTRICT sums, const RowScale* scales) {
    const RowTag d;
    const IntTag di;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const std::int64_t column = panel * 2 * lanes;
    const std::int64_t columns = std::min(p.y->columns - column, 2 * lanes);
    const OutputVector left(p.outputs, column), right(p.outputs, column + lanes);
    for (std::int64_t i = 0; i < count; ++i) {
        const RowVec y0 = left.finish<kGelu>(hn::Load(di, sums + i * 2 * lanes), scales[i]);
        const RowVec y1 = right.finish<kGelu>(hn::Load(di, sums + i * 2 * lanes + lanes), scales[i]);
        if (columns != 2 * lanes) {
            alignas(64) float spill[2 * HWY_MAX_BYTES / sizeof(float)];
            hn::Store(y0, d, spill);
            hn::Store(y1, d, spill + lanes);
            store_floats(spill, columns, element(*p.y, row + i, column), p.y->type);
        } else if (p.y->type == DType::BF16) {
            std::uint16_t* y = p.y->row<std::uint16_t>(row + i) + column;
            store_bf16(y0, d, y);
            store_bf16(y1, d, y + lanes);
        } else {
            float* y = p.y->row<float>(row + i) + column;
            hn::StoreU(y0, d, y);
            hn::StoreU(y1, d, y + lanes);
        }
    }
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
