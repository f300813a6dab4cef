// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/emulated_attention.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "kernels/check.h"
#include "kernels/cuda/attention_simt.cuh"
#include "kernels/cuda/backward_params.h"
#include "kernels/cuda/dynamic_blocks.cuh"
#include "kernels/cuda/fused_gradient_keys.cuh"
#include "kernels/cuda/fused_gradient_queries.cuh"
#include "kernels/cuda/fused_kernel.cuh"
#include "kernels/cuda/plan.h"
#include "tests/gpu_check/lane_emulator.h"

namespace corpuscope::gpu_check {
namespace {

using namespace kernels;
using namespace kernels::cuda;

/// Calls work(T()) with what elements of this type are stored as.
template <typename Work>
void with_type(DType type, const Work& work) {
    if (type == DType::BF16)
        work(std::uint16_t{});
    else
        work(float{});
}

template <int D>
void run_fused(const AttentionParams& params, int finishing, bool finish, std::int64_t blocks,
               std::uint64_t seed) {
    run_lanes({blocks, TileShape<D>::kThreads, SharedTile<D>::kBytes, seed},
              [&](char* shared) { attend_block<D>(params, finishing, finish, shared); });
}

void run_fused(const AttentionParams& params, int finishing, bool finish, std::int64_t blocks,
               std::uint64_t seed) {
    switch (params.head_dim) {
        case 32:
            return run_fused<32>(params, finishing, finish, blocks, seed);
        case 64:
            return run_fused<64>(params, finishing, finish, blocks, seed);
        case 128:
            return run_fused<128>(params, finishing, finish, blocks, seed);
        default:
            throw std::logic_error("not a head size of the fused kernel");
    }
}

template <int D>
void run_gradients(const BackwardParams& params, std::uint64_t seed) {
    const AttentionParams& p = params.forward;
    using Queries = SharedQueryGradients<D>;
    using Keys = KeyGradientShape<D>;
    for (int b = 0; b < p.branch_count; ++b) {
        if (p.branches[b].keys == nullptr) continue;
        run_lanes({gradient_tiles(p, b, TileShape<D>::kQueries, false) * p.heads, TileShape<D>::kThreads,
                   Queries::kBytes, seed},
                  [&](char* shared) { differentiate_query_tile<D>(params, b, shared); });
        for (int member = 0; member < p.heads / p.kv_heads; ++member)
            run_lanes(
                {gradient_tiles(p, b, Keys::kKeys, true) * p.kv_heads, Keys::kThreads, Keys::kBytes, seed},
                [&](char* shared) { differentiate_key_tile<D>(params, b, member, shared); });
    }
}

std::vector<std::int32_t> buckets_of(const AttentionProblem& p) {
    std::vector<std::int32_t> buckets;
    for (int d = -p.relative_bias.max_distance; d <= p.relative_bias.max_distance; ++d)
        buckets.push_back(
            relative_bucket(d, p.relative_bias.buckets, p.relative_bias.max_distance, p.causal));
    return buckets;
}

std::vector<std::int64_t> select(const AttentionProblem& p, std::uint64_t seed) {
    const std::int64_t block = p.dynamic_sparse.block;
    const std::int64_t query_blocks = (p.queries + block - 1) / block,
                       key_blocks = (p.length + block - 1) / block;
    const KeyRows& rows = p.keys[p.branches.size()];
    std::vector<float> query_means(static_cast<std::size_t>(query_blocks * p.heads * p.head_dim));
    std::vector<float> key_means(static_cast<std::size_t>(key_blocks * p.kv_heads * p.head_dim));
    std::vector<std::int32_t> query_counts(static_cast<std::size_t>(query_blocks));
    std::vector<std::int32_t> key_counts(static_cast<std::size_t>(key_blocks));
    const PoolJob queries{
        p.q,     p.q_stride, p.query_begin, p.query_begin,      p.query_begin + p.queries, block,
        p.heads, p.head_dim, p.units,       query_means.data(), query_counts.data()};
    const PoolJob keys{
        rows.keys, rows.stride,      rows.first,       0, p.length, block, p.kv_heads, p.head_dim,
        p.units,   key_means.data(), key_counts.data()};
    run_lanes({query_blocks * p.heads, 32, 0, seed}, [&](char*) { pool_block<float>(queries); });
    run_lanes({key_blocks * p.kv_heads, 32, 0, seed}, [&](char*) { pool_block<float>(keys); });
    std::vector<std::int64_t> selected(
        static_cast<std::size_t>(query_blocks * p.heads * p.dynamic_sparse.top_k));
    const SelectJob job{query_means.data(),
                        key_means.data(),
                        key_counts.data(),
                        p.query_begin / block,
                        key_blocks,
                        p.heads,
                        p.kv_heads,
                        p.head_dim,
                        p.dynamic_sparse.top_k,
                        p.causal,
                        selected.data()};
    run_lanes({query_blocks * p.heads, 32, 0, seed}, [&](char*) { cuda::select_blocks(job); });
    return selected;
}

}  // namespace

void emulate_fused(const AttentionProblem& problem, std::int64_t queries_a_pass, std::uint64_t seed) {
    check_attention(problem);
    check_for_device(problem);
    if (!fused_serves(problem)) throw std::logic_error("the fused kernel does not serve this problem");
    const AttentionParams params = make_params(problem);
    if (params.lse != nullptr)
        std::fill_n(params.lse, params.branch_count * params.heads * params.queries, -INFINITY);
    for (std::int64_t begin = 0; begin < problem.queries; begin += queries_a_pass) {
        AttentionParams part =
            part_of(params, problem.type, begin, std::min(queries_a_pass, problem.queries - begin));
        const FusedPlan plan = plan_fused(part, TileShape<64>::kQueries);
        std::vector<RowState> states(static_cast<std::size_t>(plan.states), RowState{NAN, NAN});
        std::vector<FloatPair> accumulators(states.size() * static_cast<std::size_t>(problem.head_dim / 2),
                                            {NAN, NAN});
        part.row_states = states.data();
        part.accumulators = reinterpret_cast<float*>(accumulators.data());
        run_fused(part, plan.finishing, false, plan.partial_blocks, seed);
        run_fused(part, plan.finishing, true, plan.finish_blocks, seed);
    }
}

void emulate_plain(const AttentionProblem& problem, std::uint64_t seed) {
    check_attention(problem);
    check_for_device(problem);
    AttentionParams params = make_params(problem);
    const std::vector<std::int32_t> buckets = buckets_of(problem);
    params.bucket_of_distance = buckets.data();
    std::vector<std::int64_t> selected;
    if (problem.dynamic_sparse.block != 0) selected = select(problem, seed);
    params.selected = selected.data();
    const std::int64_t rows = params.queries * params.heads;
    with_type(problem.type, [&]<typename T>(T) {
        run_lanes({(rows + kSimtThreads / 32 - 1) / (kSimtThreads / 32), kSimtThreads, 0, seed},
                  [&](char*) { attend_plainly<T>(params); });
    });
}

void emulate_fused_backward(const AttentionProblem& problem, const AttentionGradients& gradients,
                            std::uint64_t seed) {
    check_attention_backward(problem, gradients);
    check_for_device(problem);
    if (!fused_backward_serves(problem, gradients))
        throw std::logic_error("the fused kernels do not serve these gradients");
    BackwardParams params = make_backward_params(make_params(problem), gradients);
    const auto rows = static_cast<std::size_t>(problem.heads * problem.queries);
    std::vector<float> log_sums(rows, NAN), deltas(rows, NAN);
    std::vector<float> partials(rows * static_cast<std::size_t>(params.terms()), 0.0F);
    params.log_sums = log_sums.data();
    params.deltas = deltas.data();
    if (wants_partials(gradients)) params.partials = partials.data();
    const auto run = [&](std::int64_t warps, const std::function<void(char*)>& body) {
        constexpr int kWarps = kSimtThreads / 32;
        run_lanes({(warps + kWarps - 1) / kWarps, kSimtThreads, 0, seed}, body);
    };
    run(problem.heads * problem.queries, [&](char*) { prepare_rows<std::uint16_t>(params); });
    if (problem.head_dim == 32)
        run_gradients<32>(params, seed);
    else if (problem.head_dim == 64)
        run_gradients<64>(params, seed);
    else
        run_gradients<128>(params, seed);
    if (params.partials != nullptr)
        run(std::int64_t{params.terms()} * problem.heads, [&](char*) { add_up_partials(params); });
}

void emulate_plain_backward(const AttentionProblem& problem, const AttentionGradients& gradients,
                            std::uint64_t seed) {
    check_attention_backward(problem, gradients);
    check_for_device(problem);
    BackwardParams params = make_backward_params(make_params(problem), gradients);
    const std::vector<std::int32_t> buckets = buckets_of(problem);
    params.forward.bucket_of_distance = buckets.data();
    std::vector<std::int64_t> selected;
    if (problem.dynamic_sparse.block != 0) selected = select(problem, seed);
    params.forward.selected = selected.data();
    const auto rows = static_cast<std::size_t>(problem.heads * problem.queries);
    std::vector<float> log_sums(rows, NAN), deltas(rows, NAN);
    std::vector<float> partials(rows * static_cast<std::size_t>(params.terms()), NAN);
    params.log_sums = log_sums.data();
    params.deltas = deltas.data();
    if (wants_partials(gradients)) params.partials = partials.data();
    const auto run = [&](std::int64_t warps, const std::function<void(char*)>& body) {
        constexpr int kWarps = kSimtThreads / 32;
        run_lanes({(warps + kWarps - 1) / kWarps, kSimtThreads, 0, seed}, body);
    };
    with_type(problem.type, [&]<typename T>(T) {
        run(problem.heads * problem.queries, [&](char*) { prepare_rows<T>(params); });
        run(problem.heads * problem.queries, [&](char*) { differentiate_queries<T>(params); });
        for (int b = 0; b < params.all_branches(); ++b) {
            if (params.forward.branches[b].keys == nullptr) continue;
            const auto range = visible_positions(params.forward, b);
            const std::int64_t middle = range.first + (range.second - range.first) / 3;
            for (const auto& [first, last] :
                 {std::pair(range.first, middle), std::pair(middle, range.second)})
                if (first < last)
                    run((last - first) * problem.kv_heads, [&, begin = first, end = last](char*) {
                        differentiate_key_rows<T>(params, b, begin, end);
                    });
        }
    });
    if (params.partials != nullptr)
        run(std::int64_t{params.terms()} * problem.heads, [&](char*) { add_up_partials(params); });
}

}  // namespace corpuscope::gpu_check
