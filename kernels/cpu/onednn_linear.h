// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/cpu_linear.h"

namespace corpuscope::kernels::cpu {

/// What oneDNN finds on this processor.
struct OneDnnFeatures {
    bool avx512 = false;
    bool bf16 = false;  ///< AVX-512 bf16
};
OneDnnFeatures onednn_features();

/// A linear layer in float32 or bf16 with oneDNN on prepacked weights. Throws std::runtime_error where oneDNN
/// fails.
std::unique_ptr<CpuLinear> make_onednn_linear(std::span<const float> weight, std::span<const float> bias,
                                              std::int64_t out_features, std::int64_t in_features,
                                              Precision precision);

}  // namespace corpuscope::kernels::cpu
