// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What may be done to queries and keys between their projection and attention. All work in place on host
// float32 rows [rows, heads * head_dim]; row i is sequence position first + i. Throw std::invalid_argument
// for an odd head_dim and the like. (Sub-LN, Wang et al., 2022, is Backend::add_layer_norm without a
// residual, before the output projections.)
#pragma once

#include <cstdint>

#include "kernels/types.h"

namespace corpuscope::kernels {

/// Rotary positions (Su et al., 2021): pairs (2i, 2i + 1) of each head turn by position * base^(-2i /
/// head_dim).
void apply_rotary(const Matrix& rows, int heads, std::int64_t first, float base = 10000.0F);

enum class Side : std::uint8_t { Query, Key };

/// xPos (Sun et al., 2022): rotary positions, and pair i of a query scaled by z_i^((position - origin) /
/// 512), of a key by its inverse, z_i = (2i / head_dim + 0.4) / 1.4. Products depend on the difference of
/// positions alone, so `origin` may be any one that queries and keys share. Measured from 0 the scales leave
/// float32 beyond 36,000 tokens; choose the middle of the block at hand. A scale that still leaves float32's
/// range is held at its edge.
void apply_xpos(const Matrix& rows, int heads, std::int64_t first, std::int64_t origin, Side side);

/// QK layer norm (Dehghani et al., 2023): each head's part of each row is normalized by itself; gamma and
/// beta [head_dim] are shared by the heads, and may be null.
void apply_head_norm(const Matrix& rows, int heads, const float* gamma, const float* beta, float epsilon);

}  // namespace corpuscope::kernels
