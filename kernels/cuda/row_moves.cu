// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/row_moves.cuh"

#include "kernels/cuda/handles.h"
#include "kernels/cuda/launch.h"

namespace corpuscope::kernels::cuda {
namespace {

__global__ void __launch_bounds__(kRowThreads) copy(const __grid_constant__ CopyBatch batch) {
    copy_batch(batch);
}
__global__ void __launch_bounds__(kRowThreads) sum(const __grid_constant__ SumJob job) { sum_range(job); }

}  // namespace

void launch_copies(const CopyBatch& batch, cudaStream_t stream) {
    if (batch.items == 0) return;
    copy<<<static_cast<unsigned>((batch.items + kRowThreads - 1) / kRowThreads), kRowThreads, 0, stream>>>(
        batch);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

void launch_sums(const SumJob& job, cudaStream_t stream) {
    const std::int64_t warps = job.count * job.strips();
    if (warps == 0) return;
    sum<<<static_cast<unsigned>((warps + kRowsABlock - 1) / kRowsABlock), kRowThreads, 0, stream>>>(job);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

}  // namespace corpuscope::kernels::cuda
