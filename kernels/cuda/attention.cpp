// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/attention.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/check.h"
#include "kernels/cuda/device_pointer.h"
#include "kernels/cuda/dynamic_blocks.cuh"
#include "kernels/cuda/fused_tile.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/plan.h"

namespace corpuscope::kernels::cuda {
namespace {

// So many queries at once that the partial states of their outer branches stay in the L2 cache between the
// two launches.
constexpr std::int64_t kFusedQueries = 65536;
// So few that the plain kernel's grid stays below 2^31 blocks.
constexpr std::int64_t kPlainQueries = std::int64_t{1} << 22;

}  // namespace

void Attention::check_pointers(const AttentionProblem& problem) {
    require_device(problem.q, "queries");
    require_device(problem.out, "attention result");
    require_device(problem.lse, "log sum exp");
    require_device(problem.gates, "gates");
    require_device(problem.units, "units");
    require_device(problem.neighbour_bias, "neighbour bias");
    require_device(problem.alibi_slopes, "alibi slopes");
    require_device(problem.relative_bias.table, "relative bias");
    require_device(problem.block_mask.allowed, "block mask");
    for (std::size_t b = 0; b < problem.keys.size(); ++b) {
        require_device(problem.keys[b].keys, "keys of branch " + std::to_string(b));
        require_device(problem.keys[b].values, "values of branch " + std::to_string(b));
    }
}

void Attention::compute(const AttentionProblem& problem) {
    check_attention(problem);
    check_for_device(problem);
    if (problem.queries == 0) return;
    check_pointers(problem);
    check_closed_branches(problem);
    AttentionParams params = make_params(problem);
    if (fused_serves(problem)) return compute_fused(problem, params);
    set_buckets(problem, params);
    select_blocks(problem, params);
    compute_plain(problem, params);
}

void Attention::check_closed_branches(const AttentionProblem& problem) {
    for (std::size_t b = 0; b < problem.keys.size(); ++b) {
        if (problem.keys[b].keys != nullptr) continue;
        std::vector<float> gates(static_cast<std::size_t>(problem.heads));
        CORPUSCOPE_CHECK(cudaMemcpyAsync(gates.data(), problem.gates + b * gates.size(),
                                         gates.size() * sizeof(float), cudaMemcpyDeviceToHost,
                                         stream_.get()));
        stream_.wait();
        for (std::size_t head = 0; head < gates.size(); ++head)
            if (gates[head] != -INFINITY)
                refuse("gate of branch " + std::to_string(b) + ", head " + std::to_string(head) +
                       " is open, but the branch has no keys");
    }
}

void Attention::set_buckets(const AttentionProblem& problem, AttentionParams& params) {
    const RelativeBias& bias = problem.relative_bias;
    if (bias.table == nullptr) return;
    std::vector<std::int32_t> buckets(2 * static_cast<std::size_t>(bias.max_distance) + 1);
    for (std::size_t i = 0; i < buckets.size(); ++i)
        buckets[i] = relative_bucket(static_cast<std::int64_t>(i) - bias.max_distance, bias.buckets,
                                     bias.max_distance, problem.causal);
    if (buckets != host_buckets_) {
        stream_.wait();  // earlier work may still read the old ones
        stream_.note_moved_memory();
        host_buckets_.clear();
        buckets_ = DeviceBuffer(buckets.size() * sizeof(std::int32_t));
        CORPUSCOPE_CHECK(cudaMemcpyAsync(buckets_.data(), buckets.data(), buckets_.bytes(),
                                         cudaMemcpyHostToDevice, stream_.get()));
        stream_.wait();
        host_buckets_ = std::move(buckets);
    }
    params.bucket_of_distance = buckets_.as<std::int32_t>();
}

void Attention::select_blocks(const AttentionProblem& problem, AttentionParams& params) {
    const std::int64_t block = problem.dynamic_sparse.block;
    if (block == 0) return;
    const KeyRows& keys = problem.keys[problem.branches.size()];
    if (keys.keys == nullptr) return;
    const std::int64_t query_blocks = (problem.queries + block - 1) / block;
    const std::int64_t key_blocks = (problem.length + block - 1) / block;
    PoolJob queries{problem.q,
                    problem.q_stride,
                    problem.query_begin,
                    problem.query_begin,
                    problem.query_begin + problem.queries,
                    block,
                    problem.heads,
                    problem.head_dim,
                    problem.units};
    PoolJob pooled_keys{keys.keys,        keys.stride,      keys.first,   0, problem.length, block,
                        problem.kv_heads, problem.head_dim, problem.units};
    const auto count = [](std::int64_t a, std::int64_t b, std::int64_t c) {
        return static_cast<std::size_t>(a * b * c);
    };
    queries.means =
        query_means_.reserve<float>(count(query_blocks, problem.heads, problem.head_dim), stream_);
    pooled_keys.means =
        key_means_.reserve<float>(count(key_blocks, problem.kv_heads, problem.head_dim), stream_);
    auto* counts = counts_.reserve<std::int32_t>(count(query_blocks + key_blocks, 1, 1), stream_);
    pooled_keys.counts = counts;
    queries.counts = counts + key_blocks;
    auto* selected = selected_.reserve<std::int64_t>(
        count(query_blocks, problem.heads, problem.dynamic_sparse.top_k), stream_);
    launch_pool(queries, problem.type, stream_.get());
    launch_pool(pooled_keys, problem.type, stream_.get());
    launch_select(
        {queries.means, pooled_keys.means, counts, problem.query_begin / block, key_blocks, problem.heads,
         problem.kv_heads, problem.head_dim, problem.dynamic_sparse.top_k, problem.causal, selected},
        query_blocks, stream_.get());
    params.selected = selected;
}

void Attention::compute_fused(const AttentionProblem& problem, AttentionParams params) {
    if (params.lse != nullptr)  // rows that a branch does not keep are in none of its tiles
        launch_fill(params.lse, params.branch_count * std::int64_t{params.heads} * params.queries, -INFINITY,
                    stream_.get());
    for (std::int64_t begin = 0; begin < problem.queries; begin += kFusedQueries) {
        AttentionParams part =
            part_of(params, problem.type, begin, std::min(kFusedQueries, problem.queries - begin));
        const FusedPlan plan = plan_fused(part, TileShape<64>::kQueries);
        const auto states = static_cast<std::size_t>(plan.states);
        part.row_states = row_states_.reserve<RowState>(states, stream_);
        part.accumulators =
            accumulators_.reserve<float>(states * static_cast<std::size_t>(problem.head_dim), stream_);
        if (plan.partial_blocks > 0)
            launch_fused_attention(part, plan.finishing, false, plan.partial_blocks, stream_.get());
        launch_fused_attention(part, plan.finishing, true, plan.finish_blocks, stream_.get());
    }
}

void Attention::compute_plain(const AttentionProblem& problem, const AttentionParams& params) {
    const std::int64_t block = std::max<std::int64_t>(params.dynamic_block, 1);
    const std::int64_t step = std::max(kPlainQueries / block, std::int64_t{1}) * block;
    for (std::int64_t begin = 0; begin < problem.queries; begin += step)
        launch_plain_attention(part_of(params, problem.type, begin, std::min(step, problem.queries - begin)),
                               problem.type, stream_.get());
}

}  // namespace corpuscope::kernels::cuda
