// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/cpu_linear.h"

#include <algorithm>

#include "kernels/cpu/processor.h"
#include "kernels/reference/linear.h"
#ifdef CORPUSCOPE_HAS_ONEDNN
#include "kernels/cpu/onednn_linear.h"
#endif

namespace corpuscope::kernels::cpu {
namespace {

/// The reference product, where no library has a faster one.
class PlainLinear final : public CpuLinear {
 public:
    PlainLinear(std::span<const float> weight, std::span<const float> bias, std::int64_t out, std::int64_t in,
                Precision precision)
        : plain_(weight, bias, out, in, precision) {}

    std::int64_t in_features() const override { return plain_.in_features(); }
    std::int64_t out_features() const override { return plain_.out_features(); }
    Precision precision() const override { return plain_.precision(); }
    void multiply(const Matrix& x, const Matrix& y, Activation activation, Workers&) const override {
        plain_.multiply(x, y, activation);
    }

 private:
    reference::ReferenceLinear plain_;
};

}  // namespace

ProductCut cut_product(std::int64_t rows, std::int64_t tile_rows, std::int64_t panels, int threads) {
    ProductCut cut{tile_rows, (rows + tile_rows - 1) / tile_rows, 1, panels};
    if (threads <= 1 || cut.tiles == 0 || cut.tiles >= 4 * std::int64_t{threads}) return cut;
    const std::int64_t wanted = std::min(panels, (4 * std::int64_t{threads} + cut.tiles - 1) / cut.tiles);
    cut.group_panels = (panels + wanted - 1) / wanted;
    cut.groups = (panels + cut.group_panels - 1) / cut.group_panels;
    return cut;
}

std::unique_ptr<CpuLinear> make_linear(std::span<const float> weight, std::span<const float> bias,
                                       std::int64_t out_features, std::int64_t in_features,
                                       Precision precision, Workers& workers) {
#ifdef CORPUSCOPE_HAS_HIGHWAY
    if (auto linear = make_amx_linear(weight, bias, out_features, in_features, precision)) return linear;
#endif
#ifdef CORPUSCOPE_HAS_ONEDNN
    if (onednn_is_faster(precision))
        return make_onednn_linear(weight, bias, out_features, in_features, precision);
#endif
#ifdef CORPUSCOPE_HAS_HIGHWAY
    if (precision != Precision::Int8)
        return make_float_linear(weight, bias, out_features, in_features, precision);
    if (auto linear = make_vnni_linear(weight, bias, out_features, in_features)) return linear;
    if (auto linear = make_avx_vnni_linear(weight, bias, out_features, in_features, workers)) return linear;
    if (auto linear = make_int8_linear(weight, bias, out_features, in_features, workers)) return linear;
#endif
    return std::make_unique<PlainLinear>(weight, bias, out_features, in_features, precision);
}

}  // namespace corpuscope::kernels::cpu
