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

/// How rows of results are stored.
enum class RowStore : std::uint8_t {
    Floats,  ///< whole panels of F32
    Halves,  ///< whole panels of BF16
    Partly,  ///< a panel that is wider than what is left of the row, of either type
};

/// What the sums of a panel have in common, and where its results go.
template <class Rounding, bool kGelu, RowStore kStore>
class PanelOutputs {
 public:
    HWY_INLINE PanelOutputs(const ByteProduct& p, std::int64_t panel)
        : y_(element(p.y->first, 0, first_element(*p.y, panel * panel_columns()))),
          stride_(p.y->first.stride),
          columns_(std::min(p.y->columns() - panel * panel_columns(), panel_columns())),
          type_(p.y->first.type),
          left_(p.outputs, panel * panel_columns()),
          right_(p.outputs, panel * panel_columns() + panel_columns() / 2) {}

    /// Row `row` of y from its sums [panel columns].
    HWY_INLINE void finish(std::int64_t row, const std::int32_t* HWY_RESTRICT sums,
                           const RowFactors& factors) const {
        const RowTag d;
        const IntTag di;
        const RowVec zero_point = hn::Set(d, factors.zero_point), scale = hn::Set(d, factors.scale);
        store(row, left_.template finish<kGelu>(hn::Load(di, sums), zero_point, scale),
              right_.template finish<kGelu>(hn::Load(di, sums + hn::Lanes(di)), zero_point, scale));
    }

 private:
    static std::int64_t panel_columns() { return static_cast<std::int64_t>(2 * hn::Lanes(RowTag())); }
    static std::int64_t first_element(const ColumnParts& y, std::int64_t column) {
        return column / y.first.columns * y.apart + column % y.first.columns;
    }

    HWY_INLINE void store(std::int64_t row, RowVec y0, RowVec y1) const {
        const RowTag d;
        if constexpr (kStore == RowStore::Floats) {
            float* to = static_cast<float*>(y_) + row * stride_;
            hn::StoreU(y0, d, to);
            hn::StoreU(y1, d, to + hn::Lanes(d));
        } else if constexpr (kStore == RowStore::Halves) {
            std::uint16_t* to = static_cast<std::uint16_t*>(y_) + row * stride_;
            Rounding::store(y0, y1, d, to);
        } else {
            alignas(64) float spill[2 * HWY_MAX_BYTES / sizeof(float)];
            hn::Store(y0, d, spill);
            hn::Store(y1, d, spill + hn::Lanes(d));
            store_floats(
                spill, columns_,
                static_cast<std::byte*>(y_) + row * stride_ * static_cast<std::int64_t>(size_of(type_)),
                type_);
        }
    }

    void* y_;
    std::int64_t stride_, columns_;
    DType type_;
    OutputVector left_, right_;
};

/// Calls work.operator()<kGelu, kStore>(first panel, end) for the panels of a task, the last one apart where
/// the row ends inside it.
template <class Work>
HWY_INLINE void for_panels(const ByteProduct& p, bool with_gelu, const Work& work) {
    const auto width = static_cast<std::int64_t>(quad_panel_columns());
    const std::int64_t whole = std::clamp(p.y->columns() / width, p.panel_begin, p.panel_end);
    const bool halves = p.y->first.type == DType::BF16;
    if (whole > p.panel_begin) {
        if (with_gelu)
            halves ? work.template operator()<true, RowStore::Halves>(p.panel_begin, whole)
                   : work.template operator()<true, RowStore::Floats>(p.panel_begin, whole);
        else
            halves ? work.template operator()<false, RowStore::Halves>(p.panel_begin, whole)
                   : work.template operator()<false, RowStore::Floats>(p.panel_begin, whole);
    }
    if (whole == p.panel_end) return;
    if (with_gelu)
        work.template operator()<true, RowStore::Partly>(whole, p.panel_end);
    else
        work.template operator()<false, RowStore::Partly>(whole, p.panel_end);
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
