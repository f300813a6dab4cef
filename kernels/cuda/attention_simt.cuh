// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Dilated attention with every option, in float32, one warp a query row and head: the plain kernel that the
// fused one is checked against, and what serves where the fused one does not reach (float32 inputs, other
// head sizes, relative bias, block masks, dropout, the dynamic-sparse branch). A lane takes every 32nd
// visible key for the scores, and every 32nd element of the head for the values.
#pragma once

#include "kernels/cuda/attention_params.h"
#include "kernels/cuda/device_ops.cuh"
#include "kernels/philox.h"

namespace corpuscope::kernels::cuda {

inline constexpr int kSimtThreads = 128;
inline constexpr int kLargestHead = 256;
inline constexpr int kElementsALane = kLargestHead / 32;

CORPUSCOPE_DEVICE float to_float(float value) { return value; }
CORPUSCOPE_DEVICE float to_float(std::uint16_t bf16) { return bits_to_float(std::uint32_t{bf16} << 16); }
CORPUSCOPE_DEVICE void store_element(float* to, float value) { *to = value; }
CORPUSCOPE_DEVICE void store_element(std::uint16_t* to, float value) {
    *to = static_cast<std::uint16_t>(pack_bf16(value, 0.0f) & 0xffffu);
}

struct PlainRow {
    int branch;
    int head;
    std::int64_t position;
    std::int64_t query;  ///< row of q and out
};

struct PlainSoftmax {
    float out[kElementsALane] = {};
    float largest = -INFINITY;
    float sum = 0;

