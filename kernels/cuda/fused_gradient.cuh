// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What the two kernels of the fused gradients share: the products that they are made of.
//
// Arrangement. As in the forward pass every branch is block-diagonal attention in its kept indices. One
// kernel has tiles of queries, goes through their keys and gives dq and what each query adds to the gradients
// of gates and biases; the other has tiles of keys, goes through the queries that see them and gives dk and
// dv. Scores and probabilities are recomputed in both: seven products in place of the five of one kernel that
// would add to dq from many blocks at once, and a result that does not depend on their order. Branches, and
// heads that share a key head, go one after another, since they add to the same rows.
//
// On paper, for a tile of 128 queries and its 256 keys, and for a tile of keys and its 256 queries
// (nvcc 13.0; no spills, no stack):
//   head size                                          32        64        128
//   to queries: registers, sm_80 / sm_90          166/166   232/228    246/246
//               shared memory, bytes               36,624    69,392    101,904
//               operations, millions                  6.3      12.6       25.2
//   to keys:    keys a tile                           128       128         64
//               registers, sm_80 / sm_90          159/166   244/252    242/248
//               shared memory, bytes               35,960    68,728     67,192
//               operations, millions                  8.4      16.8       16.8
//   blocks (warps) a multiprocessor                3 (12)     2 (8)      2 (8)
#pragma once

#include "kernels/cuda/attention_backward.cuh"
#include "kernels/cuda/fused_attention.cuh"

namespace corpuscope::kernels::cuda {

template <int D>
struct GradientShape {
    static constexpr int kStep = D <= 64 ? 32 : 16;  ///< keys that a tile of queries meets at once
    static constexpr int kKeyFragments = D <= 64 ? 2 : 1;
    static constexpr int kKeys = 64 * kKeyFragments;  ///< of a tile of keys, a quarter a warp
    static constexpr int kMetQueries = 16;            ///< queries that a tile of keys meets at once
};

/// c [16 F × N] += a b^T over heads of D: `a_rows` are F fragments of 16 rows, `b_rows` N rows.
template <int D, int F, int N>
CORPUSCOPE_DEVICE void multiply_rows(const char* a_rows, const char* b_rows, int lane,
                                     float (&c)[F][N / 8][4]) {
#pragma unroll
    for (int step = 0; step < D / 16; ++step) {
        std::uint32_t a[F][4];
#pragma unroll
        for (int f = 0; f < F; ++f) load_query<D>(a_rows, f, step, lane, a[f]);
#pragma unroll
        for (int pair = 0; pair < N / 16; ++pair) {
            std::uint32_t b[4];
            load_matrices(
                b, b_rows + swizzled<D>(pair * 16 + lane % 8 + lane / 16 * 8, step * 2 + lane / 8 % 2));
#pragma unroll
            for (int f = 0; f < F; ++f) {
                multiply_add(c[f][pair * 2], a[f], b[0], b[1]);
                multiply_add(c[f][pair * 2 + 1], a[f], b[2], b[3]);
            }
        }
    }
}

/// c [16 F × D] += weights [16 F × N], rounded to bf16, times the N rows at `b_rows`.
template <int D, int F, int N>
CORPUSCOPE_DEVICE void multiply_weights(const float (&weights)[F][N / 8][4], const char* b_rows, int lane,
                                        float (&c)[F][D / 8][4]) {
#pragma unroll
    for (int step = 0; step < N / 16; ++step) {
        std::uint32_t a[F][4];
#pragma unroll
        for (int f = 0; f < F; ++f)
#pragma unroll
            for (int i = 0; i < 4; ++i) {
                const float(&weight)[4] = weights[f][step * 2 + i / 2];
                a[f][i] = pack_bf16(weight[i % 2 * 2], weight[i % 2 * 2 + 1]);
            }
#pragma unroll
        for (int pair = 0; pair < D / 16; ++pair) {
            std::uint32_t b[4];
            load_matrices_transposed(b, b_rows + swizzled<D>(step * 16 + lane % 16, pair * 2 + lane / 16));
#pragma unroll
            for (int f = 0; f < F; ++f) {
                multiply_add(c[f][pair * 2], a[f], b[0], b[1]);
                multiply_add(c[f][pair * 2 + 1], a[f], b[2], b[3]);
            }
        }
    }
}

/// What is taken from a scaled score before it is an exponent of two: the log of the softmax's denominator
/// without the branch's gate. A row that sees nothing has no probability at all.
CORPUSCOPE_DEVICE float exponent_base(const BackwardParams& b, int head, std::int64_t query, float gate) {
    const float log_sum = b.log_sums[b.row_index(head, query)];
    return log_sum == -INFINITY ? INFINITY : (log_sum - gate) * kLog2E;
}

}  // namespace corpuscope::kernels::cuda
