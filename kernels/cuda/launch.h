// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The kernels as host code starts them. Each queues work on the stream and returns; a launch that fails
// throws.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "kernels/types.h"

namespace corpuscope::kernels::cuda {

struct AttentionParams;
struct BackwardParams;
struct PoolJob;
struct SelectJob;
struct NormJob;
struct EmbedJob;
struct CopyJob;
struct CopyBatch;
struct SumJob;
struct QuantizeJob;
struct DequantizeJob;

void launch_plain_attention(const AttentionParams& params, DType type, cudaStream_t stream);

/// Passes of the gradients; see attention_backward.cuh and fused_gradient.cuh. Log sums and deltas first;
/// then either pair of passes to queries and keys, the fused one on partials that are zero; sums of partials
/// last.
void launch_prepare_backward(const BackwardParams& params, DType type, cudaStream_t stream);
void launch_plain_backward(const BackwardParams& params, DType type, cudaStream_t stream);
void launch_fused_backward(const BackwardParams& params, cudaStream_t stream);
/// Shared memory that it needs a block; cards for desktops have less than those for servers.
int fused_backward_bytes(int head_dim);
void launch_sum_partials(const BackwardParams& params, cudaStream_t stream);

/// `blocks` as FusedPlan counts them; see fused_kernel.cuh for the rest.
void launch_fused_attention(const AttentionParams& params, int finishing, bool finish, std::int64_t blocks,
                            cudaStream_t stream);

void launch_pool(const PoolJob& job, DType type, cudaStream_t stream);
void launch_select(const SelectJob& job, std::int64_t query_blocks, cudaStream_t stream);
void launch_fill(float* data, std::int64_t count, float value, cudaStream_t stream);

void launch_normalize(const NormJob& job, cudaStream_t stream);
void launch_embed(const EmbedJob& job, cudaStream_t stream);
void launch_copy(const CopyJob& job, cudaStream_t stream);
void launch_copies(const CopyBatch& batch, cudaStream_t stream);
void launch_sums(const SumJob& job, cudaStream_t stream);
void launch_quantize(const QuantizeJob& job, cudaStream_t stream);
void launch_dequantize(const DequantizeJob& job, cudaStream_t stream);

}  // namespace corpuscope::kernels::cuda
