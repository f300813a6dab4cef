// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What one task of the backward pass works on: a rectangle of queries and keys of one branch and head.
#pragma once

#include <cstdint>

#include "kernels/attention_backward.h"
#include "kernels/cpu/attention_span.h"

namespace corpuscope::kernels::cpu {

/// Rows of a side of the rectangle at most: the segments of the usual branches (256 queries) fit, and with
/// their gradients the keys and values of head size 32 take 150 KiB.
inline constexpr std::int64_t kSide = 288;

/// Keys whose probabilities are held at once; a multiple of the rows of every register tile.
inline constexpr std::int64_t kBackwardKeys = 48;

inline constexpr float kLog2OfE = 1.44269504F;

inline float gate_of(const AttentionProblem& p, int branch, int head) {
    return p.gates == nullptr ? 0.0F : p.gates[branch * p.heads + head];
}

/// Sequence positions begin, begin + step, ... below end.
struct Positions {
    std::int64_t begin = 0, end = 0, step = 1;
};

/// Sums over the scores' gradients that a task leaves.
enum SumIndex : std::int64_t { kGateSum, kNeighbourSum, kSlopeSum, kDistanceSums };

/// Magnitude of a log sum (base 2) from which on scores are computed as if in twice the precision: an error
/// of 1e-5 in a score is one of 1e-5 of its probability.
inline constexpr float kLargeLogSum = 20.0F;

/// Sums over the keys of a query: of the probabilities p (1 but for rounding), and of p dp, dp being the
/// probability's gradient.
struct RowSums {
    float probability = 0.0F, product = 0.0F;
};

struct BackwardTask {
    const AttentionProblem* problem;
    const AttentionGradients* gradients;
    /// [heads, 2 * max_distance + 1]: T5 bias by key - query distance, times log2 e. Null: none.
    const float* distance_bias;
    const float* log_sums;  ///< [heads, queries]: log2 of the softmax's denominator
    /// [heads, queries]: subtracted from exponents besides, where log sums are too large to hold it. Null: 0.
    const float* corrections;
    const float* deltas;  ///< [heads, queries]: gradient of the result times the result
    int branch, head;
    Positions queries, keys;  ///< at most kSide of each
    /// [heads, queries]: the task only adds up these, for queries whose log sums are large. Null: it computes
    /// gradients.
    RowSums* row_sums;
    double* sums;  ///< added to, [kDistanceSums (+ 2 * max_distance + 1)] by SumIndex; null: not wanted
    std::byte* scratch;
};

/// The scratch of a task. Rows of `keys` and the like are `stride` floats apart.
struct BackwardScratch {
    /// `panel`: queries side by side; `query_block`: queries whose probabilities are held at once.
    BackwardScratch(std::byte* base, std::int64_t head_dim, std::int64_t panel, std::int64_t query_block);

    std::int64_t padded_dim;  ///< head_dim rounded up to whole panels
    std::int64_t stride;      ///< padded_dim and sometimes a panel more, so that rows do not share cache sets

    float *keys, *values, *dkeys, *dvalues;  ///< [kSide + one tile, stride]
    std::int32_t *key_units, *key_positions;

    float *query_panels, *dout_panels;     ///< [panels, head_dim, panel]: what scores are computed from
    float *queries, *douts, *dqueries;     ///< [query block, stride]
    float *shifts, *corrections, *deltas;  ///< [query block]: both added to exponents; as above
    std::int32_t *query_units, *query_positions;

    float* probabilities;  ///< [kBackwardKeys, query block]
    float* dscores;        ///< the same
    float* factors;        ///< the same: of dropout
    std::size_t bytes;
};

/// Adds the gradients of one rectangle.
void run_backward_task(const BackwardTask& task);
std::size_t backward_scratch_bytes(int head_dim);

/// BackwardTask::log_sums of queries [first, first + count) of a head, from the branches' lse and gates.
void add_up_log_sums(const AttentionProblem& problem, int head, std::int64_t first, std::int64_t count,
                     float* to);

}  // namespace corpuscope::kernels::cpu
