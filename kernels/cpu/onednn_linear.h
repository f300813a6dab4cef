// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/cpu_linear.h"
#include "kernels/quantize.h"

namespace corpuscope::kernels::cpu {

/// What oneDNN finds on this processor.
struct OneDnnFeatures {
    bool avx512 = false;
    bool vnni = false;  ///< products of bytes that do not saturate
    bool bf16 = false;  ///< AVX-512 bf16
    bool amx = false;   ///< tiles of bytes and of bf16
};
OneDnnFeatures onednn_features();

/// Range of the bytes: 255 and 127 where products do not saturate, 127 and 63 on any processor.
struct ByteRange {
    int activation_levels = 255;
    int weight_limit = 127;
};

/// A linear layer in any precision with oneDNN on prepacked weights. Throws std::runtime_error where oneDNN
/// fails.
std::unique_ptr<CpuLinear> make_onednn_linear(std::span<const float> weight, std::span<const float> bias,
                                              std::int64_t out_features, std::int64_t in_features,
                                              Precision precision, ByteRange range = {});

}  // namespace corpuscope::kernels::cpu
