// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Which rows of the sequence a branch keeps for a head, as index arithmetic that host and device share. The
// kept rows, counted through the whole sequence, are the branch's *kept indices* 0, 1, 2, ... In them a
// branch is ordinary block-diagonal attention: a query of kept index c sees the kept indices of one interval,
// causal or not.
#pragma once

#include <cstdint>

#include "kernels/attention.h"

#ifdef __CUDACC__
#define CORPUSCOPE_HD __host__ __device__
#else
#define CORPUSCOPE_HD
#endif

namespace corpuscope::kernels::cuda {

/// head_offset of kernels/attention.h, for the device.
CORPUSCOPE_HD inline std::int64_t device_head_offset(int head, int heads, std::int64_t rate, OffsetRule rule,
                                                     int layer) {
    if (rule == OffsetRule::Grouped) return head / ((heads + rate - 1) / rate);
    return (head + (rule == OffsetRule::Rotating ? std::int64_t{13} * layer : 0)) % rate;
}

/// Half-open interval of kept indices.
struct KeptRange {
    std::int64_t begin;
    std::int64_t end;
};

/// The rows that a branch (segment, rate) keeps for a head whose offset is `offset` < rate.
struct KeptRows {
    std::int64_t length = 0;
    std::int64_t segment = 1;
    std::int64_t rate = 1;
    std::int64_t offset = 0;
    std::int64_t per_segment =
        1;  ///< kept rows of a full segment; 0 where the offset lies beyond the segment

    CORPUSCOPE_HD static KeptRows make(std::int64_t length, std::int64_t segment, std::int64_t rate,
                                       std::int64_t offset) {
        return {length, segment, rate, offset, kept_in_prefix(segment, rate, offset)};
    }

    /// Kept rows among positions [0, position), for position <= length.
    CORPUSCOPE_HD std::int64_t before(std::int64_t position) const {
        const std::int64_t full = position / segment;
        return full * per_segment + kept_in_prefix(position - full * segment, rate, offset);
    }

    CORPUSCOPE_HD std::int64_t count() const { return before(length); }

    /// Kept index of a position; -1 where it is not kept.
    CORPUSCOPE_HD std::int64_t index_of(std::int64_t position) const {
        if (!affine()) return position % segment % rate == offset ? before(position) : -1;
        const std::int64_t beyond = position - offset, index = beyond / rate;
        return beyond >= 0 && index * rate == beyond ? index : -1;
    }

    /// Is position(c) = c * rate + offset for every c? So it is where the rate divides the segment.
    CORPUSCOPE_HD bool affine() const { return per_segment * rate == segment; }

    CORPUSCOPE_HD std::int64_t position(std::int64_t index) const {
        if (affine()) return index * rate + offset;
        const std::int64_t full = index / per_segment;
        return full * segment + offset + (index - full * per_segment) * rate;
    }

    /// Kept indices of the segment that `index` lies in.
    CORPUSCOPE_HD KeptRange segment_of(std::int64_t index) const {
        const std::int64_t begin = index / per_segment * per_segment;
        const std::int64_t all = count();
        return {begin, begin + per_segment < all ? begin + per_segment : all};
    }

    /// Kept indices that the query of kept index `index` sees.
    CORPUSCOPE_HD KeptRange visible_to(std::int64_t index, bool causal) const {
        KeptRange range = segment_of(index);
        if (causal && index + 1 < range.end) range.end = index + 1;
        return range;
    }

 private:
    CORPUSCOPE_HD static std::int64_t kept_in_prefix(std::int64_t positions, std::int64_t rate,
                                                     std::int64_t offset) {
        return positions > offset ? (positions - offset - 1) / rate + 1 : 0;
    }
};

/// The kept indices of queries [begin, begin + queries), or of keys, cut into tiles of `rows` that start at
/// multiples of `rows`, so that tiles do not straddle segments whose kept rows are such multiples.
struct QueryTiles {
    std::int64_t first = 0;  ///< kept index of the first query
    std::int64_t end = 0;    ///< one past that of the last
    std::int64_t rows = 1;

    CORPUSCOPE_HD static QueryTiles make(const KeptRows& kept, std::int64_t query_begin, std::int64_t queries,
                                         std::int64_t rows) {
        return {kept.before(query_begin), kept.before(query_begin + queries), rows};
    }
    CORPUSCOPE_HD std::int64_t size() const { return end > first ? (end - 1) / rows - first / rows + 1 : 0; }
    /// Kept index of row 0 of a tile; rows outside [first, end) belong to no query.
    CORPUSCOPE_HD std::int64_t begin_of(std::int64_t tile) const { return (first / rows + tile) * rows; }
};

/// The kept indices whose keys some query of a tile sees: from the first query's segment to the last one's.
CORPUSCOPE_HD inline KeptRange keys_of_tile(const KeptRows& kept, const QueryTiles& tiles, std::int64_t tile,
                                            bool causal) {
    const std::int64_t begin = tiles.begin_of(tile), last = begin + tiles.rows - 1;
    const std::int64_t first_row = begin > tiles.first ? begin : tiles.first;
    const std::int64_t last_row = last < tiles.end - 1 ? last : tiles.end - 1;
    return {kept.segment_of(first_row).begin, kept.visible_to(last_row, causal).end};
}

/// The kept indices whose keys some of queries [begin, begin + queries) sees, cut into tiles of `rows`.
CORPUSCOPE_HD inline QueryTiles key_tiles(const KeptRows& kept, std::int64_t query_begin,
                                          std::int64_t queries, std::int64_t rows, bool causal) {
    const QueryTiles own = QueryTiles::make(kept, query_begin, queries, rows);
    if (own.end <= own.first) return {0, 0, rows};
    return {kept.segment_of(own.first).begin, kept.visible_to(own.end - 1, causal).end, rows};
}

/// Row of KeyRows that holds kept index `index` of a head.
CORPUSCOPE_HD inline std::int64_t key_row(const KeptRows& kept, std::int64_t index, std::int64_t first,
                                          bool kept_only) {
    return (kept_only ? index : kept.position(index)) - first;
}

}  // namespace corpuscope::kernels::cuda
