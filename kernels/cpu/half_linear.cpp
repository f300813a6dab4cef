// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/half_linear.h"

#include <algorithm>
#include <vector>

#include "kernels/bf16.h"
#include "kernels/host_buffer.h"

namespace corpuscope::kernels::cpu {
namespace {

std::int64_t rounded_up(std::int64_t value, std::int64_t step) { return (value + step - 1) / step * step; }

class HalfLinear final : public CpuLinear {
 public:
    HalfLinear(const HalfKernel& kernel, std::span<const float> weight, std::span<const float> bias,
               std::int64_t out, std::int64_t in)
        : kernel_(kernel),
          out_(out),
          in_(in),
          depth_(rounded_up(in, kernel.depth_step)),
          panels_(rounded_up(out, kernel.panel_columns) / kernel.panel_columns),
          bias_(bias.begin(), bias.end()) {
        const std::int64_t width = kernel.panel_columns;
        bias_.resize(static_cast<std::size_t>(panels_ * width));
        const auto count = static_cast<std::size_t>(panels_ * width * depth_);
        auto* packed = packed_.reserve<std::uint16_t>(count * sizeof(std::uint16_t));
        std::fill_n(packed, count, std::uint16_t{0});
        for (std::int64_t o = 0; o < out; ++o) {
            const float* row = weight.data() + o * in;
            std::uint16_t* to = packed + o / width * width * depth_ + o % width * 2;
            for (std::int64_t i = 0; i < in; ++i) to[i / 2 * 2 * width + i % 2] = to_bf16(row[i]);
        }
    }

    std::int64_t in_features() const override { return in_; }
    std::int64_t out_features() const override { return out_; }
    Precision precision() const override { return Precision::BF16; }

    void multiply(const Matrix& x, const Matrix& y, Activation activation, Workers& workers) const override {
        run(x, {y}, activation, workers);
    }

    bool multiply_parts(const Matrix& x, const ColumnParts& y, Workers& workers) const override {
        if (y.first.columns % kernel_.panel_columns != 0) return false;
        run(x, y, Activation::None, workers);
        return true;
    }

 private:
    void run(const Matrix& x, const ColumnParts& y, Activation activation, Workers& workers) const {
        const ProductCut cut = cut_product(x.rows, kernel_.tile_rows, panels_, workers.threads());
        workers.run(cut.tiles * cut.groups, 1, kernel_.scratch_bytes(depth_),
                    [&](std::int64_t index, std::byte* scratch) {
                        const std::int64_t row = index / cut.groups * cut.rows,
                                           first = index % cut.groups * cut.group_panels;
                        kernel_.multiply({&x, &y, static_cast<const std::uint16_t*>(packed_.data()),
                                          bias_.data(), depth_, row, std::min(row + cut.rows, x.rows), first,
                                          std::min(first + cut.group_panels, panels_), scratch},
                                         activation == Activation::Gelu);
                    });
    }

    HalfKernel kernel_;
    std::int64_t out_, in_, depth_, panels_;
    HostBuffer packed_;
    std::vector<float> bias_;  // padded
};

}  // namespace

std::unique_ptr<CpuLinear> make_half_linear(const HalfKernel& kernel, std::span<const float> weight,
                                            std::span<const float> bias, std::int64_t out_features,
                                            std::int64_t in_features) {
    return std::make_unique<HalfLinear>(kernel, weight, bias, out_features, in_features);
}

}  // namespace corpuscope::kernels::cpu
