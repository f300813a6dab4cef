// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/attention_simt.cuh"

#include "kernels/cuda/dynamic_blocks.cuh"
#include "kernels/cuda/handles.h"
#include "kernels/cuda/launch.h"

namespace corpuscope::kernels::cuda {
namespace {

template <typename T>
__global__ void __launch_bounds__(kSimtThreads, 4)
    plain_attention(const __grid_constant__ AttentionParams params) {
    attend_plainly<T>(params);
}

template <typename T>
__global__ void pool(PoolJob job) {
    pool_block<T>(job);
}

__global__ void select(SelectJob job) { select_blocks(job); }

__global__ void fill(float* data, std::int64_t count, float value) {
    const std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
    if (i < count) data[i] = value;
}

}  // namespace

void launch_plain_attention(const AttentionParams& params, DType type, cudaStream_t stream) {
    constexpr int kRows = kSimtThreads / 32;
    const auto blocks = static_cast<unsigned>((params.queries * params.heads + kRows - 1) / kRows);
    if (type == DType::BF16)
        plain_attention<std::uint16_t><<<blocks, kSimtThreads, 0, stream>>>(params);
    else
        plain_attention<float><<<blocks, kSimtThreads, 0, stream>>>(params);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

void launch_pool(const PoolJob& job, DType type, cudaStream_t stream) {
    const auto blocks = static_cast<unsigned>((job.end - job.begin + job.block - 1) / job.block * job.heads);
    if (type == DType::BF16)
        pool<std::uint16_t><<<blocks, 32, 0, stream>>>(job);
    else
        pool<float><<<blocks, 32, 0, stream>>>(job);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

void launch_select(const SelectJob& job, std::int64_t query_blocks, cudaStream_t stream) {
    select<<<static_cast<unsigned>(query_blocks * job.heads), 32, 0, stream>>>(job);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

void launch_fill(float* data, std::int64_t count, float value, cudaStream_t stream) {
    if (count == 0) return;
    fill<<<static_cast<unsigned>((count + 255) / 256), 256, 0, stream>>>(data, count, value);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

}  // namespace corpuscope::kernels::cuda
