// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Sequences as long as those that the kernels are for: several passes of queries, grids of many waves, rows
// far apart. Too long for the reference, so that the fused kernels are held against the plain ones, which the
// other checks hold against the reference.
#pragma once

#include <cstdint>

#include "tests/gpu_check/checks.h"
#include "tests/gpu_check/gradient_checks.h"

namespace corpuscope::gpu_check {

/// Longer than two passes of queries, and no multiple of anything.
inline constexpr std::int64_t kLongLength = 131'149;

/// Head sizes 32, 64 and 128, forward and backward; returns how many failed.
int check_long(std::int64_t length, const Compute& compute, const Differentiate& differentiate);

}  // namespace corpuscope::gpu_check
