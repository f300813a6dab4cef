// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Inner products of a question with many vectors of 4 bits a dimension, with Highway. A search reads every
// vector of the corpus once, so that its speed is that of memory: half the bytes of int8 take half the time.
#pragma once

#include <cstdint>

namespace corpuscope::search {

/// A row is `lanes` words of 16 bits, a multiple of kPackedLanes; dimension k * lanes + i is in bits 4 k ...
/// 4 k + 3 of word i, a code from 0 to 15.
inline constexpr std::int64_t kPackedLanes = 32;
/// Bound of the question's values: sums of up to 34,000 dimensions stay within 32 bits.
inline constexpr int kLargestQuestion = 4095;

/// sums[r] = question . codes of row r; question [4 * lanes], rows [count, lanes].
void packed_products(const std::int16_t* question, std::int64_t lanes, const std::uint16_t* rows,
                     std::int64_t count, std::int32_t* sums);

}  // namespace corpuscope::search
