// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What the host works out before attention is launched. Needs no device, so that it can be tested without
// one.
#pragma once

#include <cstdint>
#include <utility>

#include "kernels/attention_backward.h"
#include "kernels/cuda/attention_params.h"

namespace corpuscope::kernels::cuda {

/// Throws std::invalid_argument where the kept rows of some head are not all there, or numbers exceed what
/// kernels count in. `problem` has passed check_attention.
void check_for_device(const AttentionProblem& problem);

/// The problem without what needs device memory of our own (bucket table, selected blocks, partial states).
AttentionParams make_params(const AttentionProblem& problem);

/// Queries [begin, begin + count) of `params`, counted from its first; pointers move along.
AttentionParams part_of(const AttentionParams& params, DType type, std::int64_t begin, std::int64_t count);

/// Does the fused kernel compute this? It takes bf16 rows aligned to 16 bytes with head sizes 32, 64 and 128,
/// and every option but relative bias, block mask, dropout and the dynamic-sparse branch.
bool fused_serves(const AttentionProblem& problem);

/// The same of the gradients.
bool fused_backward_serves(const AttentionProblem& problem, const AttentionGradients& gradients);

/// Tiles of `rows` queries of a branch, or of the keys that they see, of the head that has most.
std::int64_t gradient_tiles(const AttentionParams& params, int branch, std::int64_t rows, bool keys);

/// Positions [first, second) that hold every key which the queries of `params` see in a branch.
std::pair<std::int64_t, std::int64_t> visible_positions(const AttentionParams& params, int branch);

struct FusedPlan {
    int finishing = 0;                ///< index of the branch that is computed last and writes the result
    std::int64_t partial_blocks = 0;  ///< of the first launch; 0: it is left out
    std::int64_t finish_blocks = 0;
    std::int64_t states = 0;  ///< partial states that the first launch leaves
};

/// Lays out tiles and partial states of the branches in `params`. The finishing branch is the first with rate
/// 1, or else one without keys, which is added behind the others.
FusedPlan plan_fused(AttentionParams& params, int tile_rows);

}  // namespace corpuscope::kernels::cuda
