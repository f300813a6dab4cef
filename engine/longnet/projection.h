// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/backend.h"

namespace corpuscope::longnet {

/// Weight and bias of a linear layer, or their gradients.
struct LinearParameters {
    std::vector<float> weight;  ///< [out, in]
    std::vector<float> bias;    ///< [out]
};

/// A linear layer y = x W^T + b in float32 with its gradients, on a backend whose memory is the host's.
class Projection {
 public:
    Projection(kernels::Backend& backend, const LinearParameters& parameters, std::int64_t out,
               std::int64_t in);

    /// [rows, out] of x [rows, in].
    std::vector<float> forward(const std::vector<float>& x, std::int64_t rows) const;

    /// Given x and the gradient dy [rows, out] of the result: returns the gradient of the parameters, and
    /// adds that of x to dx [rows, in].
    LinearParameters backward(const std::vector<float>& x, const std::vector<float>& dy, std::int64_t rows,
                              std::vector<float>& dx) const;

 private:
    kernels::Backend* backend_;
    std::int64_t out_, in_;
    std::unique_ptr<kernels::Linear> linear_, transposed_;
};

}  // namespace corpuscope::longnet
