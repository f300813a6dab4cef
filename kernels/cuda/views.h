// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/rows.cuh"
#include "kernels/types.h"

namespace corpuscope::kernels::cuda {

inline RowsView view(const Matrix& matrix) {
    const auto four = static_cast<std::uintptr_t>(4 * size_of(matrix.type));
    const bool by_four = matrix.stride % 4 == 0 && reinterpret_cast<std::uintptr_t>(matrix.data) % four == 0;
    return {matrix.data, matrix.stride, matrix.type == DType::BF16, by_four};
}

}  // namespace corpuscope::kernels::cuda
