// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Weights for products of bytes that are added up in 16 bits, as processors without VNNI do it.
#pragma once

#include <cstdint>

namespace corpuscope::kernels::cpu {

/// Inputs that a step of the product takes at once.
inline constexpr std::int64_t kByteStep = 8;

/// Largest sum of the positive, and of the negative weights of a group: 255 * 128 < 2^15. The groups of a
/// step are inputs 0, 1, 4, 5 and inputs 2, 3, 6, 7: those whose products meet in the same 16 bits.
inline constexpr int kGroupLimit = 128;

/// Rounds one output's `inputs` weights to bytes in [-127, 127] that keep to kGroupLimit, zeros up to
/// `padded`, a multiple of kByteStep, and returns their scale; NaN where a weight is not finite. Of several
/// scales it takes the one with the smallest squared error: finer ones cut more of the large groups short.
float round_output(const float* weights, std::int64_t inputs, std::int64_t padded, std::int8_t* bytes);

}  // namespace corpuscope::kernels::cpu
