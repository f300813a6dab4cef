// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/linear.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/bf16.h"
#include "kernels/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/linear_rows.cuh"
#include "kernels/cuda/views.h"
#include "kernels/quantize.h"

namespace corpuscope::kernels::cuda {
namespace {

constexpr std::size_t kWorkspaceBytes = std::size_t{32} << 20;

template <typename T>
DeviceBuffer uploaded(const std::vector<T>& values) {
    DeviceBuffer buffer(values.size() * sizeof(T));
    CORPUSCOPE_CHECK(cudaMemcpy(buffer.data(), values.data(), buffer.bytes(), cudaMemcpyHostToDevice));
    // From pageable memory it may return before the last bytes have arrived, and streams that do not block
    // do not wait for it.
    CORPUSCOPE_CHECK(cudaStreamSynchronize(cudaStreamLegacy));
    return buffer;
}

std::vector<std::uint16_t> rounded(std::span<const float> values) {
    std::vector<std::uint16_t> result(values.size());
    std::transform(values.begin(), values.end(), result.begin(), to_bf16);
    return result;
}

std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

/// The largest power of two up to 256 that divides an address.
std::int64_t alignment_of(const void* pointer) {
    const auto address = reinterpret_cast<std::uintptr_t>(pointer);
    std::int64_t alignment = 256;
    while (address % static_cast<std::uintptr_t>(alignment) != 0) alignment /= 2;
    return alignment;
}

template <typename T>
void set(cublasLtMatmulDesc_t desc, cublasLtMatmulDescAttributes_t attribute, const T& value) {
    CORPUSCOPE_CHECK(cublasLtMatmulDescSetAttribute(desc, attribute, &value, sizeof(value)));
}
template <typename T>
void set(cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute,
         const T& value) {
    CORPUSCOPE_CHECK(cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, sizeof(value)));
}

}  // namespace

DeviceLinear::DeviceLinear(std::span<const float> weight, std::span<const float> bias,
                           std::int64_t out_features, std::int64_t in_features, Precision precision)
    : out_(out_features),
      in_(in_features),
      padded_out_(out_features),
      padded_in_(in_features),
      precision_(precision) {
    std::vector<float> whole_bias(bias.begin(), bias.end());
    whole_bias.resize(static_cast<std::size_t>(out_), 0.0F);
    bias_ = uploaded(whole_bias);
    switch (precision) {
        case Precision::F32:
            weight_ = uploaded(std::vector<float>(weight.begin(), weight.end()));
            break;
        case Precision::BF16:
            weight_ = uploaded(rounded(weight));
            bias_bf16_ = uploaded(rounded(whole_bias));
            break;
        case Precision::Int8:
            upload_int8(weight);
            break;
    }
}

void DeviceLinear::upload_int8(std::span<const float> weight) {
    if (in_ > kMaxQuantizedFeatures)
        refuse("int8 takes at most " + std::to_string(kMaxQuantizedFeatures) + " in_features, not " +
               std::to_string(in_));
    padded_out_ = round_up(out_, 16);
    padded_in_ = round_up(in_, 16);
    const QuantizedWeight quantized = quantize_weight(weight, out_, in_);
    std::vector<std::int8_t> padded(static_cast<std::size_t>(padded_out_ * padded_in_), 0);
    std::vector<std::int32_t> sums(static_cast<std::size_t>(out_), 0);
    for (std::int64_t o = 0; o < out_; ++o) {
        const std::int8_t* from = quantized.values.data() + o * in_;
        std::copy_n(from, in_, padded.data() + o * padded_in_);
        for (std::int64_t i = 0; i < in_; ++i) sums[static_cast<std::size_t>(o)] += from[i];
    }
    weight_ = uploaded(padded);
    weight_scales_ = uploaded(quantized.scales);
    weight_sums_ = uploaded(sums);
}

/// D [m, n] = A^T B (+ bias, GELU), column-major: A [k, m] are the weights, B [k, n] the rows, D the result's
/// rows.
struct Multiplier::Product {
    const void* a;
    const void* b;
    void* d;
    std::int64_t m, n, k, lda, ldb, ldd;
    cudaDataType_t operands, result;
    cublasLtEpilogue_t epilogue;
    const void* bias;

    cublasComputeType_t compute() const {
        return operands == CUDA_R_8I ? CUBLAS_COMPUTE_32I : CUBLAS_COMPUTE_32F;
    }
    cudaDataType_t scale() const { return operands == CUDA_R_8I ? CUDA_R_32I : CUDA_R_32F; }
    ProductKey key() const {
        return {m,
                n,
                k,
                lda,
                ldb,
                ldd,
                operands,
                result,
                epilogue,
                alignment_of(a),
                alignment_of(b),
                alignment_of(d)};
    }
};

Multiplier::Multiplier(const Stream& stream)
    : stream_(stream), cublas_(make_cublas()), workspace_(kWorkspaceBytes) {}

void Multiplier::multiply(const DeviceLinear& linear, const Matrix& x, const Matrix& y,
                          Activation activation) {
    if (x.rows == 0) return;
    linear.precision() == Precision::Int8 ? multiply_int8(linear, x, y, activation)
                                          : multiply_float(linear, x, y, activation);
}

Matrix Multiplier::as_bf16(const Matrix& x) {
    auto* to = converted_.reserve<std::uint16_t>(static_cast<std::size_t>(x.rows * x.columns), stream_);
    const Matrix result{to, x.rows, x.columns, x.columns, DType::BF16};
    launch_copy({view(x), view(result), x.rows, x.columns, false}, stream_.get());
    return result;
}

