// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "tests/kernels/random_problem.h"

namespace corpuscope::kernels::test {

inline const std::vector<Branch> kThree{{32, 1}, {96, 4}, {400, 12}};

ProblemOptions plain(std::int64_t length, std::vector<Branch> branches);
ProblemOptions with(ProblemOptions options, bool ProblemOptions::*option);

/// Every option of attention, alone or with others that it meets.
std::vector<std::pair<const char*, ProblemOptions>> attention_cases();

}  // namespace corpuscope::kernels::test
