// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Gradients of dilated attention with every option, in float32: the plain kernels. The first pass gives a
// warp one query row and head, the second one key row and key head; in both a lane takes every 32nd partner,
// recomputes its probability from the forward pass's lse, and then every 32nd element of the head. Nothing is
// added by two warps to one number at once, so results do not depend on the order of execution.
#pragma once

#include "kernels/cuda/attention_simt.cuh"

namespace corpuscope::kernels::cuda {

struct DeviceKeyGradients {
    float* keys = nullptr;
    float* values = nullptr;
    std::int64_t stride = 0;
};

struct BackwardParams {
    AttentionParams forward;
    const void* dout = nullptr;
    std::int64_t dout_stride = 0;
    float* dq = nullptr;
    std::int64_t dq_stride = 0;
    DeviceKeyGradients dkeys[kMaxBranches + 1];
    float* log_sums = nullptr;  ///< [heads, queries]: of the softmax's denominator
    float* deltas = nullptr;    ///< [heads, queries]: gradient of the result times the result
    /// [terms, heads, queries]: what each query adds to the gradients of gates, neighbour bias, slopes and
    /// buckets, in this order. Null: not wanted.
    float* partials = nullptr;
    float* dgates = nullptr;
    float* dneighbour_bias = nullptr;
    float* dalibi_slopes = nullptr;
    float* drelative_bias = nullptr;

