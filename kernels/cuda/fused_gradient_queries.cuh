// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Gradients of a tile of 128 queries in one branch: dq, and what each query adds to the gradients of the
// branch's gate, the neighbour bias and the slope.
#pragma once

#include "kernels/cuda/fused_gradient.cuh"

namespace corpuscope::kernels::cuda {

template <int D>
struct SharedQueryGradients {
    static constexpr int kDoutAt = TileShape<D>::kQueryBytes;
    static constexpr int kStagesAt = 2 * TileShape<D>::kQueryBytes;
    static constexpr int kTileAt = kStagesAt + 2 * TileShape<D>::kStageBytes;
    static constexpr int kBytes = kTileAt + SharedTile<D>::kBytes - TileShape<D>::kTileAt;
};

/// A lane's share, of fragment f rows lane / 4 and lane / 4 + 8.
template <int D>
struct QueryGradients {
    float dq[2][D / 8][4] = {};
    float base[2][2];  ///< exponent_base
    float delta[2][2];
    float gate[2][2] = {}, neighbour[2][2] = {}, slope[2][2] = {};
};

/// Adds the gradients `dscores` of one fragment's scores to the sums of its terms.
template <int D, int Columns>
CORPUSCOPE_DEVICE void add_to_terms(const ScoreTerms& terms, const TileRow* rows, int fragment, int lane,
                                    int first_key, const std::int32_t* key_units,
                                    const float (&dscores)[Columns][4], QueryGradients<D>& sums) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        const TileRow& row = rows[fragment * 16 + half * 8 + lane / 4];
        const int kept = row.kept, unit = row.unit;
#pragma unroll
        for (int j = 0; j < Columns; ++j)
#pragma unroll
            for (int e = 0; e < 2; ++e) {
                const int column = j * 8 + lane % 4 * 2 + e, key = first_key + column;
                const float dscore = dscores[j][half * 2 + e];
                sums.gate[fragment][half] += dscore;
                if (terms.by_unit && key_units[column] != unit) sums.neighbour[fragment][half] += dscore;
                if (terms.by_distance)
                    sums.slope[fragment][half] -=
                        dscore * static_cast<float>(kept < key ? key - kept : kept - key);
            }
    }
}

/// The keys [first_key, first_key + kStep), which lie at row `at` of a stage, for the 32 queries of a warp.
template <int D>
CORPUSCOPE_DEVICE void differentiate_step(const BackwardParams& b, const ScoreTerms& terms,
                                          const TileRow* rows, const FragmentView* views,
                                          const char* query_rows, const char* dout_rows, int first_key,
                                          int at, const char* stage, int lane, QueryGradients<D>& sums) {
    using Shape = TileShape<D>;
    constexpr int kStep = GradientShape<D>::kStep;
    const int end_key = first_key + kStep;
    bool seen = false;
    for (int f = 0; f < 2; ++f) seen = seen || (views[f].any_begin < end_key && first_key < views[f].any_end);
    if (!seen) return;
    const char* key_rows = stage + at * D * 2;
    float scores[2][kStep / 8][4] = {}, products[2][kStep / 8][4] = {};
    multiply_rows<D, 2, kStep>(query_rows, key_rows, lane, scores);
    multiply_rows<D, 2, kStep>(dout_rows, key_rows + Shape::kKeyBytes, lane, products);
    const auto* key_units = b.forward.units != nullptr
                                ? reinterpret_cast<const std::int32_t*>(stage + 2 * Shape::kKeyBytes) + at
                                : nullptr;
    bool for_all = terms.by_unit;
    if (key_units != nullptr && !for_all) for_all = any_lane(lane < kStep && key_units[lane % kStep] < 0);
#pragma unroll
    for (int f = 0; f < 2; ++f) {
        add_terms_where_needed(terms, rows + f * 16, views[f], for_all, lane, first_key, key_units,
                               scores[f]);
#pragma unroll
        for (int j = 0; j < kStep / 8; ++j)
#pragma unroll
            for (int e = 0; e < 4; ++e) {
                float& score = scores[f][j][e];
                score = power_of_two(score * terms.scale - sums.base[f][e / 2]) *
                        (products[f][j][e] - sums.delta[f][e / 2]);
            }
        if (b.partials != nullptr)
            add_to_terms<D>(terms, rows, f, lane, first_key, key_units, scores[f], sums);
    }
    multiply_weights<D, 2, kStep>(scores, key_rows, lane, sums.dq);
}

