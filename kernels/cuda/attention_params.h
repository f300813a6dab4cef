// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// An AttentionProblem as kernels take it: a plain struct, passed by value, without spans.
#pragma once

#include <cstdint>

#include "kernels/cuda/pattern.h"

namespace corpuscope::kernels::cuda {

/// Branches of one call at most, the dynamic one included: growing by 2 from a window of 256, 10^9 tokens
/// need 23.
inline constexpr int kMaxBranches = 28;

struct DeviceBranch {
    std::int64_t segment = 1;
    std::int64_t rate = 1;
    const void* keys = nullptr;  ///< null: nothing is seen through this branch
    const void* values = nullptr;
    std::int64_t stride = 0;
    std::int64_t first = 0;
    std::int64_t kept_only = 0;
    std::int64_t tiles = 0;  ///< fused kernel: query tiles of the head that has most
    std::int64_t state_row =
        0;  ///< fused kernel: where the branch's partial states begin, [heads, state_rows]
    std::int64_t state_rows = 0;
    std::int64_t state_first = 0;  ///< kept index that row 0 of each head is for; -1: the head's first query
};

/// What the fused kernel leaves of a query row in one branch: its softmax's largest exponent (base 2, gate
/// included) and the sum of powers of two relative to it.
struct RowState {
    float largest;
    float sum;
};

struct AttentionParams {
    std::int64_t length = 0;
    std::int64_t query_begin = 0;
    std::int64_t queries = 0;
    int heads = 0;
    int kv_heads = 0;
    int head_dim = 0;
    int branch_count = 0;  ///< without the dynamic one
    float scale = 0;
    OffsetRule rule = OffsetRule::Modulo;
    bool causal = false;
    int layer = 0;

    const void* q = nullptr;
    void* out = nullptr;
    std::int64_t q_stride = 0;
    std::int64_t out_stride = 0;
    float* lse = nullptr;  ///< [branches, heads, lse_stride], this call's first query at column 0
    std::int64_t lse_stride = 0;

    const float* gates = nullptr;
    const std::int32_t* units = nullptr;
    const float* neighbour_bias = nullptr;
    const float* alibi_slopes = nullptr;

    const float* relative_table = nullptr;  ///< [heads, relative_buckets]
    /// Bucket of each distance key - query in [-max_distance, max_distance]; further ones are as the nearest
    /// of these.
    const std::int32_t* bucket_of_distance = nullptr;
    int relative_buckets = 0;
    std::int64_t max_distance = 0;

    const std::uint8_t* block_allowed = nullptr;
    std::int64_t mask_block = 1;
    std::int64_t mask_columns = 0;

    std::int64_t dynamic_block = 0;  ///< 0: no dynamic branch
    int top_k = 0;                   ///< rows of `selected`
    const std::int64_t* selected =
        nullptr;  ///< [query blocks, heads, top_k]: key blocks, ascending, -1: none

    float dropout = 0;
    std::uint64_t dropout_seed = 0;

    RowState* row_states = nullptr;  ///< fused kernel: partial states of all branches but the finishing one
    float* accumulators = nullptr;   ///< fused kernel: [partial states, head_dim]

    DeviceBranch branches[kMaxBranches + 1];  ///< the last is for a finishing branch without keys

    CORPUSCOPE_HD KeptRows kept(int branch, int head) const {
        const DeviceBranch& b = branches[branch];
        return KeptRows::make(length, b.segment, b.rate,
                              device_head_offset(head, heads, b.rate, rule, layer));
    }
    /// Where the partial state of a query of a branch lies.
    CORPUSCOPE_HD std::int64_t state_of(int branch, int head, std::int64_t index) const {
        const DeviceBranch& b = branches[branch];
        const std::int64_t first =
            b.state_first >= 0 ? b.state_first : kept(branch, head).before(query_begin);
        return b.state_row + head * b.state_rows + index - first;
    }
    CORPUSCOPE_HD int key_head(int head) const {
        return static_cast<int>(std::int64_t{head} * kv_heads / heads);
    }
    CORPUSCOPE_HD bool empty(std::int64_t position) const { return units != nullptr && units[position] < 0; }
};

}  // namespace corpuscope::kernels::cuda
