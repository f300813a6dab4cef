// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/backend.h"
#include "kernels/quantize.h"

namespace corpuscope::kernels::reference {

/// The plain matrix product: what a build without oneDNN and Highway multiplies with.
class ReferenceLinear final : public Linear {
 public:
    ReferenceLinear(std::span<const float> weight, std::span<const float> bias, std::int64_t out_features,
                    std::int64_t in_features, Precision precision);

    std::int64_t in_features() const override { return in_; }
    std::int64_t out_features() const override { return out_; }
    Precision precision() const override { return precision_; }

    void multiply(const Matrix& x, const Matrix& y, Activation activation) const;

 private:
    void multiply_float(const float* x, float* y) const;
    void multiply_int8(const float* x, float* y) const;

    std::int64_t out_, in_;
    Precision precision_;
    std::vector<float>
        transposed_;  ///< [in, out]: the innermost loop runs over outputs, which the compiler vectorizes
    std::vector<std::int8_t> transposed8_;
    std::vector<float> scales_;  ///< [out]
    std::vector<float> bias_;    ///< [out], zeros where there is none
};

}  // namespace corpuscope::kernels::reference
