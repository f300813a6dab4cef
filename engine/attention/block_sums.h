// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Sums of attention probabilities over cells of queries and cells of keys: one row of probabilities at a
// time, never an N x N matrix. Cost: for every query and head one dot product a key that its branches show
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/progress.h"
#include "kernels/attention.h"

namespace corpuscope::attention {

struct BlockSumProblem {
    std::int64_t length = 0;  ///< positions
    int heads = 0;            ///< of the model, for the offsets
    int first_head = 0;       ///< `q` and `k` hold heads [first_head, first_head + held_heads)
    int held_heads = 0;
    std::int64_t head_dim = 0;
    std::span<const float> q, k;  ///< [length, held_heads * head_dim]; rows of empty positions are not read
    std::span<const kernels::Branch> branches;
    int branch = -1;  ///< one of them alone; -1: the mixture
    int layer = 0;
    float outer_gate = 0;                   ///< of every branch but the first, whose gate is 0
    std::span<const float> neighbour_bias;  ///< [heads], branch 0: on keys of other units
    std::span<const std::int32_t> unit_of;  ///< [length]; -1: empty
    std::span<const std::int32_t> cell_of;  ///< [length]; -1: in no cell, but still a key
    std::int64_t cells = 0;
    int threads = 1;
    Control* control = nullptr;
    std::function<void(double)> progress;  ///< called on the calling thread
};

/// [cells, cells]: mean over the row's queries and the heads of what falls on the column's keys; NaN where no
/// query of the row sees a key of the column.
std::vector<float> block_sums(const BlockSumProblem& problem);

}  // namespace corpuscope::attention
