// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Which key blocks the dynamic-sparse branch shows to each block of queries: the mean row of every block,
// then the top_k highest products of a query block's mean with the key blocks' means.
#pragma once

#include "kernels/cuda/attention_simt.cuh"

namespace corpuscope::kernels::cuda {

/// Means of blocks of `block` rows: row i of `rows` is sequence position first + i.
struct PoolJob {
    const void* rows = nullptr;
    std::int64_t stride = 0;
    std::int64_t first = 0;
    std::int64_t begin = 0;  ///< positions [begin, end), begin a multiple of block
    std::int64_t end = 0;
    std::int64_t block = 1;
    int heads = 0;
    int head_dim = 0;
    const std::int32_t* units = nullptr;
    float* means = nullptr;          ///< [blocks, heads, head_dim]
    std::int32_t* counts = nullptr;  ///< [blocks]: rows that are not empty
};

/// The body of one block of 32 threads, which pools one block of rows of one head.
template <typename T>
CORPUSCOPE_DEVICE void pool_block(const PoolJob& job) {
    const std::int64_t block = block_index() / job.heads;
    const int head = static_cast<int>(block_index() % job.heads), lane = thread_index();
    const std::int64_t begin = job.begin + block * job.block;
    const std::int64_t end = begin + job.block < job.end ? begin + job.block : job.end;
    float sums[kElementsALane] = {};
    std::int32_t count = 0;
    for (std::int64_t position = begin; position < end; ++position) {
        if (job.units != nullptr && job.units[position] < 0) continue;
        ++count;
        const T* row = static_cast<const T*>(job.rows) + (position - job.first) * job.stride +
                       std::int64_t{head} * job.head_dim;
#pragma unroll
        for (int i = 0; i < kElementsALane; ++i)
            if (lane + i * 32 < job.head_dim) sums[i] += to_float(row[lane + i * 32]);
    }
    float* mean = job.means + block_index() * job.head_dim;
#pragma unroll
    for (int i = 0; i < kElementsALane; ++i)
        if (lane + i * 32 < job.head_dim)
            mean[lane + i * 32] = sums[i] / static_cast<float>(max_of(count, 1));
    if (head == 0 && lane == 0) job.counts[block] = count;
}

struct SelectJob {
    const float* query_means = nullptr;  ///< [query blocks, heads, head_dim]
    const float* key_means = nullptr;    ///< [key blocks, kv_heads, head_dim]
    const std::int32_t* key_counts = nullptr;
    std::int64_t first_query_block = 0;
    std::int64_t key_blocks = 0;
    int heads = 0;
    int kv_heads = 0;
    int head_dim = 0;
    int top_k = 0;
    bool causal = false;
    std::int64_t* selected = nullptr;  ///< [query blocks, heads, top_k]
};

/// A block and its score; the better of two has the higher score, or is the earlier among equals.
struct ScoredBlock {
    float score;
    int index;

    CORPUSCOPE_HD bool better_than(const ScoredBlock& other) const {
        return score > other.score || (score == other.score && index < other.index);
    }
};

CORPUSCOPE_DEVICE float score_block(const SelectJob& job, int head, std::int64_t key_block) {
    const float* query = job.query_means + block_index() * job.head_dim;
    const int key_head = static_cast<int>(std::int64_t{head} * job.kv_heads / job.heads);
    const float* key = job.key_means + (key_block * job.kv_heads + key_head) * job.head_dim;
    float score = 0;
    for (int i = 0; i < job.head_dim; ++i) score += query[i] * key[i];
    return score == score ? score : INFINITY;  // a block with a NaN is looked at, so that the NaN shows
}

/// The body of one block of 32 threads, for one block of queries and one head. Scores are computed anew for
/// every pick, so that none need be kept.
CORPUSCOPE_DEVICE void select_blocks(const SelectJob& job) {
    const int head = static_cast<int>(block_index() % job.heads), lane = thread_index();
    const std::int64_t own = job.first_query_block + block_index() / job.heads;
    const std::int64_t candidates = job.causal && own + 1 < job.key_blocks ? own + 1 : job.key_blocks;
    std::int64_t* selected = job.selected + block_index() * job.top_k;
    constexpr int kNone = 0x7fffffff;
    ScoredBlock previous{INFINITY, -1};
    for (int pick = 0; pick < job.top_k; ++pick) {
        ScoredBlock best{-INFINITY, kNone};
        for (std::int64_t k = lane; k < candidates && previous.index != kNone; k += 32) {
            if (job.key_counts[k] == 0) continue;
            const ScoredBlock candidate{score_block(job, head, k), static_cast<int>(k)};
            if (previous.better_than(candidate) && candidate.better_than(best)) best = candidate;
        }
        for (int mask = 16; mask > 0; mask /= 2) {
            const ScoredBlock other{shuffle_xor(best.score, mask), shuffle_xor(best.index, mask)};
            if (other.better_than(best)) best = other;
        }
        previous = best;
        if (lane != 0) continue;
        // Ascending order, so that keys are visited as every other backend visits them.
        int slot = pick;
        if (best.index == kNone) {
            selected[slot] = -1;
            continue;
        }
        for (; slot > 0 && selected[slot - 1] > best.index; --slot) selected[slot] = selected[slot - 1];
        selected[slot] = best.index;
    }
}

}  // namespace corpuscope::kernels::cuda
