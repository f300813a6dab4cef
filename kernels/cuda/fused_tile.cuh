// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What one block of the fused attention works on: its tile of queries, where the keys lie, and how both come
// to shared memory. fused_attention.cuh explains the arrangement.
#pragma once

#include "kernels/cuda/attention_params.h"
#include "kernels/cuda/device_ops.cuh"

namespace corpuscope::kernels::cuda {

inline constexpr float kLog2E = 1.4426950408889634f;
inline constexpr float kLn2 = 0.6931471805599453f;

template <int D>
struct TileShape {
    static constexpr int kThreads = 128;
    static constexpr int kQueries = 128;  ///< a warp has 32 of them: two fragments of 16
    static constexpr int kFragments = 2;
    static constexpr int kKeys = D <= 64 ? 64 : 32;  ///< of a chunk
    static constexpr int kPieces = D / 8;            ///< 16-byte pieces of a row
    static constexpr bool kQueriesInRegisters = D <= 64;
    static constexpr int kBlocksPerProcessor = D == 32 ? 3 : 2;
    static constexpr int kQueryBytes = kQueries * D * 2;
    static constexpr int kKeyBytes = kKeys * D * 2;
    static constexpr int kStageBytes = 2 * kKeyBytes + kKeys * 4;  ///< keys, values, units of the keys
    static constexpr int kTileAt =
        kQueryBytes + 2 * kStageBytes;  ///< where the Tile lies behind queries and stages
};

/// Byte at which 16-byte piece `piece` of a row of D elements lies: pieces of one column of eight consecutive
/// rows are in different banks.
template <int D>
CORPUSCOPE_HD constexpr int swizzled(int row, int piece) {
    const int turn = D == 32 ? row >> 1 & 3 : row & 7;
    return (row * (D / 8) + (piece ^ turn)) * 16;
}

/// What is added to scores, divided by the scale, so that it can be added before scaling.
struct ScoreTerms {
    float scale = 0;      ///< times log2 e
    float neighbour = 0;  ///< to keys of another unit
    float slope = 0;      ///< times the distance in kept indices
    bool by_unit = false;
    bool by_distance = false;
};

/// A query row of the tile.
struct TileRow {
    std::int64_t query = -1;  ///< row of q and out; -1: none
    int kept = 0;             ///< kept index, counted from the tile's key 0
    int first_key = 0;        ///< sees keys [first_key, end_key) of the tile
    int end_key = 0;
    int unit = 0;
};

/// The keys that any, and that all, of the 16 rows of a fragment see.
struct FragmentView {
    int any_begin, any_end, all_begin, all_end;
};

/// Which branch, head and queries a block has. It lies in shared memory: it is the same for all threads, and
/// their registers are full of accumulators.
struct Tile {
    int branch = 0;
    int head = 0;
    bool found = false;
    bool open = true;  ///< false: no key is seen (no keys, or a gate at -inf)
    float gate = 0;
    int keys = 0;  ///< how many keys the tile's queries see between them
    KeptRows kept;
    QueryTiles tiles;
    std::int64_t begin = 0;                   ///< kept index of row 0
    std::int64_t keys_begin = 0;              ///< kept index of key 0
    const std::uint16_t* key_data = nullptr;  ///< the head's part of key 0
    const std::uint16_t* value_data = nullptr;
    std::int64_t step = 0;  ///< elements from one key to the next; 0: at uneven distances
    ScoreTerms terms;

