// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/library/vector_codec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "engine/library/blob_codec.h"
#include "engine/library/library.h"

namespace corpuscope::library {
namespace {

static_assert(std::endian::native == std::endian::little, "the file holds little-endian numbers");

/// Codes of one row and the scale that gives them length 1; returns the cosine between both.
double quantize(const float* row, std::int64_t dimension, std::int8_t* codes, float& scale) {
    float largest = 0;
    for (std::int64_t i = 0; i < dimension; ++i) largest = std::max(largest, std::abs(row[i]));
    const float factor = 127.0f / largest;
    double product = 0, square = 0;
    for (std::int64_t i = 0; i < dimension; ++i) {
        const float code = std::nearbyint(row[i] * factor);
        codes[i] = static_cast<std::int8_t>(code);
        product += static_cast<double>(code) * row[i];
        square += static_cast<double>(code) * code;
    }
    scale = static_cast<float>(1.0 / std::sqrt(square));
    return product / std::sqrt(square) / row_length(row, dimension);
}

void expect_size(std::string_view bytes, VectorEncoding encoding, std::int64_t count,
                 std::int64_t dimension) {
    if (count < 0 || dimension <= 0) throw DamagedBlob("has no rows");
    const std::int64_t row = encoding == VectorEncoding::Int8 ? dimension + 4 : dimension * 4;
    if (encoding != VectorEncoding::Int8 && encoding != VectorEncoding::Float32) {
        throw DamagedBlob("has an unknown encoding");
    }
    if (static_cast<std::int64_t>(bytes.size()) != row * count) throw DamagedBlob("has the wrong size");
}

}  // namespace

double row_length(const float* row, std::int64_t dimension) {
    double square = 0;
    for (std::int64_t i = 0; i < dimension; ++i) square += static_cast<double>(row[i]) * row[i];
    return std::sqrt(square);
}

EncodedRows encode_rows(std::span<const float> rows, std::int64_t dimension) {
    const std::int64_t count = static_cast<std::int64_t>(rows.size()) / dimension;
    EncodedRows encoded;
    encoded.bytes.resize(static_cast<std::size_t>(count * (dimension + 4)));
    std::vector<float> scales(static_cast<std::size_t>(count));
    auto* codes = reinterpret_cast<std::int8_t*>(encoded.bytes.data() + count * 4);
    double least = 1;
    for (std::int64_t r = 0; r < count; ++r) {
        const float* row = rows.data() + r * dimension;
        if (!(std::abs(row_length(row, dimension) - 1.0) < 1e-3)) {
            throw std::invalid_argument("a vector is not of length 1");
        }
        const double cosine =
            quantize(row, dimension, codes + r * dimension, scales[static_cast<std::size_t>(r)]);
        least = std::min(least, cosine);
    }
    if (least >= kLeastCosine) {
        if (count > 0) std::memcpy(encoded.bytes.data(), scales.data(), scales.size() * 4);
        return encoded;
    }
    encoded.encoding = VectorEncoding::Float32;
    encoded.bytes.assign(reinterpret_cast<const char*>(rows.data()), rows.size() * 4);
    return encoded;
}

void decode_codes(std::string_view bytes, VectorEncoding encoding, std::int64_t count, std::int64_t dimension,
                  std::vector<std::int8_t>& codes, std::vector<float>& scales) {
    expect_size(bytes, encoding, count, dimension);
    const std::size_t first_scale = scales.size(), first_code = codes.size();
    const auto values = static_cast<std::size_t>(count * dimension);
    scales.resize(first_scale + static_cast<std::size_t>(count));
    codes.resize(first_code + values);
    if (count == 0) return;
    if (encoding == VectorEncoding::Int8) {
        std::memcpy(scales.data() + first_scale, bytes.data(), static_cast<std::size_t>(count) * 4);
        std::memcpy(codes.data() + first_code, bytes.data() + count * 4, values);
        return;
    }
    std::vector<float> row(static_cast<std::size_t>(dimension));
    for (std::int64_t r = 0; r < count; ++r) {
        std::memcpy(row.data(), bytes.data() + r * dimension * 4, row.size() * 4);
        quantize(row.data(), dimension, codes.data() + first_code + r * dimension,
                 scales[first_scale + static_cast<std::size_t>(r)]);
    }
}

void decode_rows(std::string_view bytes, VectorEncoding encoding, std::int64_t count, std::int64_t dimension,
                 std::vector<float>& rows) {
    expect_size(bytes, encoding, count, dimension);
    const std::size_t first = rows.size();
    rows.resize(first + static_cast<std::size_t>(count * dimension));
    if (count == 0) return;
    if (encoding == VectorEncoding::Float32) {
        std::memcpy(rows.data() + first, bytes.data(), bytes.size());
        return;
    }
    const auto* codes = reinterpret_cast<const std::int8_t*>(bytes.data() + count * 4);
    for (std::int64_t r = 0; r < count; ++r) {
        float scale = 0;
        std::memcpy(&scale, bytes.data() + r * 4, 4);
        float* row = rows.data() + first + r * dimension;
        for (std::int64_t i = 0; i < dimension; ++i) row[i] = scale * codes[r * dimension + i];
    }
}

}  // namespace corpuscope::library
