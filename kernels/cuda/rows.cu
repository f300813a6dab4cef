// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/rows.cuh"

#include "kernels/cuda/handles.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/linear_rows.cuh"

namespace corpuscope::kernels::cuda {
namespace {

template <int Held>
__global__ void __launch_bounds__(kRowThreads) normalize(const __grid_constant__ NormJob job) {
    normalize_rows<Held>(job);
}
__global__ void __launch_bounds__(kRowThreads) embed(const __grid_constant__ EmbedJob job) {
    embed_rows(job);
}
__global__ void __launch_bounds__(kRowThreads) copy(const __grid_constant__ CopyJob job) { copy_rows(job); }
__global__ void __launch_bounds__(kRowThreads) quantize(const __grid_constant__ QuantizeJob job) {
    quantize_rows(job);
}
__global__ void __launch_bounds__(kRowThreads) dequantize(const __grid_constant__ DequantizeJob job) {
    dequantize_rows(job);
}

template <typename Job>
void launch(void (*kernel)(Job), const Job& job, cudaStream_t stream) {
    if (job.rows == 0 || job.columns == 0) return;
    const auto blocks = static_cast<unsigned>((job.rows + kRowsABlock - 1) / kRowsABlock);
    kernel<<<blocks, kRowThreads, 0, stream>>>(job);
    CORPUSCOPE_CHECK(cudaGetLastError());
}

}  // namespace

void launch_normalize(const NormJob& job, cudaStream_t stream) {
    launch(job.columns <= 512 ? normalize<4> : normalize<12>, job, stream);
}
void launch_embed(const EmbedJob& job, cudaStream_t stream) { launch(embed, job, stream); }
void launch_copy(const CopyJob& job, cudaStream_t stream) { launch(copy, job, stream); }
void launch_quantize(const QuantizeJob& job, cudaStream_t stream) { launch(quantize, job, stream); }
void launch_dequantize(const DequantizeJob& job, cudaStream_t stream) { launch(dequantize, job, stream); }

}  // namespace corpuscope::kernels::cuda
