// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of unit length as bytes. Int8: for each row a float32 scale, then the codes of all rows; the scale is
// 1 / |codes|, so that a row read back has length 1 whatever rounding did to it. At 384 dimensions the cosine
// to the row given is about 0.99996; where a row would fall below kLeastCosine (one value outweighs all
// others), all rows stay float32.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::library {

enum class VectorEncoding : int { Float32 = 0, Int8 = 1 };

struct EncodedRows {
    VectorEncoding encoding = VectorEncoding::Int8;
    std::string bytes;
};

/// `rows` is [count, dimension]. Throws std::invalid_argument where a row is not finite or not of length 1
/// (within 1e-3).
EncodedRows encode_rows(std::span<const float> rows, std::int64_t dimension);

/// Scales and codes of `count` rows, appended. Float32 rows are rounded to int8. Throws DamagedBlob.
void decode_codes(std::string_view bytes, VectorEncoding encoding, std::int64_t count, std::int64_t dimension,
                  std::vector<std::int8_t>& codes, std::vector<float>& scales);

/// [count, dimension] appended to `rows`. Throws DamagedBlob.
void decode_rows(std::string_view bytes, VectorEncoding encoding, std::int64_t count, std::int64_t dimension,
                 std::vector<float>& rows);

/// Length of a row (dimension values).
double row_length(const float* row, std::int64_t dimension);

}  // namespace corpuscope::library
