// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <new>

#include "kernels/backend.h"

namespace corpuscope::kernels {

/// Host memory of the reference and cpu backends; also their scratch space.
class HostBuffer final : public Buffer {
 public:
    HostBuffer() = default;
    explicit HostBuffer(std::size_t bytes) { reserve(bytes); }
    ~HostBuffer() override { release(); }
    HostBuffer(const HostBuffer&) = delete;
    HostBuffer& operator=(const HostBuffer&) = delete;

    void* data() const override { return data_; }
    std::size_t bytes() const override { return bytes_; }

    /// Grows to at least `bytes`; what was in it is lost when it does.
    template <typename T = std::byte>
    T* reserve(std::size_t bytes) {
        if (bytes > bytes_) {
            release();
            data_ = ::operator new(bytes, kAlignment);
            bytes_ = bytes;
        }
        return static_cast<T*>(data_);
    }

 private:
    static constexpr std::align_val_t kAlignment{64};

    void release() {
        ::operator delete(data_, kAlignment);
        data_ = nullptr;
        bytes_ = 0;
    }

    void* data_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace corpuscope::kernels