    CORPUSCOPE_HD int all_branches() const {
        return forward.branch_count + (forward.dynamic_block != 0 ? 1 : 0);
    }
    CORPUSCOPE_HD int terms() const {
        return all_branches() + 2 + (forward.relative_table != nullptr ? forward.relative_buckets : 0);
    }
    CORPUSCOPE_HD std::int64_t row_index(int head, std::int64_t query) const {
        return std::int64_t{head} * forward.queries + query;
    }
    CORPUSCOPE_HD float& partial(int term, int head, std::int64_t query) const {
        return partials[std::int64_t{term} * forward.heads * forward.queries + row_index(head, query)];
    }
    CORPUSCOPE_HD float gate(int branch, int head) const {
        return forward.gates != nullptr ? forward.gates[branch * forward.heads + head] : 0.0f;
    }
};

/// What a query and a key are to each other in a branch.
struct PlainPair {
    float weight = 0;  ///< of the value in the result: probability with dropout
    float dscore = 0;
};

template <typename T>
CORPUSCOPE_DEVICE float dot_of(const T* a, const T* b, int count) {
    float dot = 0;
#pragma unroll 1
    for (int i = 0; i < count; ++i) dot += to_float(a[i]) * to_float(b[i]);
    return dot;
}

template <typename T>
CORPUSCOPE_DEVICE const T* query_row(const void* rows, std::int64_t stride, const AttentionParams& p,
                                     const PlainRow& row) {
    return static_cast<const T*>(rows) + row.query * stride + std::int64_t{row.head} * p.head_dim;
}

/// `element`: where the key's row begins in the branch's keys and values.
template <typename T>
CORPUSCOPE_DEVICE PlainPair pair_of(const BackwardParams& b, const PlainRow& row, std::int64_t key,
                                    std::int64_t element) {
    const AttentionParams& p = b.forward;
    const DeviceBranch& source = p.branches[row.branch];
    const float log_sum = b.log_sums[b.row_index(row.head, row.query)];
    if (hidden(p, row, key) || p.empty(row.position) || log_sum == -INFINITY) return {};
    const T* q = query_row<T>(p.q, p.q_stride, p, row);
    const T* dout = query_row<T>(b.dout, b.dout_stride, p, row);
    const float score =
        dot_of(q, static_cast<const T*>(source.keys) + element, p.head_dim) * p.scale + bias_of(p, row, key);
    const float probability = expf(score + b.gate(row.branch, row.head) - log_sum);
    if (probability == 0.0f) return {};
    float factor = 1;
    if (p.dropout > 0.0f)
        factor = survives_dropout(p.dropout_seed, row.branch, row.head, row.position, key, p.dropout)
                     ? 1.0f / (1.0f - p.dropout)
                     : 0.0f;
    const float product = dot_of(dout, static_cast<const T*>(source.values) + element, p.head_dim);
    const float delta = b.deltas[b.row_index(row.head, row.query)];
    return {probability * factor, probability * (factor * product - delta)};
}

CORPUSCOPE_DEVICE std::int64_t warp_job() {
    return block_index() * (kSimtThreads / 32) + thread_index() / 32;
}

/// The body of one block: log sums and deltas of four rows.
template <typename T>
CORPUSCOPE_DEVICE void prepare_rows(const BackwardParams& b) {
    const AttentionParams& p = b.forward;
    const int lane = thread_index() % 32;
    const std::int64_t job = warp_job();
    if (job >= p.queries * p.heads) return;
    const PlainRow row{0, static_cast<int>(job % p.heads), p.query_begin + job / p.heads, job / p.heads};
    const T* out = query_row<T>(p.out, p.out_stride, p, row);
    const T* dout = query_row<T>(b.dout, b.dout_stride, p, row);
    float delta = 0;
    for (int i = lane; i < p.head_dim; i += 32) delta += to_float(out[i]) * to_float(dout[i]);
    delta = sum_over_warp(delta);
    float largest = -INFINITY, sum = 0;
    for (int branch = 0; branch < b.all_branches(); ++branch) {
        const float gate = b.gate(branch, row.head);
        if (gate == -INFINITY) continue;
        const float lse =
            p.lse[(std::int64_t{branch} * p.heads + row.head) * p.lse_stride + row.query] + gate;
        if (lse == -INFINITY) continue;
        const float base = max_of(largest, lse);
        sum = (largest == -INFINITY ? 0.0f : sum * expf(largest - base)) + expf(lse - base);
        largest = base;
    }
    if (lane != 0) return;
    b.log_sums[b.row_index(row.head, row.query)] = sum == 0.0f ? -INFINITY : largest + logf(sum);
    b.deltas[b.row_index(row.head, row.query)] = delta;
}

/// What one query's lanes have added up.
struct QuerySums {
    float dq[kElementsALane] = {};
    float gate = 0, neighbour = 0, slope = 0;
};

/// The keys of the first `lanes` lanes; as attend_keys has it.
template <typename T>
CORPUSCOPE_DEVICE void differentiate_keys(const BackwardParams& b, const PlainRow& row, std::int64_t key,
                                          std::int64_t element, int lanes, QuerySums& sums) {
    const AttentionParams& p = b.forward;
    const int lane = thread_index() % 32;
    const float dscore = element >= 0 ? pair_of<T>(b, row, key, element).dscore : 0.0f;
    sums.gate += dscore;
    if (dscore != 0.0f) {
        const std::int64_t distance = key - row.position;
        sums.slope -= dscore * static_cast<float>(distance < 0 ? -distance : distance);
        if (row.branch == 0 && p.branch_count > 0 && p.units != nullptr &&
            p.units[row.position] != p.units[key])
            sums.neighbour += dscore;
    }
    const T* keys = static_cast<const T*>(p.branches[row.branch].keys);
    for (int other = 0; other < lanes; ++other) {
        const float weight = shuffle(dscore, other);
        const std::int64_t from = shuffle(element, other);
        const std::int64_t position = p.relative_table != nullptr ? shuffle(key, other) : 0;
        if (weight == 0.0f || from < 0) continue;
        for (int i = 0; i < kElementsALane; ++i)
            if (lane + i * 32 < p.head_dim) sums.dq[i] += weight * to_float(keys[from + lane + i * 32]);
        if (p.relative_table == nullptr || b.partials == nullptr || lane != 0) continue;
        std::int64_t near = position - row.position;
        near = near < -p.max_distance ? -p.max_distance : near > p.max_distance ? p.max_distance : near;
        b.partial(b.all_branches() + 2 + p.bucket_of_distance[near + p.max_distance], row.head, row.query) +=
            weight;
    }
}

template <typename T>
CORPUSCOPE_DEVICE void differentiate_branch(const BackwardParams& b, const PlainRow& row, QuerySums& sums) {
    const AttentionParams& p = b.forward;
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
        differentiate_keys<T>(b, row, key, element, left < 32 ? static_cast<int>(left) : 32, sums);
    }
}

template <typename T>
CORPUSCOPE_DEVICE void differentiate_selected(const BackwardParams& b, const PlainRow& row, QuerySums& sums) {
    const AttentionParams& p = b.forward;
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
            differentiate_keys<T>(b, row, key, element, 32, sums);
        }
}

