// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/attention_backward.h"

namespace corpuscope::kernels::reference {

/// The formulas at the top of kernels/attention_backward.h with every option, in double precision: the oracle
/// of the other backends. Takes checked arguments.
void attention_backward(const AttentionProblem& problem, const AttentionGradients& gradients);

}  // namespace corpuscope::kernels::reference
