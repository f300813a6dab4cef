// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/copy_queue.h"

#include <string>

namespace corpuscope::kernels::cuda {

PinnedBuffer::PinnedBuffer(std::size_t bytes) : bytes_(bytes) {
    if (bytes > 0)
        check(cudaMallocHost(&data_, bytes), ("cudaMallocHost(" + std::to_string(bytes) + " bytes)").c_str());
}

PinnedBuffer::~PinnedBuffer() {
    if (data_ != nullptr) cudaFreeHost(data_);
}

StreamCopies::~StreamCopies() { cudaStreamSynchronize(stream_.get()); }

void StreamCopies::wait() {
    CORPUSCOPE_CHECK(cudaSetDevice(device_));
    stream_.wait();
}

void StreamCopies::copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    if (bytes == 0) return;
    CORPUSCOPE_CHECK(cudaSetDevice(device_));
    CORPUSCOPE_CHECK(cudaMemcpyAsync(to, from, bytes, kind, stream_.get()));
}

void StreamCopies::order(const Stream& first, const Event& event, const Stream& second) {
    CORPUSCOPE_CHECK(cudaSetDevice(device_));
    CORPUSCOPE_CHECK(cudaEventRecord(event.get(), first.get()));
    CORPUSCOPE_CHECK(cudaStreamWaitEvent(second.get(), event.get(), 0));
}

}  // namespace corpuscope::kernels::cuda