/// The body of one block of the first pass: dq and partials of four rows.
template <typename T>
CORPUSCOPE_DEVICE void differentiate_queries(const BackwardParams& b) {
    const AttentionParams& p = b.forward;
    const int lane = thread_index() % 32;
    const std::int64_t job = warp_job();
    if (job >= p.queries * p.heads) return;
    PlainRow row{0, static_cast<int>(job % p.heads), p.query_begin + job / p.heads, job / p.heads};
    if (b.partials != nullptr && lane == 0)
        for (int term = 0; term < b.terms(); ++term) b.partial(term, row.head, row.query) = 0.0f;
    QuerySums sums;
    for (; row.branch < b.all_branches(); ++row.branch) {
        if (p.branches[row.branch].keys == nullptr || b.gate(row.branch, row.head) == -INFINITY) continue;
        sums.gate = 0;
        if (row.branch < p.branch_count)
            differentiate_branch<T>(b, row, sums);
        else
            differentiate_selected<T>(b, row, sums);
        const float gate = sum_over_warp(sums.gate);
        if (b.partials != nullptr && lane == 0) b.partial(row.branch, row.head, row.query) = gate;
    }
    const float neighbour = sum_over_warp(sums.neighbour), slope = sum_over_warp(sums.slope);
    if (b.partials != nullptr && lane == 0) {
        b.partial(b.all_branches(), row.head, row.query) = neighbour;
        b.partial(b.all_branches() + 1, row.head, row.query) = slope;
    }
    if (b.dq == nullptr) return;
    float* dq = b.dq + row.query * b.dq_stride + std::int64_t{row.head} * p.head_dim;
    for (int i = 0; i < kElementsALane; ++i)
        if (lane + i * 32 < p.head_dim) dq[lane + i * 32] += p.scale * sums.dq[i];
}

/// What one key's lanes have added up.
struct KeySums {
    float dk[kElementsALane] = {};
    float dv[kElementsALane] = {};
    bool any = false;  ///< some query of the call sees the key
};

/// The queries of the first `lanes` lanes: each lane's row, where valid.
template <typename T>
CORPUSCOPE_DEVICE void differentiate_partners(const BackwardParams& b, PlainRow row, bool valid, int lanes,
                                              std::int64_t key, std::int64_t element, KeySums& sums) {
    const AttentionParams& p = b.forward;
    const int lane = thread_index() % 32;
    const PlainPair pair = valid ? pair_of<T>(b, row, key, element) : PlainPair{};
    sums.any = any_lane(valid) || sums.any;
    for (int other = 0; other < lanes; ++other) {
        const float weight = shuffle(pair.weight, other), dscore = shuffle(pair.dscore, other);
        row.query = shuffle(valid ? row.position - p.query_begin : 0, other);
        if (weight == 0.0f && dscore == 0.0f) continue;
        const T* q = query_row<T>(p.q, p.q_stride, p, row);
        const T* dout = query_row<T>(b.dout, b.dout_stride, p, row);
        for (int i = 0; i < kElementsALane; ++i) {
            const int at = lane + i * 32;
            if (at >= p.head_dim) continue;
            sums.dk[i] += dscore * to_float(q[at]);
            sums.dv[i] += weight * to_float(dout[at]);
        }
    }
}

/// Queries of one segment that see the key; returns the key's row.
template <typename T>
CORPUSCOPE_DEVICE std::int64_t visit_segment(const BackwardParams& b, PlainRow row, std::int64_t key,
                                             KeySums& sums) {
    const AttentionParams& p = b.forward;
    const DeviceBranch& source = p.branches[row.branch];
    const KeptRows kept = p.kept(row.branch, row.head);
    const std::int64_t index = kept.index_of(key);
    if (index < 0) return -1;
    const std::int64_t at = key_row(kept, index, source.first, source.kept_only != 0);
    const std::int64_t element = at * source.stride + std::int64_t{p.key_head(row.head)} * p.head_dim;
    const KeptRange segment = kept.segment_of(index);
    const std::int64_t own_first = kept.before(p.query_begin),
                       own_end = kept.before(p.query_begin + p.queries);
    std::int64_t begin = p.causal ? index : segment.begin;
    if (begin < own_first) begin = own_first;
    const std::int64_t end = segment.end < own_end ? segment.end : own_end;
    for (std::int64_t first = begin; first < end; first += 32) {
        const std::int64_t mine = first + thread_index() % 32;
        const bool valid = mine < end;
        row.position = valid ? kept.position(mine) : p.query_begin;
        row.query = row.position - p.query_begin;
        const std::int64_t left = end - first;
        differentiate_partners<T>(b, row, valid, left < 32 ? static_cast<int>(left) : 32, key, element, sums);
    }
    return at;
}

