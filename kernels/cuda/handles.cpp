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

DeviceBuffer::DeviceBuffer(std::size_t bytes) : bytes_(bytes) {
    if (bytes > 0)
        check(cudaMalloc(&data_, bytes), ("cudaMalloc(" + std::to_string(bytes) + " bytes)").c_str());
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
