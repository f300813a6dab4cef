// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/attention_backward.cuh"

#include <algorithm>

#include "kernels/cuda/handles.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/plan.h"

namespace corpuscope::kernels::cuda {
namespace {

template <typename T>
__global__ void __launch_bounds__(kSimtThreads) prepare(const __grid_constant__ BackwardParams params) {
    prepare_rows<T>(params);
}

template <typename T>
__global__ void __launch_bounds__(kSimtThreads) to_queries(const __grid_constant__ BackwardParams params) {
    differentiate_queries<T>(params);
}

template <typename T>
__global__ void __launch_bounds__(kSimtThreads)
    to_keys(const __grid_constant__ BackwardParams params, int branch, std::int64_t begin, std::int64_t end) {
    differentiate_key_rows<T>(params, branch, begin, end);
}

__global__ void __launch_bounds__(kSimtThreads) to_terms(const __grid_constant__ BackwardParams params) {
    add_up_partials(params);
}

unsigned blocks_for(std::int64_t warps) {
    constexpr int kWarps = kSimtThreads / 32;
    return static_cast<unsigned>((warps + kWarps - 1) / kWarps);
}

/// Positions whose gradients one launch computes: many heads of them are a grid still.
constexpr std::int64_t kKeysALaunch = std::int64_t{1} << 22;

template <typename T>
void launch_keys(const BackwardParams& params, int branch, cudaStream_t stream) {
    const auto [begin, end] = visible_positions(params.forward, branch);
    for (std::int64_t first = begin; first < end; first += kKeysALaunch) {
        const std::int64_t last = std::min(first + kKeysALaunch, end);
        const unsigned blocks = blocks_for((last - first) * params.forward.kv_heads);
        to_keys<T><<<blocks, kSimtThreads, 0, stream>>>(params, branch, first, last);
        CORPUSCOPE_CHECK(cudaGetLastError());
    }
}

template <typename T>
void launch(const BackwardParams& params, cudaStream_t stream) {
    const AttentionParams& p = params.forward;
    const unsigned rows = blocks_for(p.queries * p.heads);
    if (params.dq != nullptr || params.partials != nullptr) {
        to_queries<T><<<rows, kSimtThreads, 0, stream>>>(params);
        CORPUSCOPE_CHECK(cudaGetLastError());
    }
    for (int b = 0; b < params.all_branches(); ++b) {
        const bool wanted = params.dkeys[b].keys != nullptr || params.dkeys[b].values != nullptr;
        if (!wanted || p.branches[b].keys == nullptr) continue;
        launch_keys<T>(params, b, stream);
    }
}

}  // namespace

void launch_prepare_backward(const BackwardParams& params, DType type, cudaStream_t stream) {
    const unsigned rows = blocks_for(params.forward.queries * params.forward.heads);
    if (type == DType::BF16)
        prepare<std::uint16_t><<<rows, kSimtThreads, 0, stream>>>(params);
    else
        prepare<float><<<rows, kSimtThreads, 0, stream>>>(params);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

void launch_sum_partials(const BackwardParams& params, cudaStream_t stream) {
    if (params.partials == nullptr) return;
    const unsigned blocks = blocks_for(std::int64_t{params.terms()} * params.forward.heads);
    to_terms<<<blocks, kSimtThreads, 0, stream>>>(params);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

void launch_plain_backward(const BackwardParams& params, DType type, cudaStream_t stream) {
    if (type == DType::BF16)
        launch<std::uint16_t>(params, stream);
    else
        launch<float>(params, stream);
}

}  // namespace corpuscope::kernels::cuda