/// Queries of the blocks that have chosen the key's; returns the key's row.
template <typename T>
CORPUSCOPE_DEVICE std::int64_t visit_choosers(const BackwardParams& b, PlainRow row, std::int64_t key,
                                              KeySums& sums) {
    const AttentionParams& p = b.forward;
    const DeviceBranch& source = p.branches[row.branch];
    const std::int64_t at = key - source.first;
    const std::int64_t element = at * source.stride + std::int64_t{p.key_head(row.head)} * p.head_dim;
    for (std::int64_t block = 0; block * p.dynamic_block < p.queries; ++block) {
        const std::int64_t* selected = p.selected + (block * p.heads + row.head) * p.top_k;
        bool chosen = false;
        for (int i = 0; i < p.top_k; ++i) chosen = chosen || selected[i] == key / p.dynamic_block;
        if (!chosen) continue;
        for (std::int64_t first = 0; first < p.dynamic_block; first += 32) {
            const std::int64_t within = first + thread_index() % 32, query = block * p.dynamic_block + within;
            const bool valid = within < p.dynamic_block && query < p.queries;
            row.query = valid ? query : 0;
            row.position = p.query_begin + row.query;
            differentiate_partners<T>(b, row, valid, 32, key, element, sums);
        }
    }
    return at;
}

/// The body of one block of the second pass: dk and dv of four positions and key heads in one branch, of
/// positions [begin, end).
template <typename T>
CORPUSCOPE_DEVICE void differentiate_key_rows(const BackwardParams& b, int branch, std::int64_t begin,
                                              std::int64_t end) {
    const AttentionParams& p = b.forward;
    const int lane = thread_index() % 32;
    const std::int64_t job = warp_job();
    if (job >= (end - begin) * p.kv_heads) return;
    const int kv_head = static_cast<int>(job % p.kv_heads), group = p.heads / p.kv_heads;
    const std::int64_t key = begin + job / p.kv_heads;
    if (p.empty(key)) return;
    KeySums sums;
    std::int64_t row = -1;
    for (int head = kv_head * group; head < (kv_head + 1) * group; ++head) {
        if (b.gate(branch, head) == -INFINITY) continue;
        const PlainRow start{branch, head, 0, 0};
        const std::int64_t at = branch < p.branch_count ? visit_segment<T>(b, start, key, sums)
                                                        : visit_choosers<T>(b, start, key, sums);
        if (at >= 0) row = at;
    }
    if (row < 0 || !sums.any) return;
    const DeviceKeyGradients& to = b.dkeys[branch];
    const std::int64_t element = row * to.stride + std::int64_t{kv_head} * p.head_dim;
    for (int i = 0; i < kElementsALane; ++i) {
        const int at = lane + i * 32;
        if (at >= p.head_dim) continue;
        if (to.keys != nullptr) to.keys[element + at] += p.scale * sums.dk[i];
        if (to.values != nullptr) to.values[element + at] += sums.dv[i];
    }
}

/// The body of one block of the last pass: four sums of partials.
CORPUSCOPE_DEVICE void add_up_partials(const BackwardParams& b) {
    const AttentionParams& p = b.forward;
    const int lane = thread_index() % 32;
    const std::int64_t job = warp_job();
    if (job >= std::int64_t{b.terms()} * p.heads) return;
    const int term = static_cast<int>(job / p.heads), head = static_cast<int>(job % p.heads);
    float sum = 0;
    for (std::int64_t query = lane; query < p.queries; query += 32) sum += b.partial(term, head, query);
    sum = sum_over_warp(sum);
    if (lane != 0) return;
    const int all = b.all_branches(), bucket = term - all - 2;
    float* to = term < all    ? (b.dgates != nullptr ? b.dgates + term * p.heads + head : nullptr)
                : term == all ? (b.dneighbour_bias != nullptr ? b.dneighbour_bias + head : nullptr)
                : bucket < 0  ? (b.dalibi_slopes != nullptr ? b.dalibi_slopes + head : nullptr)
                : b.drelative_bias != nullptr ? b.drelative_bias + head * p.relative_buckets + bucket
                                              : nullptr;
    if (to != nullptr) *to += sum;
}

}  // namespace corpuscope::kernels::cuda
