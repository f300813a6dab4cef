// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Where the results of a panel of outputs, two vectors wide, go.

#if defined(CORPUSCOPE_KERNELS_CPU_PANEL_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_PANEL_ROWS_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_PANEL_ROWS_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_PANEL_ROWS_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"
#include "kernels/backend.h"
#include "kernels/cpu/bf16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

inline std::size_t quad_panel_columns() { return 2 * hn::Lanes(hn::ScalableTag<float>()); }

/// How rows of results are stored.
enum class RowStore : std::uint8_t {
    Floats,  ///< whole panels of F32
    Halves,  ///< whole panels of BF16
    Partly,  ///< a panel that is wider than what is left of the row, of either type
};

/// A panel's part of the rows of y.
template <class Rounding, RowStore kStore>
class PanelRows {
    using RowTag = hn::ScalableTag<float>;
    using RowVec = hn::Vec<RowTag>;

 public:
    HWY_INLINE PanelRows(const ColumnParts& y, std::int64_t panel)
        : y_(y.first.at(0, first_element(y, panel * panel_columns()))),
          stride_(y.first.stride),
          columns_(std::min(y.columns() - panel * panel_columns(), panel_columns())),
          type_(y.first.type) {}

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

 private:
    static std::int64_t panel_columns() { return static_cast<std::int64_t>(quad_panel_columns()); }
    static std::int64_t first_element(const ColumnParts& y, std::int64_t column) {
        return column / y.first.columns * y.apart + column % y.first.columns;
    }

    void* y_;
    std::int64_t stride_, columns_;
    DType type_;
};

/// Calls work.operator()<kGelu, kStore>(first panel, end) for the panels of a task, the last one apart where
/// the row ends inside it.
template <class Work>
HWY_INLINE void for_panels(const ColumnParts& y, std::int64_t first, std::int64_t end, bool with_gelu,
                           const Work& work) {
    const auto width = static_cast<std::int64_t>(quad_panel_columns());
    const std::int64_t whole = std::clamp(y.columns() / width, first, end);
    const bool halves = y.first.type == DType::BF16;
    if (whole > first) {
        if (with_gelu)
            halves ? work.template operator()<true, RowStore::Halves>(first, whole)
                   : work.template operator()<true, RowStore::Floats>(first, whole);
        else
            halves ? work.template operator()<false, RowStore::Halves>(first, whole)
                   : work.template operator()<false, RowStore::Floats>(first, whole);
    }
    if (whole == end) return;
    if (with_gelu)
        work.template operator()<true, RowStore::Partly>(whole, end);
    else
        work.template operator()<false, RowStore::Partly>(whole, end);
}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
