// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/attention.h"
#include "kernels/cpu/workers.h"

namespace corpuscope::kernels::cpu {

/// Whether the fused kernel takes the problem. Dropout, block masks and the dynamic sparse branch go to the
/// reference.
bool fused_attention_takes(const AttentionProblem& problem);

/// [heads, 2 * max_distance + 1]: the T5 bias of every distance, times log2 e, so that the kernel gathers
/// instead of taking logarithms; empty where the problem has none. In the memory of `table`.
void tabulate_distances(const AttentionProblem& problem, std::vector<float>& table);

/// Dilated attention on checked problems that fused_attention_takes.
void fused_attention(const AttentionProblem& problem, Workers& workers);

}  // namespace corpuscope::kernels::cpu
