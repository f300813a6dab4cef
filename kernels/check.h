// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What every backend refuses, in the same words. All throw std::invalid_argument naming the value.
#pragma once

#include "kernels/backend.h"

namespace corpuscope::kernels {

/// Shapes and options alone: reads nothing that the problem points to, so it serves device memory too.
void check_attention(const AttentionProblem& problem);

/// NaN and +inf gates, for backends whose memory is the host's.
void check_gates(const AttentionProblem& problem);

void check_weight(std::span<const float> weight, std::span<const float> bias, std::int64_t out_features,
                  std::int64_t in_features);
/// `rows`: BF16 where the backend takes and gives that in the precision of `linear`.
void check_linear(const Linear& linear, const Matrix& x, const Matrix& y, DType rows);
void check_copies(std::span<const MatrixCopy> copies);
/// That the parts have the shape of `whole`, and type.
void check_parts(const ColumnParts& parts, const Matrix& whole);
void check_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma, const float* beta,
                      float epsilon, const Matrix& y);
/// Shapes; the ids and positions themselves are checked where they are read.
void check_embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position,
                 const Matrix& tokens, const Matrix& positions, const Matrix& y);
void check_sum_rows(const Matrix& x, std::span<const RowRange> ranges, const Matrix& y);

[[noreturn]] void refuse(const std::string& what);

}  // namespace corpuscope::kernels
