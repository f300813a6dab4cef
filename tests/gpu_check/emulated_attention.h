// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/attention_backward.h"

namespace corpuscope::gpu_check {

/// The fused kernel's two launches, lane by lane on this CPU. The problem is bf16 in host memory.
/// `queries_a_pass`: how many queries each pair of launches takes.
void emulate_fused(const kernels::AttentionProblem& problem, std::int64_t queries_a_pass, std::uint64_t seed);

/// The plain kernel, with the selection of blocks where the problem asks for it.
void emulate_plain(const kernels::AttentionProblem& problem, std::uint64_t seed);

/// The fused kernels of the gradients, on bf16.
void emulate_fused_backward(const kernels::AttentionProblem& problem,
                            const kernels::AttentionGradients& gradients, std::uint64_t seed);

/// The plain kernels of the gradients, on float32.
void emulate_plain_backward(const kernels::AttentionProblem& problem,
                            const kernels::AttentionGradients& gradients, std::uint64_t seed);

}  // namespace corpuscope::gpu_check
