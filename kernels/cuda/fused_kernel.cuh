// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Fused dilated attention on tensor cores, the body of one block.
#pragma once

#include "kernels/cuda/fused_finish.cuh"

namespace corpuscope::kernels::cuda {

/// One chunk of keys that has arrived in `stage`, for the 32 queries of a warp.
template <int D, int Held>
CORPUSCOPE_DEVICE void attend_chunk(const ScoreTerms& terms, bool has_units, const TileRow* rows,
                                    const FragmentView* views, const char* query_rows,
                                    const std::uint32_t (&held)[2][Held][4], int first_key, const char* stage,
                                    int lane, Running<D>& running) {
    using Shape = TileShape<D>;
    lane = opaque(lane);
    const int end_key = first_key + Shape::kKeys;
    bool seen = false;
    for (int f = 0; f < 2; ++f) seen = seen || (views[f].any_begin < end_key && first_key < views[f].any_end);
    if (!seen) return;
    float scores[2][Shape::kKeys / 8][4] = {};
    multiply_queries_keys<D>(query_rows, held, stage, lane, scores);

    const auto* key_units =
        has_units ? reinterpret_cast<const std::int32_t*>(stage + 2 * Shape::kKeyBytes) : nullptr;
    bool for_all = terms.by_unit || terms.by_distance;
    if (has_units) {
        bool empty = false;
        for (int i = lane; i < Shape::kKeys; i += 32) empty = empty || key_units[i] < 0;
        for_all = any_lane(empty) || for_all;
    }
#pragma unroll
    for (int f = 0; f < 2; ++f) {
        if (for_all || first_key < views[f].all_begin || end_key > views[f].all_end)
            apply_terms<D>(terms, rows, f, lane, first_key, key_units, scores[f]);
        update_softmax<D>(terms.scale, f, scores[f], running);
    }
    multiply_probabilities_values<D>(scores, stage + Shape::kKeyBytes, lane, running);
}

/// All chunks of a tile's keys, the next one on its way while one is worked on.
template <int D>
CORPUSCOPE_DEVICE void attend_tile(const AttentionParams& p, const SharedTile<D>& block, char* query_rows,
                                   char* stages, int warp, int lane, Running<D>& running) {
    using Shape = TileShape<D>;
    const Tile& tile = block.tile;
    const TileRow* rows = block.rows + warp * 32;
    start_queries<D>(p, tile, rows, lane, query_rows);
    start_chunk<D>(p, tile, 0, stages);
    commit_copies();
    std::uint32_t held[2][Shape::kQueriesInRegisters ? D / 16 : 1][4];
    for (int first_key = 0, turn = 0; first_key < tile.keys; first_key += Shape::kKeys, turn ^= 1) {
        if (first_key + Shape::kKeys < tile.keys)
            start_chunk<D>(p, tile, first_key + Shape::kKeys, stages + (turn ^ 1) * Shape::kStageBytes);
        commit_copies();
        wait_for_copies<1>();
        sync_block();
        if constexpr (Shape::kQueriesInRegisters)
            if (first_key == 0)
#pragma unroll
                for (int f = 0; f < 2; ++f)
#pragma unroll
                    for (int step = 0; step < D / 16; ++step)
                        load_query<D>(query_rows, f, step, lane, held[f][step]);
        attend_chunk<D>(tile.terms, p.units != nullptr, rows, block.views + warp * 2, query_rows, held,
                        first_key, stages + turn * Shape::kStageBytes, lane, running);
        sync_block();
    }
}

/// `shared`: SharedTile<D>::kBytes, aligned to 128. `finishing`: the branch whose rows are all queries, which
/// a launch with `finish` computes after one without has left the partial states of all others.
template <int D>
CORPUSCOPE_DEVICE void attend_block(const AttentionParams& p, int finishing, bool finish, char* shared) {
    using Shape = TileShape<D>;
    auto& block = *reinterpret_cast<SharedTile<D>*>(shared + Shape::kTileAt);
    const int thread = thread_index(), warp = thread / 32, lane = thread % 32;
    if (thread == 0) block.tile = find_tile<D>(p, finishing, finish, block_index());
    sync_block();
    if (!block.tile.found) return;
    const TileRow row = make_row(p, block.tile, thread);
    block.rows[thread] = row;
    const FragmentView view = view_of(row);
    if (lane % 16 == 0) block.views[thread / 16] = view;
    sync_warp();
    Running<D> running;
    char* query_rows = shared + warp * 32 * D * 2;
    if (block.tile.open)
        attend_tile<D>(p, block, query_rows, shared + Shape::kQueryBytes, warp, lane, running);
    finish_tile<D>(p, block.tile, finish, block.rows + warp * 32, warp, lane, running, query_rows);
}

}  // namespace corpuscope::kernels::cuda