void Multiplier::multiply_float(const DeviceLinear& linear, const Matrix& x, const Matrix& y,
                                Activation activation) {
    const bool bf16 = linear.precision() == Precision::BF16;
    const Matrix from = bf16 && x.type != DType::BF16 ? as_bf16(x) : x;
    const bool bf16_result = y.type == DType::BF16, gelu = activation == Activation::Gelu;
    run({linear.weight(), from.data, y.data, linear.out_features(), x.rows, linear.in_features(),
         linear.in_features(), std::max(from.stride, from.columns), std::max(y.stride, y.columns),
         bf16 ? CUDA_R_16BF : CUDA_R_32F, bf16_result ? CUDA_R_16BF : CUDA_R_32F,
         gelu && bf16_result ? CUBLASLT_EPILOGUE_GELU_BIAS : CUBLASLT_EPILOGUE_BIAS,
         bf16_result ? linear.bias_bf16() : linear.bias()});
    if (gelu && !bf16_result) launch_copy({view(y), view(y), y.rows, y.columns, true}, stream_.get());
}

void Multiplier::multiply_int8(const DeviceLinear& linear, const Matrix& x, const Matrix& y,
                               Activation activation) {
    const std::int64_t in = linear.padded_in(), out = linear.padded_out();
    // Not every device has an algorithm for a few rows; what the further ones hold is never looked at.
    const std::int64_t rows = round_up(x.rows, 32);
    auto* values = quantized_.reserve<std::int8_t>(static_cast<std::size_t>(rows * in), stream_);
    auto* scales = scales_.reserve<QuantizedRow>(static_cast<std::size_t>(x.rows), stream_);
    auto* sums = sums_.reserve<std::int32_t>(static_cast<std::size_t>(rows * out), stream_);
    launch_quantize({view(x), x.rows, x.columns, in, values, scales}, stream_.get());
    run({linear.weight(), values, sums, out, rows, in, in, in, out, CUDA_R_8I, CUDA_R_32I,
         CUBLASLT_EPILOGUE_DEFAULT, nullptr});
    launch_dequantize({sums, y.rows, y.columns, out, scales, linear.weight_scales(), linear.weight_sums(),
                       linear.bias(), view(y), activation == Activation::Gelu},
                      stream_.get());
}

void Multiplier::run(const Product& product) {
    const MatmulDesc desc = make_matmul_desc(product.compute(), product.scale());
    set(desc.get(), CUBLASLT_MATMUL_DESC_TRANSA, CUBLAS_OP_T);
    set(desc.get(), CUBLASLT_MATMUL_DESC_EPILOGUE, product.epilogue);
    if (product.bias != nullptr) set(desc.get(), CUBLASLT_MATMUL_DESC_BIAS_POINTER, product.bias);
    const Layout layouts[3] = {make_layout(product.operands, product.k, product.m, product.lda),
                               make_layout(product.operands, product.k, product.n, product.ldb),
                               make_layout(product.result, product.m, product.n, product.ldd)};
    const cublasLtMatmulAlgo_t algorithm = algorithm_for(product, desc.get(), layouts);
    const float one = 1.0F, zero = 0.0F;
    const std::int32_t integer_one = 1, integer_zero = 0;
    const bool integers = product.operands == CUDA_R_8I;
    CORPUSCOPE_CHECK(cublasLtMatmul(
        cublas_.get(), desc.get(), integers ? static_cast<const void*>(&integer_one) : &one, product.a,
        layouts[0].get(), product.b, layouts[1].get(),
        integers ? static_cast<const void*>(&integer_zero) : &zero, product.d, layouts[2].get(), product.d,
        layouts[2].get(), &algorithm, workspace_.data(), workspace_.bytes(), stream_.get()));
}

cublasLtMatmulAlgo_t Multiplier::algorithm_for(const Product& product, cublasLtMatmulDesc_t desc,
                                               const Layout (&layouts)[3]) {
    const auto known = algorithms_.find(product.key());
    if (known != algorithms_.end()) return known->second;
    const Preference preference = make_preference();
    set(preference.get(), CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, kWorkspaceBytes);
    set(preference.get(), CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES,
        static_cast<std::uint32_t>(alignment_of(product.a)));
    set(preference.get(), CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
        static_cast<std::uint32_t>(alignment_of(product.b)));
    set(preference.get(), CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
        static_cast<std::uint32_t>(alignment_of(product.d)));
    set(preference.get(), CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES,
        static_cast<std::uint32_t>(alignment_of(product.d)));
    // Parts of a sum that several blocks share are added up in float32, not as bf16 results.
    set(preference.get(), CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
        static_cast<std::uint32_t>(CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE));
    cublasLtMatmulHeuristicResult_t result{};
    int found = 0;
    const cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(
        cublas_.get(), desc, layouts[0].get(), layouts[1].get(), layouts[2].get(), layouts[2].get(),
        preference.get(), 1, &result, &found);
    if (status != CUBLAS_STATUS_NOT_SUPPORTED) CORPUSCOPE_CHECK(status);
    if (status == CUBLAS_STATUS_NOT_SUPPORTED || found == 0)
        throw std::runtime_error("cuBLAS: no algorithm for a product of [" + std::to_string(product.n) +
                                 ", " + std::to_string(product.k) + "] and [" + std::to_string(product.k) +
                                 ", " + std::to_string(product.m) + "]");
    return algorithms_.emplace(product.key(), result.algo).first->second;
}

}  // namespace corpuscope::kernels::cuda
