// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/attention.h"
#include "kernels/cpu/workers.h"

namespace corpuscope::kernels::cpu {

/// Whether the fused kernel takes the problem. Dropout, block masks and the dynamic sparse branch go to the
/// reference.
bool fused_attention_takes(const AttentionProblem& problem);

/// Dilated attention on checked problems that fused_attention_takes.
void fused_attention(const AttentionProblem& problem, Workers& workers);

}  // namespace corpuscope::kernels::cpu