    CORPUSCOPE_DEVICE std::int64_t element_of(const DeviceBranch& source, int key) const {
        if (step != 0) return key * step;
        return (kept.position(keys_begin + key) - kept.position(keys_begin)) * source.stride;
    }
};

template <int D>
struct SharedTile {
    Tile tile;
    TileRow rows[TileShape<D>::kQueries];
    FragmentView views[TileShape<D>::kQueries / 16];
    static constexpr int kBytes =
        TileShape<D>::kTileAt + static_cast<int>(sizeof(Tile) + sizeof(rows) + sizeof(views));
};

CORPUSCOPE_DEVICE ScoreTerms make_score_terms(const AttentionParams& p, int branch, int head) {
    ScoreTerms terms;
    terms.scale = p.scale * kLog2E;
    terms.by_unit = branch == 0 && p.units != nullptr && p.neighbour_bias != nullptr;
    terms.by_distance = p.alibi_slopes != nullptr;
    if (terms.by_unit) terms.neighbour = p.neighbour_bias[head] / p.scale;
    if (terms.by_distance)
        terms.slope = p.alibi_slopes[head] * static_cast<float>(p.branches[branch].rate) / p.scale;
    return terms;
}

/// The job of block `block` among the tiles of all branches but `finishing`, or among those of `finishing`
/// itself. There may be none: heads with fewer kept rows than others have fewer tiles.
template <int D>
CORPUSCOPE_DEVICE Tile find_tile(const AttentionParams& p, int finishing, bool finish, std::int64_t block) {
    Tile tile;
    tile.branch = finish ? finishing : 0;
    while (!finish) {
        const std::int64_t blocks = tile.branch == finishing ? 0 : p.branches[tile.branch].tiles * p.heads;
        if (block < blocks) break;
        block -= blocks;
        if (++tile.branch >= p.branch_count) return tile;
    }
    const std::int64_t index = block / p.heads;
    tile.head = static_cast<int>(block - index * p.heads);
    const DeviceBranch& source = p.branches[tile.branch];
    tile.kept = p.kept(tile.branch, tile.head);
    tile.tiles = QueryTiles::make(tile.kept, p.query_begin, p.queries, TileShape<D>::kQueries);
    if (index >= tile.tiles.size()) return tile;
    tile.found = true;
    tile.begin = tile.tiles.begin_of(index);
    tile.open = source.keys != nullptr;
    if (tile.open && p.gates != nullptr) tile.gate = p.gates[tile.branch * p.heads + tile.head];
    if (tile.gate == -INFINITY) tile.open = false;
    if (!tile.open) return tile;
    tile.terms = make_score_terms(p, tile.branch, tile.head);
    const KeptRange keys = keys_of_tile(tile.kept, tile.tiles, index, p.causal);
    tile.keys_begin = keys.begin;
    tile.keys = static_cast<int>(keys.end - keys.begin);
    const std::int64_t element =
        key_row(tile.kept, keys.begin, source.first, source.kept_only != 0) * source.stride +
        std::int64_t{p.key_head(tile.head)} * D;
    tile.key_data = static_cast<const std::uint16_t*>(source.keys) + element;
    tile.value_data = static_cast<const std::uint16_t*>(source.values) + element;
    if (source.kept_only != 0)
        tile.step = source.stride;
    else if (tile.kept.affine())
        tile.step = source.stride * source.rate;
    return tile;
}

CORPUSCOPE_DEVICE TileRow make_row(const AttentionParams& p, const Tile& tile, int row) {
    TileRow result;
    const std::int64_t index = tile.begin + row;
    if (index < tile.tiles.first || index >= tile.tiles.end) return result;
    const std::int64_t position = tile.kept.position(index);
    result.query = position - p.query_begin;
    if (p.units != nullptr) result.unit = p.units[position];
    if (!tile.open || result.unit < 0) return result;
    const KeptRange visible = tile.kept.visible_to(index, p.causal);
    result.kept = static_cast<int>(index - tile.keys_begin);
    result.first_key = static_cast<int>(visible.begin - tile.keys_begin);
    result.end_key = static_cast<int>(visible.end - tile.keys_begin);
    return result;
}

/// The view of the fragment that a lane's row belongs to: the lower or the upper half of a warp.
CORPUSCOPE_DEVICE FragmentView view_of(const TileRow& row) {
    constexpr int kFar = 0x7fffffff;
    const bool none = row.first_key >= row.end_key;
    // A row that sees nothing stands in nobody's way: its result is dropped at the end.
    FragmentView view{none ? kFar : row.first_key, none ? 0 : row.end_key, none ? 0 : row.first_key,
                      none ? kFar : row.end_key};
    for (int mask = 8; mask > 0; mask /= 2) {
        view.any_begin = min_of(view.any_begin, shuffle_xor(view.any_begin, mask));
        view.any_end = max_of(view.any_end, shuffle_xor(view.any_end, mask));
        view.all_begin = max_of(view.all_begin, shuffle_xor(view.all_begin, mask));
        view.all_end = min_of(view.all_end, shuffle_xor(view.all_end, mask));
    }
    return view;
}

/// Starts the copy of a warp's 32 queries, `stride` elements apart from `queries` on, to `rows`; zeros where
/// a row is none.
template <int D>
CORPUSCOPE_DEVICE void start_queries(const void* queries, std::int64_t stride, int head,
                                     const TileRow* tile_rows, int lane, char* rows) {
    constexpr int kPieces = TileShape<D>::kPieces;
    const auto* q = static_cast<const std::uint16_t*>(queries);
#pragma unroll
    for (int i = 0; i < kPieces; ++i) {
        const int row = (i * 32 + lane) / kPieces, piece = (i * 32 + lane) % kPieces;
        const std::int64_t query = tile_rows[row].query;
        const std::int64_t element = query < 0 ? 0 : query * stride + std::int64_t{head} * D + piece * 8;
        copy_async_16(rows + swizzled<D>(row, piece), q + element, query >= 0);
    }
}

/// Starts the copy of a chunk of keys, values and units to a stage; zeros beyond the last key.
template <int D>
CORPUSCOPE_DEVICE void start_chunk(const AttentionParams& p, const Tile& tile, int first_key, char* stage) {
    using Shape = TileShape<D>;
    const DeviceBranch& source = p.branches[tile.branch];
    const int thread = opaque(thread_index());
    // Read once: each copy is a barrier to the compiler, which would read the tile anew after it.
    const std::int64_t step = tile.step;
    const int keys = tile.keys, piece = thread % Shape::kPieces, first_row = thread / Shape::kPieces;
    constexpr int kRowsATrip = Shape::kThreads / Shape::kPieces;
    const std::uint16_t *key_data = tile.key_data, *value_data = tile.value_data;
    std::int64_t element = (first_key + first_row) * step + piece * 8;
#pragma unroll
    for (int i = 0; i < Shape::kKeys / kRowsATrip; ++i) {
        const int row = first_row + i * kRowsATrip, key = first_key + row;
        const bool valid = key < keys;
        if (step == 0) element = (valid ? tile.element_of(source, key) : 0) + piece * 8;
        const std::int64_t from = valid ? element : 0;
        copy_async_16(stage + swizzled<D>(row, piece), key_data + from, valid);
        copy_async_16(stage + Shape::kKeyBytes + swizzled<D>(row, piece), value_data + from, valid);
        element += kRowsATrip * step;
    }
    if (p.units != nullptr && thread < Shape::kKeys) {
        const int key = first_key + thread;
        const bool valid = key < tile.keys;
        const std::int64_t position = valid ? tile.kept.position(tile.keys_begin + key) : 0;
        copy_async_4(stage + 2 * Shape::kKeyBytes + thread * 4, p.units + position, valid);
    }
}

}  // namespace corpuscope::kernels::cuda
