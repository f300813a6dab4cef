// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

#include "kernels/backend.h"

namespace corpuscope::longnet {

/// Spread: in the processor's memory an odd number of cache lines from row to row, so that the same columns
/// of many rows, which is how the heads of queries and keys are read and a product's outputs are written, do
/// not share the few places that a cache has for addresses a power of two apart.
enum class RowSpacing : std::uint8_t { Consecutive, Spread };

/// A row-major matrix in a backend's memory that grows and never shrinks.
class DeviceMatrix {
 public:
    explicit DeviceMatrix(RowSpacing spacing = RowSpacing::Consecutive) : spacing_(spacing) {}

    /// Makes room for rows x columns; what was in it is lost when it has to grow.
    void resize(kernels::Backend& backend, std::int64_t rows, std::int64_t columns,
                kernels::DType type = kernels::DType::F32) {
        const auto element = static_cast<std::int64_t>(kernels::size_of(type)), line = 64 / element;
        std::int64_t stride = columns;
        if (spacing_ == RowSpacing::Spread && backend.host_memory())
            stride = ((columns + line - 1) / line | 1) * line;
        const auto bytes = static_cast<std::size_t>(std::max<std::int64_t>(rows * stride, 1) * element);
        if (!buffer_ || buffer_->bytes() < bytes) {
            buffer_.reset();
            buffer_ = backend.allocate(bytes);
        }
        all_ = {buffer_->data(), rows, columns, stride, type};
    }

    void* data() const { return all_.data; }
    std::int64_t rows() const { return all_.rows; }
    std::int64_t columns() const { return all_.columns; }
    std::int64_t stride() const { return all_.stride; }  ///< elements from row to row
    kernels::DType type() const { return all_.type; }

    kernels::Matrix view() const { return all_; }
    /// Rows [first, first + count).
    kernels::Matrix view(std::int64_t first, std::int64_t count) const { return all_.slice(first, count); }

 private:
    std::unique_ptr<kernels::Buffer> buffer_;
    kernels::Matrix all_;
    RowSpacing spacing_;
};

/// A constant array in a backend's memory.
template <typename T>
class DeviceArray {
 public:
    DeviceArray() = default;
    DeviceArray(kernels::Backend& backend, std::span<const T> values) {
        const std::size_t bytes = values.size_bytes();
        buffer_ = backend.allocate(std::max<std::size_t>(bytes, sizeof(T)));
        if (bytes > 0) backend.upload(buffer_->data(), values.data(), bytes);
    }
    const T* data() const { return buffer_ ? static_cast<const T*>(buffer_->data()) : nullptr; }

 private:
    std::unique_ptr<kernels::Buffer> buffer_;
};

}  // namespace corpuscope::longnet