/// All chunks of a tile's keys, the next one on its way while one is worked on.
template <int D>
CORPUSCOPE_DEVICE void differentiate_tile(const BackwardParams& b, const SharedTile<D>& block, char* shared,
                                          int warp, int lane, QueryGradients<D>& sums) {
    using Shape = TileShape<D>;
    const AttentionParams& p = b.forward;
    const Tile& tile = block.tile;
    const TileRow* rows = block.rows + warp * 32;
    char* query_rows = shared + warp * 32 * D * 2;
    char* dout_rows = query_rows + SharedQueryGradients<D>::kDoutAt;
    char* stages = shared + SharedQueryGradients<D>::kStagesAt;
    start_queries<D>(p.q, p.q_stride, tile.head, rows, lane, query_rows);
    start_queries<D>(b.dout, b.dout_stride, tile.head, rows, lane, dout_rows);
    start_chunk<D>(p, tile, 0, stages);
    commit_copies();
    for (int first_key = 0, turn = 0; first_key < tile.keys; first_key += Shape::kKeys, turn ^= 1) {
        if (first_key + Shape::kKeys < tile.keys)
            start_chunk<D>(p, tile, first_key + Shape::kKeys, stages + (turn ^ 1) * Shape::kStageBytes);
        commit_copies();
        wait_for_copies<1>();
        sync_block();
#pragma unroll 1
        for (int at = 0; at < Shape::kKeys; at += GradientShape<D>::kStep)
            differentiate_step<D>(b, tile.terms, rows, block.views + warp * 2, query_rows, dout_rows,
                                  first_key + at, at, stages + turn * Shape::kStageBytes, opaque(lane), sums);
        sync_block();
    }
}

template <int D>
CORPUSCOPE_DEVICE void store_query_gradients(const BackwardParams& b, const Tile& tile, const TileRow* rows,
                                             int lane, const QueryGradients<D>& sums) {
    const int all = b.all_branches();
#pragma unroll
    for (int f = 0; f < 2; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            float gate = sums.gate[f][half], neighbour = sums.neighbour[f][half], slope = sums.slope[f][half];
            for (int mask = 1; mask <= 2; mask *= 2) {
                gate += shuffle_xor(gate, mask);
                neighbour += shuffle_xor(neighbour, mask);
                slope += shuffle_xor(slope, mask);
            }
            const std::int64_t query = rows[f * 16 + half * 8 + lane / 4].query;
            if (query < 0) continue;
            if (b.partials != nullptr && lane % 4 == 0) {
                b.partial(tile.branch, tile.head, query) = gate;
                if (tile.terms.by_unit) b.partial(all, tile.head, query) = neighbour;
                if (tile.terms.by_distance)
                    b.partial(all + 1, tile.head, query) +=
                        slope * static_cast<float>(b.forward.branches[tile.branch].rate);
            }
            if (b.dq == nullptr) continue;
            float* dq = b.dq + query * b.dq_stride + std::int64_t{tile.head} * D + lane % 4 * 2;
#pragma unroll
            for (int j = 0; j < D / 8; ++j)
#pragma unroll
                for (int e = 0; e < 2; ++e) dq[j * 8 + e] += b.forward.scale * sums.dq[f][j][half * 2 + e];
        }
}

/// The body of one block. `shared`: SharedQueryGradients<D>::kBytes, aligned to 128. Partials are zero before
/// the first branch.
template <int D>
CORPUSCOPE_DEVICE void differentiate_query_tile(const BackwardParams& b, int branch, char* shared) {
    const AttentionParams& p = b.forward;
    auto& block = *reinterpret_cast<SharedTile<D>*>(shared + SharedQueryGradients<D>::kTileAt);
    const int thread = thread_index(), warp = thread / 32, lane = thread % 32;
    if (thread == 0) block.tile = find_tile<D>(p, branch, true, block_index());
    sync_block();
    if (!block.tile.found || !block.tile.open) return;
    const TileRow row = make_row(p, block.tile, thread);
    block.rows[thread] = row;
    const FragmentView view = view_of(row);
    if (lane % 16 == 0) block.views[thread / 16] = view;
    sync_warp();
    QueryGradients<D> sums;
#pragma unroll
    for (int f = 0; f < 2; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const TileRow& mine = block.rows[warp * 32 + f * 16 + half * 8 + lane / 4];
            const bool sees = mine.query >= 0 && mine.first_key < mine.end_key;
            sums.base[f][half] =
                sees ? exponent_base(b, block.tile.head, mine.query, block.tile.gate) : INFINITY;
            sums.delta[f][half] = sees ? b.deltas[b.row_index(block.tile.head, mine.query)] : 0.0f;
        }
    differentiate_tile<D>(b, block, shared, warp, lane, sums);
    store_query_gradients<D>(b, block.tile, block.rows + warp * 32, lane, sums);
}

}  // namespace corpuscope::kernels::cuda
