// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/projection.h"

namespace corpuscope::longnet {
namespace {

using kernels::Activation;
using kernels::Matrix;
using kernels::Precision;

Matrix view(const std::vector<float>& values, std::int64_t rows, std::int64_t columns) {
    return {const_cast<float*>(values.data()), rows, columns, columns, kernels::DType::F32};
}

std::vector<float> transpose(const std::vector<float>& values, std::int64_t rows, std::int64_t columns) {
    std::vector<float> result(values.size());
    for (std::int64_t i = 0; i < rows; ++i)
        for (std::int64_t j = 0; j < columns; ++j)
            result[static_cast<std::size_t>(j * rows + i)] =
                values[static_cast<std::size_t>(i * columns + j)];
    return result;
}

}  // namespace

Projection::Projection(kernels::Backend& backend, const LinearParameters& parameters, std::int64_t out,
                       std::int64_t in)
    : backend_(&backend),
      out_(out),
      in_(in),
      linear_(backend.make_linear(parameters.weight, parameters.bias, out, in, Precision::F32)),
      transposed_(backend.make_linear(transpose(parameters.weight, out, in), {}, in, out, Precision::F32)) {}

std::vector<float> Projection::forward(const std::vector<float>& x, std::int64_t rows) const {
    std::vector<float> y(static_cast<std::size_t>(rows * out_));
    if (rows > 0) backend_->linear(*linear_, view(x, rows, in_), view(y, rows, out_), Activation::None);
    return y;
}

LinearParameters Projection::backward(const std::vector<float>& x, const std::vector<float>& dy,
                                      std::int64_t rows, std::vector<float>& dx) const {
    LinearParameters gradient{std::vector<float>(static_cast<std::size_t>(out_ * in_)),
                              std::vector<float>(static_cast<std::size_t>(out_))};
    if (rows == 0) return gradient;
    // dW = dy^T x: as a linear layer of weight x^T, whose rows are the columns of dy.
    const auto input = backend_->make_linear(transpose(x, rows, in_), {}, in_, rows, Precision::F32);
    const std::vector<float> columns = transpose(dy, rows, out_);
    backend_->linear(*input, view(columns, out_, rows), view(gradient.weight, out_, in_), Activation::None);
    for (std::int64_t o = 0; o < out_; ++o) {
        double sum = 0.0;
        for (std::int64_t row = 0; row < rows; ++row)
            sum += static_cast<double>(columns[static_cast<std::size_t>(o * rows + row)]);
        gradient.bias[static_cast<std::size_t>(o)] = static_cast<float>(sum);
    }
    std::vector<float> share(dx.size());
    backend_->linear(*transposed_, view(dy, rows, out_), view(share, rows, in_), Activation::None);
    for (std::size_t i = 0; i < dx.size(); ++i) dx[i] += share[i];
    return gradient;
}

}  // namespace corpuscope::longnet
