// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference/linear.h"

#include <algorithm>
#include <cmath>

#include "kernels/bf16.h"
#include "kernels/check.h"
#include "kernels/reference/rows.h"

namespace corpuscope::kernels::reference {
namespace {

template <typename T>
std::vector<T> transposed(std::span<const T> matrix, std::int64_t rows, std::int64_t columns) {
    std::vector<T> result(matrix.size());
    for (std::int64_t i = 0; i < rows; ++i)
        for (std::int64_t j = 0; j < columns; ++j)
            result[static_cast<std::size_t>(j * rows + i)] =
                matrix[static_cast<std::size_t>(i * columns + j)];
    return result;
}

}  // namespace

ReferenceLinear::ReferenceLinear(std::span<const float> weight, std::span<const float> bias,
                                 std::int64_t out_features, std::int64_t in_features, Precision precision)
    : out_(out_features), in_(in_features), precision_(precision), bias_(bias.begin(), bias.end()) {
    bias_.resize(static_cast<std::size_t>(out_), 0.0F);
    if (precision == Precision::Int8) {
        if (in_ > kMaxQuantizedFeatures)
            refuse("int8 takes at most 65536 in_features, not " + std::to_string(in_));
        const QuantizedWeight quantized = quantize_weight(weight, out_, in_);
        transposed8_ = transposed<std::int8_t>(quantized.values, out_, in_);
        scales_ = quantized.scales;
        return;
    }
    transposed_ = transposed(weight, out_, in_);
    if (precision == Precision::BF16)
        std::transform(transposed_.begin(), transposed_.end(), transposed_.begin(), round_to_bf16);
}

void ReferenceLinear::multiply(const Matrix& x, const Matrix& y, Activation activation) const {
#pragma omp parallel
    {
        std::vector<float> from(static_cast<std::size_t>(in_)), to(static_cast<std::size_t>(out_));
#pragma omp for
        for (std::int64_t row = 0; row < x.rows; ++row) {
            for (std::int64_t i = 0; i < in_; ++i) {
                const float value = load_float(x.data, row * x.stride + i, x.type);
                from[static_cast<std::size_t>(i)] =
                    precision_ == Precision::BF16 ? round_to_bf16(value) : value;
            }
            precision_ == Precision::Int8 ? multiply_int8(from.data(), to.data())
                                          : multiply_float(from.data(), to.data());
            for (std::int64_t o = 0; o < out_; ++o) {
                const float value = to[static_cast<std::size_t>(o)];
                store_float(y.data, row * y.stride + o, y.type,
                            activation == Activation::Gelu ? gelu(value) : value);
            }
        }
    }
}

void ReferenceLinear::multiply_float(const float* x, float* y) const {
    std::fill_n(y, out_, 0.0F);
    for (std::int64_t i = 0; i < in_; ++i) {
        const float* weights = transposed_.data() + i * out_;
        for (std::int64_t o = 0; o < out_; ++o) y[o] += x[i] * weights[o];
    }
    for (std::int64_t o = 0; o < out_; ++o) y[o] += bias_[static_cast<std::size_t>(o)];
}

void ReferenceLinear::multiply_int8(const float* x, float* y) const {
    std::vector<std::int16_t> centred(static_cast<std::size_t>(in_));
    std::vector<std::int32_t> sums(static_cast<std::size_t>(out_), 0);
    const RowScale row = quantize_row({x, centred.size()}, centred.data());
    for (std::int64_t i = 0; i < in_; ++i) {
        const std::int8_t* weights = transposed8_.data() + i * out_;
        const std::int32_t value = centred[static_cast<std::size_t>(i)];
        for (std::int64_t o = 0; o < out_; ++o) sums[static_cast<std::size_t>(o)] += value * weights[o];
    }
    for (std::int64_t o = 0; o < out_; ++o) {
        const auto at = static_cast<std::size_t>(o);
        y[o] = static_cast<float>(sums[at]) * (row.scale * scales_[at]) + bias_[at];
    }
}

}  // namespace corpuscope::kernels::reference
