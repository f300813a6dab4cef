// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "kernels/cpu/workers.h"
#include "kernels/types.h"

namespace corpuscope::kernels::cpu {

/// Arguments of Backend::add_layer_norm.
struct LayerNorm {
    Matrix x, residual;
    const float *gamma, *beta;
    float epsilon;
    Matrix y;
};

/// As the calls of Backend; arguments are checked. x, residual and y are of one type, F32 or BF16.
void add_layer_norm(const LayerNorm& norm, Workers& workers);
/// The tables are F32, y is F32 or BF16.
void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position, const Matrix& tokens,
           const Matrix& positions, const float* segment_row, const Matrix& y, Workers& workers);
void copy(std::span<const MatrixCopy> copies, Workers& workers);
void clear(void* data, std::size_t bytes, Workers& workers);

}  // namespace corpuscope::kernels::cpu
