// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"
#include "kernels/cuda/handles.h"

namespace corpuscope::kernels::cuda {

/// Page-locked host memory, to and from which copies run beside the kernels.
class PinnedBuffer final : public Buffer {
 public:
    explicit PinnedBuffer(std::size_t bytes);
    ~PinnedBuffer() override;
    PinnedBuffer(const PinnedBuffer&) = delete;
    PinnedBuffer& operator=(const PinnedBuffer&) = delete;

    void* data() const override { return data_; }
    std::size_t bytes() const override { return bytes_; }

 private:
    void* data_ = nullptr;
    std::size_t bytes_ = 0;
};

/// A stream of copies that events, not waiting, put in order with the stream `operations`.
class StreamCopies final : public CopyQueue {
 public:
    StreamCopies(int device, const Stream& operations) : device_(device), operations_(operations) {}
    ~StreamCopies() override;

    void upload(void* to, const void* from, std::size_t bytes) override {
        copy(to, from, bytes, cudaMemcpyHostToDevice);
    }
    void download(void* to, const void* from, std::size_t bytes) override {
        copy(to, from, bytes, cudaMemcpyDeviceToHost);
    }
    void follow() override { order(operations_, operated_, stream_); }
    void lead() override { order(stream_, copied_, operations_); }
    void wait() override;

 private:
    void copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind);
    /// What is queued on `second` from now on begins when what is on `first` is done.
    void order(const Stream& first, const Event& event, const Stream& second);

    int device_;
    const Stream& operations_;
    Stream stream_;
    Event operated_, copied_;
};

}  // namespace corpuscope::kernels::cuda
