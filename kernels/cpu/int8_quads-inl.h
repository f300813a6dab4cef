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
#include "kernels/cpu/panel_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// What the sums of one vector of outputs have in common.
struct OutputVector {
    RowVec column_sum, scale, bias;

    OutputVector() = default;
    HWY_INLINE OutputVector(const Int8Outputs& outputs, std::int64_t column)
        : column_sum(hn::ConvertTo(RowTag(), hn::LoadU(IntTag(), outputs.column_sum + column))),
          scale(hn::LoadU(RowTag(), outputs.scales + column)),
          bias(hn::LoadU(RowTag(), outputs.bias + column)) {}

    template <bool kGelu>
    HWY_INLINE RowVec finish(IntVec sum, RowVec zero_point, RowVec row_scale) const {
        const RowTag d;
        const RowVec centred = hn::NegMulAdd(column_sum, zero_point, hn::ConvertTo(d, sum));
        const RowVec y = hn::MulAdd(centred, hn::Mul(scale, row_scale), bias);
        return kGelu ? coarse_gelu(d, y) : y;
    }
};

/// What becomes of the sums of a panel.
template <class Rounding, bool kGelu, RowStore kStore>
class PanelOutputs {
 public:
    HWY_INLINE PanelOutputs(const ByteProduct& p, std::int64_t panel)
        : rows_(*p.y, panel),
          left_(p.outputs, panel * panel_columns()),
          right_(p.outputs, panel * panel_columns() + panel_columns() / 2) {}

    /// Row `row` of y from its sums [panel columns].
    HWY_INLINE void finish(std::int64_t row, const std::int32_t* HWY_RESTRICT sums,
                           const RowFactors& factors) const {
        const RowTag d;
        const IntTag di;
        const RowVec zero_point = hn::Set(d, factors.zero_point), scale = hn::Set(d, factors.scale);
        rows_.store(row, left_.template finish<kGelu>(hn::Load(di, sums), zero_point, scale),
                    right_.template finish<kGelu>(hn::Load(di, sums + hn::Lanes(di)), zero_point, scale));
    }

 private:
    static std::int64_t panel_columns() { return static_cast<std::int64_t>(quad_panel_columns()); }

    PanelRows<Rounding, kStore> rows_;
    OutputVector left_, right_;
};

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
