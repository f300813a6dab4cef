// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of a tile after a product that a library computes between consecutive arrays.
#pragma once

#include <cstdint>

#include "kernels/types.h"

namespace corpuscope::kernels::cpu {

/// y = activation(sums + bias).
void finish_row(const float* sums, const float* bias, bool with_gelu, const Matrix& y, std::int64_t row);

}  // namespace corpuscope::kernels::cpu
