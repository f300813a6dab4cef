// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace corpuscope::kernels {

/// How an element of a tensor is stored.
enum class DType : std::uint8_t { F32, BF16, I8, I32 };

/// The arithmetic of a matrix product: float32; bf16 operands with float32 accumulation; int8 operands
/// (weights per output channel, activations per row, scaled dynamically) with int32 accumulation.
enum class Precision : std::uint8_t { F32, BF16, Int8 };

constexpr std::size_t size_of(DType type) {
    switch (type) {
        case DType::F32:
        case DType::I32:
            return 4;
        case DType::BF16:
            return 2;
        case DType::I8:
            return 1;
    }
    return 0;
}

/// A row-major matrix that somebody else owns: `rows` rows of `columns` elements, `stride` elements apart.
/// The memory belongs to the backend that is handed the view (host memory for reference and cpu, device
/// memory for cuda).
struct Matrix {
    void* data = nullptr;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t stride = 0;
    DType type = DType::F32;

    template <typename T>
    T* row(std::int64_t i) const {
        return static_cast<T*>(data) + i * stride;
    }

    /// Where element (row, column) lies, whatever its type.
    void* at(std::int64_t row, std::int64_t column) const {
        return static_cast<std::byte*>(data) +
               (row * stride + column) * static_cast<std::int64_t>(size_of(type));
    }

    /// Rows [first, first + count).
    Matrix slice(std::int64_t first, std::int64_t count) const {
        return {at(first, 0), count, columns, stride, type};
    }
};

/// A matrix whose columns lie in `count` parts of one width, part i + 1 `apart` elements after part i: side
/// by side, as in any row, or each part's rows together.
struct ColumnParts {
    Matrix first;
    std::int64_t count = 1;
    std::int64_t apart = 0;

    /// The columns of `whole`, side by side; `count` divides their number.
    static ColumnParts of(const Matrix& whole, std::int64_t count) {
        const std::int64_t columns = whole.columns / count;
        return {{whole.data, whole.rows, columns, whole.stride, whole.type}, count, columns};
    }
    std::int64_t columns() const { return count * first.columns; }
    Matrix part(std::int64_t i) const {
        return {first.at(0, i * apart), first.rows, first.columns, first.stride, first.type};
    }
};

/// Copies `from` to `to`, of the same shape but each with a stride of its own, so that rows that lie far
/// apart come together.
struct MatrixCopy {
    Matrix from, to;
};

/// Rows [begin, begin + count) of a matrix.
struct RowRange {
    std::int64_t begin = 0;
    std::int64_t count = 0;
};

}  // namespace corpuscope::kernels
