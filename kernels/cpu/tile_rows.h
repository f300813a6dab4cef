// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of a tile before and after a product that a library computes between consecutive arrays.
#pragma once

#include <cstdint>

#include "kernels/cpu/int8_rows.h"
#include "kernels/types.h"

namespace corpuscope::kernels::cpu {

/// Row `row` of x as bytes in [0, levels].
RowScale quantize_tile_row(const Matrix& x, std::int64_t row, int levels, std::uint8_t* to);
/// y = activation(sums), as Int8Outputs says.
void finish_int8_row(const std::int32_t* sums, const RowScale& scale, const Int8Outputs& outputs,
                     bool with_gelu, const Matrix& y, std::int64_t row);
/// y = activation(sums + bias).
void finish_float_row(const float* sums, const float* bias, bool with_gelu, const Matrix& y,
                      std::int64_t row);

}  // namespace corpuscope::kernels::cpu
