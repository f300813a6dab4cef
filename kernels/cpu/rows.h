// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "kernels/cpu/workers.h"
#include "kernels/types.h"

namespace corpuscope::kernels::cpu {

/// As Backend::add_layer_norm and Backend::embed, for float32 matrices (other element types: the reference);
/// arguments are checked.
void add_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma, const float* beta,
                    float epsilon, const Matrix& y, Workers& workers);
void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position, const Matrix& tokens,
           const Matrix& positions, const float* segment_row, const Matrix& y, Workers& workers);

}  // namespace corpuscope::kernels::cpu
