// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "kernels/cuda/fused_kernel.cuh"
#include "kernels/cuda/handles.h"
#include "kernels/cuda/launch.h"

namespace corpuscope::kernels::cuda {
namespace {

template <int D>
__global__ void __launch_bounds__(TileShape<D>::kThreads, TileShape<D>::kBlocksPerProcessor)
    fused_attention(const __grid_constant__ AttentionParams params, int finishing, bool finish) {
    extern __shared__ __align__(128) char shared[];
    attend_block<D>(params, finishing, finish, shared);
}

template <int D>
void launch(const AttentionParams& params, int finishing, bool finish, std::int64_t blocks,
            cudaStream_t stream) {
    constexpr int kBytes = SharedTile<D>::kBytes;
    CORPUSCOPE_CHECK(
        cudaFuncSetAttribute(fused_attention<D>, cudaFuncAttributeMaxDynamicSharedMemorySize, kBytes));
    fused_attention<D><<<static_cast<unsigned>(blocks), TileShape<D>::kThreads, kBytes, stream>>>(
        params, finishing, finish);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

}  // namespace

void launch_fused_attention(const AttentionParams& params, int finishing, bool finish, std::int64_t blocks,
                            cudaStream_t stream) {
    switch (params.head_dim) {
        case 32:
            return launch<32>(params, finishing, finish, blocks, stream);
        case 64:
            return launch<64>(params, finishing, finish, blocks, stream);
        default:
            return launch<128>(params, finishing, finish, blocks, stream);
    }
}

}  // namespace corpuscope::kernels::cuda
