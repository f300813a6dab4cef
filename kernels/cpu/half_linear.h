// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "kernels/cpu/cpu_linear.h"

namespace corpuscope::kernels::cpu {

/// One task of a product in bf16: rows [row_begin, row_end) of x, rounded to bf16, times panels [panel_begin,
/// panel_end).
struct HalfProduct {
    const Matrix* x;
    const ColumnParts* y;
    const std::uint16_t* panels;  ///< [panels, depth / 2, panel columns, 2]
    const float* bias;            ///< [panels * panel columns]
    std::int64_t depth;           ///< in_features, rounded up to the kernel's step
    std::int64_t row_begin, row_end, panel_begin, panel_end;
    std::byte* scratch;
};

/// An instruction set's way to multiply in bf16.
struct HalfKernel {
    void (*multiply)(const HalfProduct&, bool with_gelu);
    std::int64_t panel_columns;
    std::int64_t tile_rows;  ///< most rows of a task
    std::int64_t depth_step;
    std::size_t (*scratch_bytes)(std::int64_t depth);  ///< that a task needs
};

/// A linear layer in bf16, whose weights lie in panels: pairs of inputs of as many outputs as the kernel
/// multiplies at once.
std::unique_ptr<CpuLinear> make_half_linear(const HalfKernel& kernel, std::span<const float> weight,
                                            std::span<const float> bias, std::int64_t out_features,
                                            std::int64_t in_features);

}  // namespace corpuscope::kernels::cpu
