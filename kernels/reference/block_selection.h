// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/attention.h"

namespace corpuscope::kernels::reference {

/// The key blocks that DynamicSparse chooses for each query block and head, [query blocks, heads], ascending.
/// None where the gate of the branch is closed.
std::vector<std::vector<std::int64_t>> select_blocks(const AttentionProblem& problem);

}  // namespace corpuscope::kernels::reference