    /// Brings the sums to a new largest exponent and returns it, or 0 where there is none yet.
    CORPUSCOPE_DEVICE float raise(float to) {
        const float base = to == -INFINITY ? 0.0f : to;
        const float shrink = expf(largest - base);
        for (float& element : out) element *= shrink;
        sum *= shrink;
        largest = to;
        return base;
    }
};

CORPUSCOPE_DEVICE float largest_in_warp(float value) {
    for (int mask = 16; mask > 0; mask /= 2) value = max_of(value, shuffle_xor(value, mask));
    return value;
}

CORPUSCOPE_DEVICE bool hidden(const AttentionParams& p, const PlainRow& row, std::int64_t key) {
    if (p.empty(key) || (p.causal && key > row.position)) return true;
    return p.block_allowed != nullptr &&
           p.block_allowed[row.position / p.mask_block * p.mask_columns + key / p.mask_block] == 0;
}

CORPUSCOPE_DEVICE float bias_of(const AttentionParams& p, const PlainRow& row, std::int64_t key) {
    float bias = 0;
    const std::int64_t distance = key - row.position;
    if (row.branch == 0 && p.branch_count > 0 && p.neighbour_bias != nullptr && p.units != nullptr &&
        p.units[row.position] != p.units[key])
        bias += p.neighbour_bias[row.head];
    if (p.alibi_slopes != nullptr)
        bias -= p.alibi_slopes[row.head] * static_cast<float>(distance < 0 ? -distance : distance);
    if (p.relative_table != nullptr) {
        std::int64_t near = distance < -p.max_distance ? -p.max_distance : distance;
        if (near > p.max_distance) near = p.max_distance;
        bias += p.relative_table[row.head * p.relative_buckets + p.bucket_of_distance[near + p.max_distance]];
    }
    return bias;
}

/// One trip of the online softmax over the keys of the first `lanes` lanes: this lane's is at `key`, its row
/// beginning at `element` of the branch's keys; < 0: this lane has none.
template <typename T>
CORPUSCOPE_DEVICE void attend_keys(const AttentionParams& p, const PlainRow& row, std::int64_t key,
                                   std::int64_t element, int lanes, PlainSoftmax& softmax) {
    const DeviceBranch& source = p.branches[row.branch];
    const int lane = thread_index() % 32;
    float score = -INFINITY;
    if (element >= 0 && !hidden(p, row, key)) {
        const T* q =
            static_cast<const T*>(p.q) + row.query * p.q_stride + std::int64_t{row.head} * p.head_dim;
        const T* k = static_cast<const T*>(source.keys) + element;
        float dot = 0;
        for (int i = 0; i < p.head_dim; ++i) dot += to_float(q[i]) * to_float(k[i]);
        score = dot * p.scale + bias_of(p, row, key);
    }
    const float base = softmax.raise(max_of(softmax.largest, largest_in_warp(score)));
    float probability = expf(score - base);
    softmax.sum += sum_over_warp(probability);
    if (p.dropout > 0.0f && probability != 0.0f)
        probability = survives_dropout(p.dropout_seed, row.branch, row.head, row.position, key, p.dropout)
                          ? probability / (1.0f - p.dropout)
                          : 0.0f;
    for (int other = 0; other < lanes; ++other) {
        const float weight = shuffle(probability, other);
        const std::int64_t from = shuffle(element, other);
        if (weight == 0.0f || from < 0) continue;
        const T* v = static_cast<const T*>(source.values) + from;
#pragma unroll
        for (int i = 0; i < kElementsALane; ++i)
            if (lane + i * 32 < p.head_dim) softmax.out[i] += weight * to_float(v[lane + i * 32]);
    }
}

template <typename T>
CORPUSCOPE_DEVICE void attend_branch(const AttentionParams& p, const PlainRow& row, PlainSoftmax& softmax) {
    const DeviceBranch& source = p.branches[row.branch];
    const KeptRows kept = p.kept(row.branch, row.head);
    const std::int64_t index = kept.index_of(row.position);
    if (index < 0) return;
    const KeptRange visible = kept.visible_to(index, p.causal);
    for (std::int64_t first = visible.begin; first < visible.end; first += 32) {
        const std::int64_t mine = first + thread_index() % 32;
        std::int64_t element = -1, key = 0;
        if (mine < visible.end) {
            key = kept.position(mine);
            element = key_row(kept, mine, source.first, source.kept_only != 0) * source.stride +
                      std::int64_t{p.key_head(row.head)} * p.head_dim;
        }
        const std::int64_t left = visible.end - first;
        attend_keys<T>(p, row, key, element, left < 32 ? static_cast<int>(left) : 32, softmax);
    }
}

template <typename T>
CORPUSCOPE_DEVICE void attend_selected_blocks(const AttentionParams& p, const PlainRow& row,
                                              PlainSoftmax& softmax) {
    const DeviceBranch& source = p.branches[row.branch];
    const std::int64_t* selected = p.selected + (row.query / p.dynamic_block * p.heads + row.head) * p.top_k;
    for (int i = 0; i < p.top_k && selected[i] >= 0; ++i)
        for (std::int64_t first = 0; first < p.dynamic_block; first += 32) {
            const std::int64_t within = first + thread_index() % 32,
                               key = selected[i] * p.dynamic_block + within;
            const bool valid = within < p.dynamic_block && key < p.length;
            const std::int64_t element =
                valid ? (key - source.first) * source.stride + std::int64_t{p.key_head(row.head)} * p.head_dim
                      : -1;
            attend_keys<T>(p, row, key, element, 32, softmax);
        }
}

/// The body of one block: four rows.
template <typename T>
CORPUSCOPE_DEVICE void attend_plainly(const AttentionParams& p) {
    const int lane = thread_index() % 32;
    const std::int64_t job = block_index() * (kSimtThreads / 32) + thread_index() / 32;
    if (job >= p.queries * p.heads) return;
    PlainRow row{0, static_cast<int>(job % p.heads), p.query_begin + job / p.heads, job / p.heads};
    PlainSoftmax total;
    const int all = p.branch_count + (p.dynamic_block != 0 ? 1 : 0);
    for (; row.branch < all; ++row.branch) {
        const float gate = p.gates != nullptr ? p.gates[row.branch * p.heads + row.head] : 0.0f;
        PlainSoftmax softmax;
        if (p.branches[row.branch].keys != nullptr && gate != -INFINITY && !p.empty(row.position)) {
            if (row.branch < p.branch_count)
                attend_branch<T>(p, row, softmax);
            else
                attend_selected_blocks<T>(p, row, softmax);
        }
        if (p.lse != nullptr && lane == 0)
            p.lse[(std::int64_t{row.branch} * p.heads + row.head) * p.lse_stride + row.query] =
                softmax.sum == 0.0f ? -INFINITY : softmax.largest + logf(softmax.sum);
        if (softmax.sum == 0.0f) continue;
        const float base = total.raise(max_of(total.largest, softmax.largest + gate));
        const float weight = expf(softmax.largest + gate - base);
        total.sum += softmax.sum * weight;
        for (int i = 0; i < kElementsALane; ++i) total.out[i] += softmax.out[i] * weight;
    }
    T* out = static_cast<T*>(p.out) + row.query * p.out_stride + std::int64_t{row.head} * p.head_dim;
#pragma unroll
    for (int i = 0; i < kElementsALane; ++i)
        if (lane + i * 32 < p.head_dim)
            store_element(out + lane + i * 32, total.sum == 0.0f ? 0.0f : total.out[i] / total.sum);
}

}  // namespace corpuscope::kernels::cuda
