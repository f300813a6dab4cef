// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The gradients of the golden and the random cases, as the GPU and the emulation give them.
#pragma once

#include <functional>

#include "kernels/attention_backward.h"

namespace corpuscope::gpu_check {

/// Adds gradients to where `gradients` points; all pointers are to host memory, and `out` and `lse` are
/// there.
using Differentiate = std::function<void(const kernels::AttentionProblem& problem,
                                         const kernels::AttentionGradients& gradients)>;

/// Every golden case against the file's gradients, and every option against the reference's, in float32:
/// 1e-4, or 2e-5 of the largest gradient where that is more. Prints a line each; returns the number of
/// failures.
int check_golden_gradients(const Differentiate& differentiate);
int check_random_gradients(const Differentiate& differentiate);

/// Every case that the fused kernels compute, in bf16, against the reference's gradients from the same
/// rounded numbers: each array to 1e-2 of its norm.
int check_bf16_gradients(const Differentiate& differentiate);

}  // namespace corpuscope::gpu_check
