// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Gradients of the transforms of kernels/query_key.h, in place on float32 rows [rows, heads * head_dim] of
// host memory: `gradient` holds the gradient of what the transform gave and becomes that of what it took.
// Refusals are the transforms'.
#pragma once

#include <cstdint>

#include "kernels/query_key.h"

namespace corpuscope::kernels {

/// A turn's gradient is turned back.
void rotary_backward(const Matrix& gradient, int heads, std::int64_t first, float base = 10000.0F);
void xpos_backward(const Matrix& gradient, int heads, std::int64_t first, std::int64_t origin, Side side);

/// Gradient of apply_head_norm, whose argument was `input`; with one head that of a layer norm. dgamma and
/// dbeta [head_dim] are added to, and may be null; so may gamma.
void head_norm_backward(const Matrix& input, const Matrix& gradient, int heads, const float* gamma,
                        float epsilon, float* dgamma, float* dbeta);

}  // namespace corpuscope::kernels
