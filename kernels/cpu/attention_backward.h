// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/attention_backward.h"
#include "kernels/cpu/workers.h"

namespace corpuscope::kernels::cpu {

/// Gradients of dilated attention with every option, on checked arguments. The same bits whatever the number
/// of threads.
void fused_attention_backward(const AttentionProblem& problem, const AttentionGradients& gradients,
                              Workers& workers);

}  // namespace corpuscope::kernels::cpu
