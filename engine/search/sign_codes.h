// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The signs of many vectors, one bit a dimension: enough to say which rows are worth a look at all their
// bits, for a quarter of the memory that a search would read. The signs of four dimensions select one of the
// sixteen sums that they can have, sixteen or thirty-two rows an instruction (as product quantization does
// with its codes: Andre, Kermarrec and Le Scouarnec, "Cache locality is not enough", 2015), with Highway.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace corpuscope::search {

class SignCodes {
 public:
    explicit SignCodes(std::int64_t dimension);  ///< at most kMostDimensions

    void reserve(std::int64_t rows);
    void add(const float* row);  ///< [dimension]

    /// What the signs of four dimensions add to a row's score: [groups, 16], scaled to whole numbers from 0
    /// to kMostOfGroup. Scores grow with the inner product of signs and question, but for the rounding, whose
    /// error is a tenth of that of the signs.
    using Table = std::vector<std::uint8_t>;
    Table table(std::span<const float> question) const;

    /// Scores of rows [begin, end), whole blocks but for the end of all: begin is a multiple of kBlock.
    void scores(const Table& table, std::int64_t begin, std::int64_t end, float* out) const;

    static constexpr std::int64_t kBlock = 64;                                  ///< rows that lie together
    static constexpr int kMostOfGroup = 31;                                     ///< eight of them fit a byte
    static constexpr std::int64_t kMostDimensions = 65'535 / kMostOfGroup * 4;  ///< scores have 16 bits

 private:
    std::int64_t dimension_, groups_, size_ = 0;
    /// [blocks, groups, 32 bytes]: byte b has row b of the block in its low half, row b + 32 in its high one;
    /// the sign of dimension 4 g + i, 1 for plus, is bit i of group g's half.
    std::vector<std::uint8_t> codes_;
};

}  // namespace corpuscope::search
