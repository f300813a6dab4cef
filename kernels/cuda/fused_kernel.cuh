// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Fused dilated attention on tensor cores (mma.sync m16n8k16, bf16 with float32 sums), the body of one block.
//
// Arrangement. Counted in kept indices (pattern.h) a branch is block-diagonal attention with blocks of w / r
// keys, 256 in the encoder's branches whatever w is. So every branch is cut into the same tiles: 128
// consecutive kept queries of one head against the keys of their segment. Queries, keys and values are
// fetched by stride (r rows apart) straight into shared memory; nothing is gathered in device memory first. A
// row that several branches keep is in one tile of each. The tiles of all branches but one are independent
// and run in one launch; each leaves the state of its rows' softmax (largest exponent, sum, unnormalized
// float32 output). The second launch computes the branch that keeps every row and, at the end of its tile,
// goes on with that softmax over the states that its rows have in the other branches. Each branch's log sum
// exp comes free.
//
// The other arrangement, a tile of consecutive queries that makes further trips for the outer branches, was
// counted and left: of 256 consecutive rows a branch of rate r keeps 256 / r, so from r = 32 on it would
// multiply 16-row fragments at most half full and read all of the branch's 256 keys for every
// such fragment, at a cost that grows with the number of branches; here a tile is full in every branch, and
// the work is that of the formula, 4 N d sum(w / r^2). The price is the states: (4 D + 8) bytes a row and
// head, sum(1 / r) = a third of all rows, written and read once, and a pass takes so few queries (65,536)
// that they stay in the L2 cache.
//
// A block has 4 warps of 32 queries. Keys come in chunks, the next one copied (cp.async, two stages) while
// one is multiplied; each warp keeps its scores and its output in registers. A chunk that all rows of a
// fragment see entirely is not masked; one that none sees is skipped.
//
// On paper, for one tile of 128 queries and 256 keys (nvcc 13.0; no spills, no stack):
//   head size                                     32        64        128
//   registers a thread, sm_80 / sm_90        168/168   245/242    254/254
//   shared memory, bytes                      28,432    53,008     69,136
//   blocks (warps) a multiprocessor           3 (12)     2 (8)      2 (8)
//   keys a chunk                                  64        64         32
//   bytes read, queries + keys + values       40,960    81,920    163,840
//   bytes written                              8,192    16,384     32,768
//   operations, millions                         4.2       8.4       16.8
//   exponentials                              32,768    32,768     32,768
// Operations per byte read: 102 at every head size; the second of the two tiles of a segment finds its keys
// in L2.
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
    bool for_all = terms.by_unit;
    if (has_units && !for_all) {
        bool empty = false;
#pragma unroll
        for (int i = 0; i < Shape::kKeys / 32; ++i) empty = empty || key_units[i * 32 + lane] < 0;
        for_all = any_lane(empty);
    }
#pragma unroll
    for (int f = 0; f < 2; ++f) {
        add_terms_where_needed(terms, rows + f * 16, views[f], for_all, lane, first_key, key_units,
                               scores[f]);
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
    start_queries<D>(p.q, p.q_stride, tile.head, rows, lane, query_rows);
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
