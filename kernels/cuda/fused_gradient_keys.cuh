// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Gradients of a tile of keys of one head in one branch: dk and dv. Scores stand on their side here: a warp's
// keys are the rows of its fragments and the queries that it meets are the columns.
#pragma once

#include "kernels/cuda/fused_gradient.cuh"

namespace corpuscope::kernels::cuda {

/// A query that a tile of keys meets, its keys counted from the tile's first one.
struct MetQuery {
    int first_key = 0;  ///< sees keys [first_key, end_key)
    int end_key = 0;
    int kept = 0;
    int unit = 0;
    float base = INFINITY;  ///< exponent_base
    float delta = 0;
};

struct KeyTile {
    bool found = false;
    int branch = 0, head = 0, key_head = 0;
    float gate = 0;
    KeptRows kept;
    std::int64_t begin = 0;                           ///< kept index of key 0
    std::int64_t first = 0, end = 0;                  ///< kept indices of the tile's keys
    std::int64_t queries_begin = 0, queries_end = 0;  ///< kept indices of the queries that see some of them
    ScoreTerms terms;
};

template <int D>
struct KeyGradientShape {
    static constexpr int kThreads = 128;
    static constexpr int kPieces = D / 8;
    static constexpr int kKeys = GradientShape<D>::kKeys;
    static constexpr int kQueries = D <= 64 ? 64 : 32;  ///< of a chunk
    static constexpr int kKeyBytes = kKeys * D * 2;
    static constexpr int kRowBytes = kQueries * D * 2;
    static constexpr int kStageBytes =
        2 * kRowBytes + kQueries * static_cast<int>(sizeof(MetQuery));  ///< queries, douts, what they see
    static constexpr int kStagesAt = 2 * kKeyBytes;
    static constexpr int kTileAt = kStagesAt + 2 * kStageBytes;
    static constexpr int kBytes = kTileAt + static_cast<int>(sizeof(KeyTile));
};

/// The job of block `block` among the tiles of the heads whose place in their group of query heads is
/// `member`.
template <int D>
CORPUSCOPE_DEVICE KeyTile find_key_tile(const AttentionParams& p, int branch, int member,
                                        std::int64_t block) {
    KeyTile tile;
    const std::int64_t index = block / p.kv_heads;
    tile.branch = branch;
    tile.key_head = static_cast<int>(block - index * p.kv_heads);
    tile.head = tile.key_head * (p.heads / p.kv_heads) + member;
    if (p.gates != nullptr) tile.gate = p.gates[branch * p.heads + tile.head];
    tile.kept = p.kept(branch, tile.head);
    const QueryTiles keys = key_tiles(tile.kept, p.query_begin, p.queries, GradientShape<D>::kKeys, p.causal);
    if (tile.gate == -INFINITY || index >= keys.size()) return tile;
    tile.found = true;
    tile.begin = keys.begin_of(index);
    tile.first = tile.begin > keys.first ? tile.begin : keys.first;
    const std::int64_t beyond = tile.begin + GradientShape<D>::kKeys;
    tile.end = beyond < keys.end ? beyond : keys.end;
    const QueryTiles own = QueryTiles::make(tile.kept, p.query_begin, p.queries, 1);
    tile.queries_begin = p.causal ? tile.first : tile.kept.segment_of(tile.first).begin;
    if (tile.queries_begin < own.first) tile.queries_begin = own.first;
    tile.queries_end = tile.kept.segment_of(tile.end - 1).end;
    if (tile.queries_end > own.end) tile.queries_end = own.end;
    tile.terms = make_score_terms(p, branch, tile.head);
    return tile;
}

/// Starts the copy of the tile's keys and values; zeros where there is none.
template <int D>
CORPUSCOPE_DEVICE void start_keys(const AttentionParams& p, const KeyTile& tile, char* rows) {
    using Shape = KeyGradientShape<D>;
    const DeviceBranch& source = p.branches[tile.branch];
#pragma unroll
    for (int i = 0; i < Shape::kKeys * Shape::kPieces / Shape::kThreads; ++i) {
        const int slot = i * Shape::kThreads + thread_index();
        const int row = slot / Shape::kPieces, piece = slot % Shape::kPieces;
        const std::int64_t index = tile.begin + row;
        const bool valid = index >= tile.first && index < tile.end;
        const std::int64_t element =
            valid ? key_row(tile.kept, index, source.first, source.kept_only != 0) * source.stride +
                        std::int64_t{tile.key_head} * D + piece * 8
                  : 0;
        copy_async_16(rows + swizzled<D>(row, piece),
                      static_cast<const std::uint16_t*>(source.keys) + element, valid);
        copy_async_16(rows + Shape::kKeyBytes + swizzled<D>(row, piece),
                      static_cast<const std::uint16_t*>(source.values) + element, valid);
    }
}

/// Starts the copy of the queries of kept indices `first` on and of the gradients of their results, and notes
/// what they see.
template <int D>
CORPUSCOPE_DEVICE void start_met_queries(const BackwardParams& b, const KeyTile& tile, std::int64_t first,
                                         char* stage) {
    using Shape = KeyGradientShape<D>;
    const AttentionParams& p = b.forward;
#pragma unroll
    for (int i = 0; i < Shape::kQueries * Shape::kPieces / Shape::kThreads; ++i) {
        const int slot = i * Shape::kThreads + thread_index();
        const int row = slot / Shape::kPieces, piece = slot % Shape::kPieces;
        const bool valid = first + row < tile.queries_end;
        const std::int64_t query = valid ? tile.kept.position(first + row) - p.query_begin : 0;
        const std::int64_t column = std::int64_t{tile.head} * D + piece * 8;
        copy_async_16(stage + swizzled<D>(row, piece),
                      static_cast<const std::uint16_t*>(p.q) + query * p.q_stride + column, valid);
        copy_async_16(stage + Shape::kRowBytes + swizzled<D>(row, piece),
                      static_cast<const std::uint16_t*>(b.dout) + query * b.dout_stride + column, valid);
    }
    if (thread_index() >= Shape::kQueries) return;
    const std::int64_t index = first + thread_index();
    MetQuery met;
    if (index < tile.queries_end) {
        const std::int64_t position = tile.kept.position(index), query = position - p.query_begin;
        met.unit = p.units != nullptr ? p.units[position] : 0;
        if (met.unit >= 0) {
            const KeptRange visible = tile.kept.visible_to(index, p.causal);
            met.first_key = static_cast<int>(visible.begin - tile.begin);
            met.end_key = static_cast<int>(visible.end - tile.begin);
            met.kept = static_cast<int>(index - tile.begin);
            met.base = exponent_base(b, tile.head, query, tile.gate);
            met.delta = b.deltas[b.row_index(tile.head, query)];
        }
    }
    reinterpret_cast<MetQuery*>(stage + 2 * Shape::kRowBytes)[thread_index()] = met;
}

/// A lane's share, of fragment f keys lane / 4 and lane / 4 + 8 of its warp.
template <int D>
struct KeySumsOfTile {
    float dk[GradientShape<D>::kKeyFragments][D / 8][4] = {};
    float dv[GradientShape<D>::kKeyFragments][D / 8][4] = {};
    int unit[GradientShape<D>::kKeyFragments][2];  ///< of the keys; -1: an empty position
};

/// Turns scores into probabilities, and `products` (dout times values) into gradients of the scores.
template <int D>
CORPUSCOPE_DEVICE void differentiate_scores(const ScoreTerms& terms, const MetQuery* met, int first_row,
                                            int lane, const KeySumsOfTile<D>& sums,
                                            float (&scores)[GradientShape<D>::kKeyFragments][2][4],
                                            float (&products)[GradientShape<D>::kKeyFragments][2][4]) {
#pragma unroll
    for (int j = 0; j < 2; ++j)
#pragma unroll
        for (int e = 0; e < 2; ++e) {
            const MetQuery query = met[j * 8 + lane % 4 * 2 + e];
#pragma unroll
            for (int f = 0; f < GradientShape<D>::kKeyFragments; ++f)
#pragma unroll
                for (int half = 0; half < 2; ++half) {
                    const int key = first_row + f * 16 + half * 8 + lane / 4, unit = sums.unit[f][half];
                    float score = scores[f][j][half * 2 + e];
                    if (terms.by_unit && unit != query.unit) score += terms.neighbour;
                    if (terms.by_distance)
                        score -= terms.slope *
                                 static_cast<float>(query.kept < key ? key - query.kept : query.kept - key);
                    if (key < query.first_key || key >= query.end_key || unit < 0) score = -INFINITY;
                    const float probability = power_of_two(score * terms.scale - query.base);
                    float& product = products[f][j][half * 2 + e];
                    scores[f][j][half * 2 + e] = probability;
                    product = probability * (product - query.delta);
                }
        }
}

/// All chunks of the queries that see the tile's keys, the next one on its way while one is worked on.
template <int D>
CORPUSCOPE_DEVICE void meet_queries(const BackwardParams& b, const KeyTile& tile, char* shared, int warp,
                                    int lane, KeySumsOfTile<D>& sums) {
    using Shape = KeyGradientShape<D>;
    constexpr int kFragments = GradientShape<D>::kKeyFragments, kMet = GradientShape<D>::kMetQueries;
    const int first_row = warp * 16 * kFragments;
    const char* key_rows = shared + first_row * D * 2;
    const char* value_rows = key_rows + Shape::kKeyBytes;
    char* stages = shared + Shape::kStagesAt;
    start_met_queries<D>(b, tile, tile.queries_begin, stages);
    commit_copies();
    int turn = 0;
    for (std::int64_t first = tile.queries_begin; first < tile.queries_end;
         first += Shape::kQueries, turn ^= 1) {
        if (first + Shape::kQueries < tile.queries_end)
            start_met_queries<D>(b, tile, first + Shape::kQueries, stages + (turn ^ 1) * Shape::kStageBytes);
        commit_copies();
        wait_for_copies<1>();
        sync_block();
        const char* stage = stages + turn * Shape::kStageBytes;
#pragma unroll 1
        for (int at = 0; at < Shape::kQueries; at += kMet) {
            const char* query_rows = stage + at * D * 2;
            const char* dout_rows = query_rows + Shape::kRowBytes;
            const int own_lane = opaque(lane);
            float scores[kFragments][kMet / 8][4] = {}, products[kFragments][kMet / 8][4] = {};
            multiply_rows<D, kFragments, kMet>(key_rows, query_rows, own_lane, scores);
            multiply_rows<D, kFragments, kMet>(value_rows, dout_rows, own_lane, products);
            differentiate_scores<D>(tile.terms,
                                    reinterpret_cast<const MetQuery*>(stage + 2 * Shape::kRowBytes) + at,
                                    first_row, own_lane, sums, scores, products);
            multiply_weights<D, kFragments, kMet>(scores, dout_rows, own_lane, sums.dv);
            multiply_weights<D, kFragments, kMet>(products, query_rows, own_lane, sums.dk);
        }
        sync_block();
    }
}

/// The body of one block. `shared`: KeyGradientShape<D>::kBytes, aligned to 128.
template <int D>
CORPUSCOPE_DEVICE void differentiate_key_tile(const BackwardParams& b, int branch, int member, char* shared) {
    using Shape = KeyGradientShape<D>;
    constexpr int kFragments = GradientShape<D>::kKeyFragments;
    const AttentionParams& p = b.forward;
    auto& tile = *reinterpret_cast<KeyTile*>(shared + Shape::kTileAt);
    const int thread = thread_index(), warp = thread / 32, lane = thread % 32;
    if (thread == 0) tile = find_key_tile<D>(p, branch, member, block_index());
    sync_block();
    if (!tile.found) return;
    start_keys<D>(p, tile, shared);
    KeySumsOfTile<D> sums;
#pragma unroll
    for (int f = 0; f < kFragments; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const std::int64_t index = tile.begin + (warp * kFragments + f) * 16 + half * 8 + lane / 4;
            const bool valid = index >= tile.first && index < tile.end;
            sums.unit[f][half] = !valid ? -1 : p.units != nullptr ? p.units[tile.kept.position(index)] : 0;
        }
    meet_queries<D>(b, tile, shared, warp, lane, sums);
    const DeviceBranch& source = p.branches[branch];
    const DeviceKeyGradients& to = b.dkeys[branch];
#pragma unroll
    for (int f = 0; f < kFragments; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            if (sums.unit[f][half] < 0) continue;
            const std::int64_t index = tile.begin + (warp * kFragments + f) * 16 + half * 8 + lane / 4;
            const std::int64_t element =
                key_row(tile.kept, index, source.first, source.kept_only != 0) * to.stride +
                std::int64_t{tile.key_head} * D + lane % 4 * 2;
#pragma unroll
            for (int j = 0; j < D / 8; ++j)
#pragma unroll
                for (int e = 0; e < 2; ++e) {
                    if (to.keys != nullptr)
                        to.keys[element + j * 8 + e] += p.scale * sums.dk[f][j][half * 2 + e];
                    if (to.values != nullptr) to.values[element + j * 8 + e] += sums.dv[f][j][half * 2 + e];
                }
        }
}

}  // namespace corpuscope::kernels::cuda
