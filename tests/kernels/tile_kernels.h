// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The kernels for tiles on EmulatedTiles. They need AVX-512 with bf16 and VBMI
// besides.
#pragma once

#include <memory>
#include <span>

#include "kernels/attention.h"
#include "kernels/cpu/cpu_linear.h"

namespace corpuscope::kernels::test {

bool processor_can_emulate_tiles();

/// In Int8 or BF16.
std::unique_ptr<cpu::CpuLinear> make_emulated_linear(std::span<const float> weight,
                                                     std::span<const float> bias, std::int64_t out_features,
                                                     std::int64_t in_features, Precision precision);

/// Head sizes 32, 64 and 128.
void emulated_attention(const AttentionProblem& problem);

}  // namespace corpuscope::kernels::test
