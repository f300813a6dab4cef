// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What is done to each row by itself.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/types.h"

namespace corpuscope::kernels::reference {

/// x * P(N(0, 1) <= x) (Hendrycks and Gimpel, 2016), by the error function and not the tanh approximation.
float gelu(float x);

/// As the functions of Backend; arguments are checked.
void add_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma, const float* beta,
                    float epsilon, const Matrix& y);
void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position, const Matrix& tokens,
           const Matrix& positions, const float* segment_row, const Matrix& y);
void copy(std::span<const MatrixCopy> copies);
void sum_rows(const Matrix& x, std::span<const RowRange> ranges, const Matrix& y);

}  // namespace corpuscope::kernels::reference
