// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Matrix products by cuBLASLt. float32 without TF32; bf16 with bias and GELU in the product's own epilogue
// where the result is bf16 (its GELU is the tanh form, within 5e-4 of the exact one, which all other paths
// compute); int8 as kernels/quantize.h defines it, between a kernel that quantizes rows and one that scales
// the integer sums back.
#pragma once

#include <array>
#include <map>
#include <span>

#include "kernels/backend.h"
#include "kernels/cuda/handles.h"

namespace corpuscope::kernels::cuda {

class DeviceLinear final : public Linear {
 public:
    DeviceLinear(std::span<const float> weight, std::span<const float> bias, std::int64_t out_features,
                 std::int64_t in_features, Precision precision);

    std::int64_t in_features() const override { return in_; }
    std::int64_t out_features() const override { return out_; }
    Precision precision() const override { return precision_; }

    const void* weight() const { return weight_.data(); }  ///< [padded out, padded in], float32, bf16 or int8
    const float* bias() const { return bias_.as<float>(); }
    const void* bias_bf16() const { return bias_bf16_.data(); }
    const float* weight_scales() const { return weight_scales_.as<float>(); }
    const std::int32_t* weight_sums() const { return weight_sums_.as<std::int32_t>(); }
    /// int8 alone: rounded up to the multiple of 16 that its tensor cores take.
    std::int64_t padded_in() const { return padded_in_; }
    std::int64_t padded_out() const { return padded_out_; }

 private:
    void upload_int8(std::span<const float> weight);

    std::int64_t out_, in_, padded_out_, padded_in_;
    Precision precision_;
    DeviceBuffer weight_, bias_, bias_bf16_, weight_scales_, weight_sums_;
};

class Multiplier {
 public:
    explicit Multiplier(const Stream& stream);

    /// Queues y = activation(x W^T + b). Shapes have been checked.
    void multiply(const DeviceLinear& linear, const Matrix& x, const Matrix& y, Activation activation);

 private:
    struct Product;
    using ProductKey = std::array<std::int64_t, 12>;

    void multiply_float(const DeviceLinear& linear, const Matrix& x, const Matrix& y, Activation activation);
    void multiply_int8(const DeviceLinear& linear, const Matrix& x, const Matrix& y, Activation activation);
    Matrix as_bf16(const Matrix& x);
    void run(const Product& product);
    cublasLtMatmulAlgo_t algorithm_for(const Product& product, cublasLtMatmulDesc_t desc,
                                       const Layout (&layouts)[3]);

    const Stream& stream_;
    Cublas cublas_;
    DeviceBuffer workspace_;
    Scratch converted_, quantized_, scales_, sums_;
    std::map<ProductKey, cublasLtMatmulAlgo_t> algorithms_;  ///< that cuBLASLt's heuristic chose
};

}  // namespace corpuscope::kernels::cuda
