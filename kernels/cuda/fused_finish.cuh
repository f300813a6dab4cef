// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a tile's running softmax: left as a partial state, or joined with the partial states of the
// other branches and written out.
#pragma once

#include "kernels/cuda/fused_attention.cuh"

namespace corpuscope::kernels::cuda {

/// Completes sums over the four lanes of a row, and turns `largest` into an exponent of two without gate:
/// -inf where the row saw nothing, NaN where its sum is NaN.
template <int D>
CORPUSCOPE_DEVICE void complete_rows(float scale, const TileRow* rows, int lane, Running<D>& running) {
#pragma unroll
    for (int f = 0; f < 2; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            float& sum = running.sum[f][half];
            float& largest = running.largest[f][half];
            sum += shuffle_xor(sum, 1);
            sum += shuffle_xor(sum, 2);
            const TileRow& row = rows[f * 16 + half * 8 + lane / 4];
            if (row.first_key >= row.end_key || sum == 0.0f) {
                sum = 0.0f;
                largest = -INFINITY;
            } else {
                largest = sum == sum ? largest * scale : sum;
            }
        }
}

template <int D>
CORPUSCOPE_DEVICE void store_lse(const AttentionParams& p, const Tile& tile, const TileRow* rows, int lane,
                                 const Running<D>& running) {
#pragma unroll
    for (int f = 0; f < 2; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const std::int64_t query = rows[f * 16 + half * 8 + lane / 4].query;
            if (query < 0 || lane % 4 != 0) continue;
            const float sum = running.sum[f][half];
            p.lse[(std::int64_t{tile.branch} * p.heads + tile.head) * p.lse_stride + query] =
                sum == 0.0f ? -INFINITY : running.largest[f][half] * kLn2 + logf(sum);
        }
}

template <int D>
CORPUSCOPE_DEVICE void store_partial(const AttentionParams& p, const Tile& tile, const TileRow* rows,
                                     int warp, int lane, const Running<D>& running) {
#pragma unroll
    for (int f = 0; f < 2; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const int row = f * 16 + half * 8 + lane / 4;
            if (rows[row].query < 0) continue;
            const std::int64_t state = p.state_of(tile.branch, tile.head, tile.begin + warp * 32 + row);
            const float largest = running.largest[f][half];
            if (lane % 4 == 0) p.row_states[state] = {largest + tile.gate * kLog2E, running.sum[f][half]};
            if (largest == -INFINITY) continue;
            auto* to = reinterpret_cast<FloatPair*>(p.accumulators + state * D) + lane % 4;
#pragma unroll
            for (int j = 0; j < D / 8; ++j)
                to[j * 4] = {running.out[f][j][half * 2], running.out[f][j][half * 2 + 1]};
        }
}

/// Adds the partial states of one other branch to the rows of a warp.
template <int D>
CORPUSCOPE_DEVICE void join_branch(const AttentionParams& p, const Tile& tile, int branch,
                                   const TileRow* rows, int lane, Running<D>& running) {
    std::int64_t state = -1;
    RowState mine{-INFINITY, 0.0f};
    if (rows[lane].query >= 0) {
        const std::int64_t index = p.kept(branch, tile.head).index_of(rows[lane].query + p.query_begin);
        if (index >= 0) state = p.state_of(branch, tile.head, index);
    }
    if (state >= 0) mine = p.row_states[state];
    if (mine.largest == -INFINITY) state = -1;
    if (!any_lane(state >= 0)) return;
#pragma unroll
    for (int f = 0; f < 2; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const int row = f * 16 + half * 8 + lane / 4;
            const std::int64_t from_state = shuffle(state, row);
            const float their_largest = shuffle(mine.largest, row), their_sum = shuffle(mine.sum, row);
            if (from_state < 0) continue;
            const float largest = max_of(running.largest[f][half], their_largest);
            const float ours = power_of_two(running.largest[f][half] - largest);
            const float theirs = power_of_two(their_largest - largest);
            running.largest[f][half] = largest;
            running.sum[f][half] = running.sum[f][half] * ours + their_sum * theirs;
            const auto* from = reinterpret_cast<const FloatPair*>(p.accumulators + from_state * D) + lane % 4;
#pragma unroll
            for (int j = 0; j < D / 8; ++j) {
                const FloatPair partial = from[j * 4];
                float* out = &running.out[f][j][half * 2];
                out[0] = out[0] * ours + partial.first * theirs;
                out[1] = out[1] * ours + partial.second * theirs;
            }
        }
}

/// Writes a warp's finished rows, by way of its own part of shared memory so that they leave in whole 16-byte
/// pieces.
template <int D>
CORPUSCOPE_DEVICE void store_out(const AttentionParams& p, const Tile& tile, const TileRow* rows, int lane,
                                 const Running<D>& running, char* staging) {
    constexpr int kPieces = TileShape<D>::kPieces;
    sync_warp();
#pragma unroll
    for (int f = 0; f < 2; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const int row = f * 16 + half * 8 + lane / 4;
            const float sum = running.sum[f][half], inverse = 1.0f / sum;
#pragma unroll
            for (int j = 0; j < D / 8; ++j) {
                const float* out = &running.out[f][j][half * 2];
                const std::uint32_t packed = sum == 0.0f ? 0u : pack_bf16(out[0] * inverse, out[1] * inverse);
                *reinterpret_cast<std::uint32_t*>(staging + swizzled<D>(row, j) + lane % 4 * 4) = packed;
            }
        }
    sync_warp();
    auto* out = static_cast<std::uint16_t*>(p.out);
#pragma unroll
    for (int i = 0; i < kPieces; ++i) {
        const int row = (i * 32 + lane) / kPieces, piece = (i * 32 + lane) % kPieces;
        const std::int64_t query = rows[row].query;
        if (query < 0) continue;
        *reinterpret_cast<Vector16*>(out + query * p.out_stride + std::int64_t{tile.head} * D + piece * 8) =
            *reinterpret_cast<const Vector16*>(staging + swizzled<D>(row, piece));
    }
}

template <int D>
CORPUSCOPE_DEVICE void finish_tile(const AttentionParams& p, const Tile& tile, bool finish,
                                   const TileRow* rows, int warp, int lane, Running<D>& running,
                                   char* staging) {
    complete_rows<D>(p.scale * kLog2E, rows, lane, running);
    if (p.lse != nullptr && tile.branch < p.branch_count) store_lse<D>(p, tile, rows, lane, running);
    if (!finish) {
        store_partial<D>(p, tile, rows, warp, lane, running);
        return;
    }
#pragma unroll
    for (int f = 0; f < 2; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half) running.largest[f][half] += tile.gate * kLog2E;
    for (int branch = 0; branch < p.branch_count; ++branch)
        if (branch != tile.branch) join_branch<D>(p, tile, branch, rows, lane, running);
    store_out<D>(p, tile, rows, lane, running, staging);
}

}  // namespace corpuscope::kernels::cuda
