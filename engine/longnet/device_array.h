// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

#include "kernels/backend.h"

namespace corpuscope::longnet {

/// Spread: an odd number of cache lines from row to row, so that the same columns of many rows, which is how
/// the heads of queries and keys are read and a product's outputs are written, do not share the few places
/// that a cache has for addresses a power of two apart.
enum class RowSpacing : std::uint8_t { Consecutive, Spread };

/// A row-major matrix of float32 in a backend's memory that grows and never shrinks.
class DeviceMatrix {
 public:
    explicit DeviceMatrix(RowSpacing spacing = RowSpacing::Consecutive) : spacing_(spacing) {}

    /// Makes room for rows x columns; what was in it is lost when it has to grow.
    void resize(kernels::Backend& backend, std::int64_t rows, std::int64_t columns) {
        constexpr std::int64_t kLine = 16;
        stride_ = columns;
        if (spacing_ == RowSpacing::Spread) stride_ = ((columns + kLine - 1) / kLine | 1) * kLine;
        const auto bytes =
            static_cast<std::size_t>(std::max<std::int64_t>(rows * stride_, 1)) * sizeof(float);
        if (!buffer_ || buffer_->bytes() < bytes) {
            buffer_.reset();
            buffer_ = backend.allocate(bytes);
        }
        rows_ = rows;
        columns_ = columns;
    }

    float* data() const { return buffer_ ? static_cast<float*>(buffer_->data()) : nullptr; }
    std::int64_t rows() const { return rows_; }
    std::int64_t columns() const { return columns_; }
    std::int64_t stride() const { return stride_; }  ///< elements from row to row

    /// Rows [first, first + count).
    kernels::Matrix view(std::int64_t first, std::int64_t count) const {
        return {data() + first * stride_, count, columns_, stride_, kernels::DType::F32};
    }

 private:
    std::unique_ptr<kernels::Buffer> buffer_;
    std::int64_t rows_ = 0;
    std::int64_t columns_ = 0;
    std::int64_t stride_ = 0;
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
