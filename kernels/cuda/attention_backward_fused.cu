// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernels/cuda/fused_gradient_keys.cuh"
#include "kernels/cuda/fused_gradient_queries.cuh"
#include "kernels/cuda/handles.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/plan.h"

namespace corpuscope::kernels::cuda {
namespace {

template <int D>
__global__ void __launch_bounds__(TileShape<D>::kThreads, TileShape<D>::kBlocksPerProcessor)
    to_queries(const __grid_constant__ BackwardParams params, int branch) {
    extern __shared__ __align__(128) char shared[];
    differentiate_query_tile<D>(params, branch, shared);
}

template <int D>
__global__ void __launch_bounds__(KeyGradientShape<D>::kThreads, TileShape<D>::kBlocksPerProcessor)
    to_keys(const __grid_constant__ BackwardParams params, int branch, int member) {
    extern __shared__ __align__(128) char shared[];
    differentiate_key_tile<D>(params, branch, member, shared);
}

template <int D>
void launch_queries(const BackwardParams& params, int branch, cudaStream_t stream) {
    constexpr int kBytes = SharedQueryGradients<D>::kBytes;
    const std::int64_t blocks =
        gradient_tiles(params.forward, branch, TileShape<D>::kQueries, false) * params.forward.heads;
    if (blocks == 0) return;
    CORPUSCOPE_CHECK(
        cudaFuncSetAttribute(to_queries<D>, cudaFuncAttributeMaxDynamicSharedMemorySize, kBytes));
    to_queries<D><<<static_cast<unsigned>(blocks), TileShape<D>::kThreads, kBytes, stream>>>(params, branch);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

template <int D>
void launch_keys(const BackwardParams& params, int branch, cudaStream_t stream) {
    using Shape = KeyGradientShape<D>;
    const AttentionParams& p = params.forward;
    const std::int64_t blocks = gradient_tiles(p, branch, Shape::kKeys, true) * p.kv_heads;
    if (blocks == 0) return;
    CORPUSCOPE_CHECK(
        cudaFuncSetAttribute(to_keys<D>, cudaFuncAttributeMaxDynamicSharedMemorySize, Shape::kBytes));
    for (int member = 0; member < p.heads / p.kv_heads; ++member) {
        to_keys<D><<<static_cast<unsigned>(blocks), Shape::kThreads, Shape::kBytes, stream>>>(params, branch,
                                                                                              member);
        CORPUSCOPE_CHECK(cudaGetLastError());
    }
}

template <int D>
void launch(const BackwardParams& params, cudaStream_t stream) {
    for (int b = 0; b < params.forward.branch_count; ++b) {
        if (params.forward.branches[b].keys == nullptr) continue;
        if (params.dq != nullptr || params.partials != nullptr) launch_queries<D>(params, b, stream);
        if (params.dkeys[b].keys != nullptr || params.dkeys[b].values != nullptr)
            launch_keys<D>(params, b, stream);
    }
}

template <int D>
constexpr int most_bytes() {
    return std::max<int>(SharedQueryGradients<D>::kBytes, KeyGradientShape<D>::kBytes);
}

}  // namespace

int fused_backward_bytes(int head_dim) {
    return head_dim == 32 ? most_bytes<32>() : head_dim == 64 ? most_bytes<64>() : most_bytes<128>();
}

void launch_fused_backward(const BackwardParams& params, cudaStream_t stream) {
    switch (params.forward.head_dim) {
        case 32:
            return launch<32>(params, stream);
        case 64:
            return launch<64>(params, stream);
        default:
            return launch<128>(params, stream);
    }
}

}  // namespace corpuscope::kernels::cuda
