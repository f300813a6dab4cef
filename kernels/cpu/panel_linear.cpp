// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/panel_linear.h"

#include <algorithm>
#include <string>

#include "kernels/check.h"

namespace corpuscope::kernels::cpu {
namespace {

std::int64_t rounded_up(std::int64_t value, std::int64_t step) { return (value + step - 1) / step * step; }

std::int64_t checked_inputs(std::int64_t in) {
    if (in > kMaxQuantizedFeatures) refuse("int8 takes at most 65536 in_features, not " + std::to_string(in));
    return in;
}

class QuadLinear final : public PanelLinear {
 public:
    QuadLinear(const ByteKernel& kernel, std::span<const float> weight, std::span<const float> bias,
               std::int64_t out, std::int64_t in)
        : PanelLinear(kernel, bias, out, in) {
        const QuantizedWeight rounded = quantize_weight(weight, out, in);
        const std::int64_t width = kernel.panel_columns;
        for (std::int64_t o = 0; o < out; ++o) {
            const std::int8_t* row = rounded.values.data() + o * in;
            outputs().scales()[o] = rounded.scales[static_cast<std::size_t>(o)];
            outputs().set_column_sum(o, row, in);
            std::int8_t* to = panel(o / width) + o % width * 4;
            for (std::int64_t i = 0; i < in; ++i) to[i / 4 * 4 * width + i % 4] = row[i];
        }
    }
};

}  // namespace

PanelLinear::PanelLinear(const ByteKernel& kernel, std::span<const float> bias, std::int64_t out,
                         std::int64_t in)
    : kernel_(kernel),
      out_(out),
      in_(checked_inputs(in)),
      depth_(rounded_up(in, kernel.depth_step)),
      panels_(rounded_up(out, kernel.panel_columns) / kernel.panel_columns),
      packed_(static_cast<std::size_t>(panels_ * kernel.panel_columns * depth_)),
      outputs_(bias, out, panels_ * kernel.panel_columns) {
    std::fill_n(static_cast<std::byte*>(packed_.data()), packed_.bytes(), std::byte{0});
}

void PanelLinear::multiply(const Matrix& x, const Matrix& y, Activation activation, Workers& workers) const {
    run(x, {y}, activation, workers);
}

bool PanelLinear::multiply_parts(const Matrix& x, const ColumnParts& y, Workers& workers) const {
    if (!kernel_.takes_parts || y.first.columns % kernel_.panel_columns != 0) return false;
    run(x, y, Activation::None, workers);
    return true;
}

void PanelLinear::run(const Matrix& x, const ColumnParts& y, Activation activation, Workers& workers) const {
    const ProductCut cut = cut_product(x.rows, kernel_.tile_rows, panels_, workers.threads());
    workers.run(cut.tiles * cut.groups, 1, kernel_.scratch_bytes(depth_),
                [&](std::int64_t index, std::byte* scratch) {
                    const std::int64_t row = index / cut.groups * cut.rows,
                                       first = index % cut.groups * cut.group_panels;
                    kernel_.multiply({&x, &y, static_cast<const std::int8_t*>(packed_.data()),
                                      outputs_.view(), depth_, row, std::min(row + cut.rows, x.rows), first,
                                      std::min(first + cut.group_panels, panels_), scratch},
                                     activation == Activation::Gelu);
                });
}

std::unique_ptr<CpuLinear> make_quad_linear(const ByteKernel& kernel, std::span<const float> weight,
                                            std::span<const float> bias, std::int64_t out_features,
                                            std::int64_t in_features) {
    return std::make_unique<QuadLinear>(kernel, weight, bias, out_features, in_features);
}

}  // namespace corpuscope::kernels::cpu
