// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What all products of bytes have in common: weights in panels, as many outputs side by side as the kernel's
// register tile is wide, and rows cut into tiles that go to the threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/cpu/cpu_linear.h"
#include "kernels/cpu/int8_rows.h"
#include "kernels/host_buffer.h"
#include "kernels/quantize.h"

namespace corpuscope::kernels::cpu {

/// One task: rows [row_begin, row_end) of x, rounded to bytes, times panels [panel_begin, panel_end).
struct ByteProduct {
    const Matrix* x;
    const ColumnParts* y;
    const std::int8_t* panels;  ///< [panels, depth, panel columns], in the kernel's own order
    Int8Outputs outputs;
    std::int64_t depth;  ///< in_features, rounded up to the kernel's step
    std::int64_t row_begin, row_end, panel_begin, panel_end;
    std::byte* scratch;
};

/// An instruction set's way to multiply bytes.
struct ByteKernel {
    void (*multiply)(const ByteProduct&, bool with_gelu);
    std::int64_t panel_columns;
    std::int64_t tile_rows;  ///< most rows of a task
    std::int64_t depth_step;
    std::size_t (*scratch_bytes)(std::int64_t depth);  ///< that a task needs
    bool takes_parts = false;                          ///< of y, each of whole panels
};

/// A linear layer in int8; whoever derives from it fills the panels.
class PanelLinear : public CpuLinear {
 public:
    std::int64_t in_features() const override { return in_; }
    std::int64_t out_features() const override { return out_; }
    Precision precision() const override { return Precision::Int8; }
    void multiply(const Matrix& x, const Matrix& y, Activation activation, Workers& workers) const override;
    bool multiply_parts(const Matrix& x, const ColumnParts& y, Workers& workers) const override;

 protected:
    /// Throws std::invalid_argument where the sums could exceed 32 bits. Panels, scales and column sums begin
    /// as zeros.
    PanelLinear(const ByteKernel& kernel, std::span<const float> bias, std::int64_t out, std::int64_t in);

    std::int64_t depth() const { return depth_; }
    std::int64_t panels() const { return panels_; }
    std::int8_t* panel(std::int64_t index) {
        return static_cast<std::int8_t*>(packed_.data()) + index * kernel_.panel_columns * depth_;
    }
    Int8OutputArrays& outputs() { return outputs_; }

 private:
    void run(const Matrix& x, const ColumnParts& y, Activation activation, Workers& workers) const;

    ByteKernel kernel_;
    std::int64_t out_, in_, depth_, panels_;
    HostBuffer packed_;
    Int8OutputArrays outputs_;
};

/// Panels [depth / 4, panel columns, 4]: four inputs of an output together, which one instruction multiplies
/// and adds up in 32 bits.
std::unique_ptr<CpuLinear> make_quad_linear(const ByteKernel& kernel, std::span<const float> weight,
                                            std::span<const float> bias, std::int64_t out_features,
                                            std::int64_t in_features);

}  // namespace corpuscope::kernels::cpu
