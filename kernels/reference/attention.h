// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/attention.h"

namespace corpuscope::kernels::reference {

/// Dilated attention with every option, as the formula at the top of kernels/attention.h has it, in double
/// precision: the oracle of the other backends. Takes a checked problem.
void attention(const AttentionProblem& problem);

}  // namespace corpuscope::kernels::reference
