// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Vectors held in memory to be compared with questions, every one of them each time: no training, no lists to
// keep up to date, and nothing that a list not looked at could hide. Two encodings.
//
// Float32 is exact. Packed has 4 bits a dimension and a scale (200 bytes instead of 1,536 at 384 dimensions):
// codes are evenly spaced between -2.65 and 2.65 times 1 / sqrt(dimension), which is the deviation of the
// values of a vector of length 1, and scaled to length 1. Measured on 351,672 units of manuals, top-50
// cosines .43 to .64:
//
//   bits  error of a cosine  recall of the exact 50 nearest among the nearest 50  100   200   1,000
//   4     .0056                                                            .906  .998  1.000  1.0000
//   2     .0196                                                            .759  .927   .982  1.0000
//   1     .0350                                                            .605  .764   .868   .9845
//
// A search through packed rows reads their signs (sign_codes.h) and looks at all bits of the 32 rows for each
// one wanted whose signs come nearest: among 1.3 million units of manuals that finds .9998 of the 1,000
// nearest and all of the 200 nearest. Int8 is as good as exact, but 1 million passages have 7 million units:
// 2.7 GB, which take 2 cores twice as long to read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/search/sign_codes.h"

namespace corpuscope::search {

enum class RowEncoding : std::uint8_t { Float32, Packed };

/// A row and its cosine with what was searched for.
struct NearRow {
    std::int64_t row = 0;
    float cosine = 0;
};

/// A question as rows of one encoding are multiplied by it, made ready once for all of them.
struct RowQuestion {
    std::span<const float> values;    ///< [dimension], of length 1; must outlive this
    std::vector<std::int16_t> codes;  ///< [4 * lanes], packed only
    float scale = 0;                  ///< of the codes
    float middle = 0;                 ///< what the codes of a row with no direction add up to
};

/// Rows of length 1. Reading is safe on several threads.
class VectorRows {
 public:
    VectorRows(std::int64_t dimension, RowEncoding encoding);

    void reserve(std::int64_t rows);
    void add(std::span<const float> rows);  ///< [any number, dimension], of length 1
    std::int64_t size() const { return size_; }

    RowQuestion prepare(std::span<const float> question) const;
    /// Cosines of rows [begin, end) with `question`.
    void cosines(const RowQuestion& question, std::int64_t begin, std::int64_t end, float* out) const;
    /// The `limit` rows nearest to `question`, best first, of equal ones the first; on all cores.
    std::vector<NearRow> nearest(const RowQuestion& question, std::int64_t limit) const;

 private:
    void pack(const float* row);
    std::vector<NearRow> nearest_by_signs(const RowQuestion& question, std::size_t limit) const;

    std::int64_t dimension_, lanes_, size_ = 0;
    RowEncoding encoding_;
    std::vector<float> values_;          // [size, dimension], float32 only
    std::vector<std::uint16_t> packed_;  // [size, lanes], packed only: packed_products.h
    std::vector<float> scales_;          // [size], packed only
    std::optional<SignCodes> signs_;     // packed only, of as many dimensions as they take
    std::vector<std::uint16_t> codes_;   // of the row that is being packed
};

}  // namespace corpuscope::search
