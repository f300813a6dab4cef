// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// bfloat16 on processors that do not have it: the upper half of a float32, rounded to nearest even.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/types.h"

namespace corpuscope::kernels {

inline std::uint16_t to_bf16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (std::isnan(value)) return static_cast<std::uint16_t>((bits >> 16) | 0x40);  // stays a NaN, made quiet
    return static_cast<std::uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

inline float from_bf16(std::uint16_t value) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

inline float round_to_bf16(float value) { return from_bf16(to_bf16(value)); }

/// Element `index` of an array of F32 or BF16.
inline float load_float(const void* data, std::int64_t index, DType type) {
    return type == DType::BF16 ? from_bf16(static_cast<const std::uint16_t*>(data)[index])
                               : static_cast<const float*>(data)[index];
}

inline void store_float(void* data, std::int64_t index, DType type, float value) {
    if (type == DType::BF16)
        static_cast<std::uint16_t*>(data)[index] = to_bf16(value);
    else
        static_cast<float*>(data)[index] = value;
}

}  // namespace corpuscope::kernels
