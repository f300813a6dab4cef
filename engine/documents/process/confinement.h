// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What the reading process takes from itself before it looks at the first document.
#pragma once

#include <cstdint>

namespace corpuscope::documents {

/// For good: no more than `memory_bytes` of memory, no files written or changed, no network, no other
/// programs or processes, no core dumps; the first to go when the machine runs out of memory. Files can be
/// read. Where the kernel has no system call filter (seccomp) only the limits hold. Sanitizers need far more
/// memory and processes of their own, so a build with them is not confined.
void confine_this_process(std::int64_t memory_bytes);

/// Ends this process (SIGXCPU) once it has used this much more processor time.
void allow_cpu_seconds(std::int64_t seconds);

}  // namespace corpuscope::documents
