// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Owners of what CUDA and cuBLASLt hand out, and the check that every call goes through: a failure becomes a
// std::runtime_error that names the call and the reason.
#pragma once

#include <cublasLt.h>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "kernels/backend.h"

namespace corpuscope::kernels::cuda {

void check(cudaError_t status, const char* call);
void check(cublasStatus_t status, const char* call);

#define CORPUSCOPE_CHECK(call) ::corpuscope::kernels::cuda::check(call, #call)

class Stream {
 public:
    Stream();
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    cudaStream_t get() const { return stream_; }
    void wait() const;

    /// Memory that work on this stream uses besides what callers hand in has moved: what was recorded of it
    /// must not be replayed.
    void note_moved_memory() const { ++moves_; }
    std::uint64_t moves() const { return moves_; }

 private:
    cudaStream_t stream_ = nullptr;
    mutable std::uint64_t moves_ = 0;
};

/// A point in a stream's work, for other streams to wait for.
class Event {
 public:
    Event();
    ~Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    cudaEvent_t get() const { return event_; }

 private:
    cudaEvent_t event_ = nullptr;
};

/// Device memory. Empty ones own nothing.
class DeviceBuffer final : public Buffer {
 public:
    DeviceBuffer() = default;
    explicit DeviceBuffer(std::size_t bytes);
    ~DeviceBuffer() override;
    DeviceBuffer(const DeviceBuffer&) = delete;
    DeviceBuffer& operator=(const DeviceBuffer&) = delete;
    DeviceBuffer(DeviceBuffer&& other) noexcept { *this = std::move(other); }
    DeviceBuffer& operator=(DeviceBuffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }

    void* data() const override { return data_; }
    std::size_t bytes() const override { return bytes_; }
    template <typename T>
    T* as() const {
        return static_cast<T*>(data_);
    }

 private:
    void* data_ = nullptr;
    std::size_t bytes_ = 0;
};

/// Scratch memory that grows and is kept. Work already queued on the stream finishes before a smaller one is
/// let go.
class Scratch {
 public:
    template <typename T>
    T* reserve(std::size_t count, const Stream& stream) {
        const std::size_t bytes = count * sizeof(T);
        if (bytes > buffer_.bytes()) {
            stream.wait();
            stream.note_moved_memory();  // even where the new one cannot be had: the old one is gone
            buffer_ = DeviceBuffer();
            buffer_ = DeviceBuffer(bytes + bytes / 8);
        }
        return buffer_.as<T>();
    }

 private:
    DeviceBuffer buffer_;
};

struct MatmulDescDeleter {
    void operator()(cublasLtMatmulDesc_t desc) const { cublasLtMatmulDescDestroy(desc); }
};
struct LayoutDeleter {
    void operator()(cublasLtMatrixLayout_t layout) const { cublasLtMatrixLayoutDestroy(layout); }
};
struct PreferenceDeleter {
    void operator()(cublasLtMatmulPreference_t preference) const {
        cublasLtMatmulPreferenceDestroy(preference);
    }
};
struct CublasDeleter {
    void operator()(cublasLtHandle_t handle) const { cublasLtDestroy(handle); }
};
template <typename Handle, typename Deleter>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Deleter>;

using MatmulDesc = Owned<cublasLtMatmulDesc_t, MatmulDescDeleter>;
using Layout = Owned<cublasLtMatrixLayout_t, LayoutDeleter>;
using Preference = Owned<cublasLtMatmulPreference_t, PreferenceDeleter>;
using Cublas = Owned<cublasLtHandle_t, CublasDeleter>;

Cublas make_cublas();
MatmulDesc make_matmul_desc(cublasComputeType_t compute, cudaDataType_t scale);
/// Column-major, as cuBLAS has it.
Layout make_layout(cudaDataType_t type, std::int64_t rows, std::int64_t columns, std::int64_t leading);
Preference make_preference();

}  // namespace corpuscope::kernels::cuda
