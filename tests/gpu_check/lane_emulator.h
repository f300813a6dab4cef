// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs the bodies of CUDA kernels lane by lane on a CPU, so that their index arithmetic, their fragment
// layouts and their barriers are tested where there is no GPU. It defines what kernels/cuda/device_ops.cuh
// declares, after the PTX manual. Every lane is a fiber that runs until it waits for its warp or its block;
// which one goes on is drawn at random, asynchronous copies arrive only when they are waited for, and shared
// memory begins as NaN: a missing barrier shows as a wrong result, a barrier that not all lanes reach as an
// exception.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace corpuscope::gpu_check {

struct Launch {
    std::int64_t blocks = 0;
    int threads = 32;  ///< of a block, a multiple of 32
    std::size_t shared_bytes = 0;
    std::uint64_t seed = 1;
};

/// Calls `body` once a lane, with the block's shared memory. Throws std::logic_error at a barrier that is not
/// reached by all, for a misaligned access to shared memory, and where rows of a matrix that is loaded lie in
/// the same banks.
void run_lanes(const Launch& launch, const std::function<void(char* shared)>& body);

}  // namespace corpuscope::gpu_check
