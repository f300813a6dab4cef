// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/handles.h"

#include <stdexcept>
#include <string>

namespace corpuscope::kernels::cuda {

void check(cudaError_t status, const char* call) {
    if (status == cudaSuccess) return;
    cudaGetLastError();  // what can be cleared is cleared, so that it is not reported again by a later call
    throw std::runtime_error(std::string("CUDA: ") + call + ": " + cudaGetErrorString(status));
}

void check(cublasStatus_t status, const char* call) {
    if (status == CUBLAS_STATUS_SUCCESS) return;
    throw std::runtime_error(std::string("cuBLAS: ") + call + ": " + cublasLtGetStatusString(status));
}

Stream::Stream() { CORPUSCOPE_CHECK(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
Stream::~Stream() { cudaStreamDestroy(stream_); }
void Stream::wait() const { CORPUSCOPE_CHECK(cudaStreamSynchronize(stream_)); }

Event::Event() { CORPUSCOPE_CHECK(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming)); }
Event::~Event() { cudaEventDestroy(event_); }

DeviceBuffer::DeviceBuffer(std::size_t bytes) : bytes_(bytes) {
    if (bytes == 0) return;
    const cudaError_t status = cudaMalloc(&data_, bytes);
    if (status == cudaSuccess) return;
    cudaGetLastError();
    std::size_t free = 0, all = 0;
    cudaMemGetInfo(&free, &all);
    throw std::runtime_error("CUDA: device memory of " + std::to_string(bytes) +
                             " bytes: " + cudaGetErrorString(status) + "; " + std::to_string(free) + " of " +
                             std::to_string(all) + " bytes are free");
}
DeviceBuffer::~DeviceBuffer() {
    if (data_ != nullptr) cudaFree(data_);
}

Cublas make_cublas() {
    cublasLtHandle_t handle = nullptr;
    CORPUSCOPE_CHECK(cublasLtCreate(&handle));
    return Cublas(handle);
}

MatmulDesc make_matmul_desc(cublasComputeType_t compute, cudaDataType_t scale) {
    cublasLtMatmulDesc_t desc = nullptr;
    CORPUSCOPE_CHECK(cublasLtMatmulDescCreate(&desc, compute, scale));
    return MatmulDesc(desc);
}

Layout make_layout(cudaDataType_t type, std::int64_t rows, std::int64_t columns, std::int64_t leading) {
    cublasLtMatrixLayout_t layout = nullptr;
    CORPUSCOPE_CHECK(cublasLtMatrixLayoutCreate(&layout, type, static_cast<std::uint64_t>(rows),
                                                static_cast<std::uint64_t>(columns), leading));
    return Layout(layout);
}

Preference make_preference() {
    cublasLtMatmulPreference_t preference = nullptr;
    CORPUSCOPE_CHECK(cublasLtMatmulPreferenceCreate(&preference));
    return Preference(preference);
}

}  // namespace corpuscope::kernels::cuda
