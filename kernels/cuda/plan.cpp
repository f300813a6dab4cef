// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/plan.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/check.h"

namespace corpuscope::kernels::cuda {
namespace {

void check_kept_only(const AttentionProblem& problem, const AttentionParams& params, int b) {
    const KeyRows& rows = problem.keys[static_cast<std::size_t>(b)];
    for (int head = 0; head < params.heads; ++head) {
        const KeptRows kept = params.kept(b, head);
        const QueryTiles all =
            QueryTiles::make(kept, params.query_begin, params.queries, std::int64_t{1} << 40);
        if (all.size() == 0) continue;
        const KeptRange needed{kept.segment_of(all.first).begin,
                               kept.visible_to(all.end - 1, params.causal).end};
        if (needed.begin < rows.first || needed.end > rows.first + rows.rows)
            refuse("kept rows of branch " + std::to_string(b) + ", head " + std::to_string(head) + ": [" +
                   std::to_string(rows.first) + ", " + std::to_string(rows.first + rows.rows) +
                   ") do not cover [" + std::to_string(needed.begin) + ", " + std::to_string(needed.end) +
                   ")");
    }
}

bool aligned(const void* pointer, std::int64_t stride) {
    return reinterpret_cast<std::uintptr_t>(pointer) % 16 == 0 && stride % 8 == 0;
}

}  // namespace

void check_for_device(const AttentionProblem& problem) {
    const std::size_t count = problem.keys.size();
    if (count > kMaxBranches)
        refuse("the cuda backend takes at most " + std::to_string(kMaxBranches) + " branches, not " +
               std::to_string(count));
    if (problem.head_dim > 256)
        refuse("the cuda backend takes a head_dim of at most 256, not " + std::to_string(problem.head_dim));
    if (problem.queries == 0) return;
    const AttentionParams params = make_params(problem);
    for (int b = 0; b < params.branch_count; ++b)
        if (params.branches[b].keys != nullptr && params.branches[b].kept_only != 0)
            check_kept_only(problem, params, b);
}

AttentionParams make_params(const AttentionProblem& problem) {
    AttentionParams p;
    p.length = problem.length;
    p.query_begin = problem.query_begin;
    p.queries = problem.queries;
    p.heads = problem.heads;
    p.kv_heads = problem.kv_heads;
    p.head_dim = problem.head_dim;
    p.branch_count = static_cast<int>(problem.branches.size());
    if (!problem.heads_side_by_side()) refuse("the cuda backend takes heads side by side in a row");
    p.scale = problem.scale != 0.0F ? problem.scale : 1.0F / std::sqrt(static_cast<float>(problem.head_dim));
    p.rule = problem.rule;
    p.causal = problem.causal;
    p.layer = problem.layer;
    p.q = problem.q;
    p.out = problem.out;
    p.q_stride = problem.q_stride;
    p.out_stride = problem.out_stride;
    p.lse = problem.lse;
    p.lse_stride = problem.queries;
    p.gates = problem.gates;
    p.units = problem.units;
    p.neighbour_bias = problem.neighbour_bias;
    p.alibi_slopes = problem.alibi_slopes;
    p.relative_table = problem.relative_bias.table;
    p.relative_buckets = problem.relative_bias.buckets;
    p.max_distance = problem.relative_bias.max_distance;
    p.block_allowed = problem.block_mask.allowed;
    if (p.block_allowed != nullptr) p.mask_block = problem.block_mask.block;
    p.mask_columns = problem.block_mask.columns;
    p.dynamic_block = problem.dynamic_sparse.block;
    p.top_k = problem.dynamic_sparse.top_k;
    p.dropout = problem.dropout;
    p.dropout_seed = problem.dropout_seed;
    for (std::size_t b = 0; b < problem.keys.size(); ++b) {
        DeviceBranch& branch = p.branches[b];
        const KeyRows& rows = problem.keys[b];
        if (b < problem.branches.size()) {
            const auto [segment, rate] = problem.branches[b];
            // A segment beyond the sequence is cut to it, so that sums of positions and segments stay in
            // range.
            const std::int64_t whole = (problem.length + rate - 1) / rate * rate;
            branch.segment = segment > whole && whole > 0 ? whole : segment;
            branch.rate = rate;
        }
        branch.keys = rows.keys;
        branch.values = rows.values;
        branch.stride = rows.stride;
        branch.first = rows.first;
        branch.kept_only = rows.kept_only ? 1 : 0;
    }
    return p;
}

AttentionParams part_of(const AttentionParams& params, DType type, std::int64_t begin, std::int64_t count) {
    AttentionParams part = params;
    const auto size = static_cast<std::int64_t>(size_of(type));
    part.query_begin += begin;
    part.queries = count;
    part.q = static_cast<const char*>(params.q) + begin * params.q_stride * size;
    part.out = static_cast<char*>(params.out) + begin * params.out_stride * size;
    if (params.lse != nullptr) part.lse = params.lse + begin;
    if (params.selected != nullptr)
        part.selected += begin / params.dynamic_block * params.heads * params.top_k;
    return part;
}

bool fused_serves(const AttentionProblem& problem) {
    if (problem.type != DType::BF16) return false;
    if (problem.head_dim != 32 && problem.head_dim != 64 && problem.head_dim != 128) return false;
    if (problem.relative_bias.table != nullptr || problem.block_mask.allowed != nullptr ||
        problem.dropout > 0.0F || problem.dynamic_sparse.block != 0 || problem.scale < 0.0F)
        return false;
    // A tile counts its keys in 32 bits: at most the segments of its first and its last query and what is
    // between.
    constexpr std::int64_t kMostKeys = std::int64_t{1} << 29;
    for (const Branch& branch : problem.branches)
        if (std::min(branch.segment, problem.length) / branch.rate > kMostKeys) return false;
    const auto key_rows_aligned = [](const KeyRows& rows) {
        return aligned(rows.keys, rows.stride) && aligned(rows.values, rows.stride);
    };
    return aligned(problem.q, problem.q_stride) && aligned(problem.out, problem.out_stride) &&
           std::all_of(problem.keys.begin(), problem.keys.end(), key_rows_aligned);
}

bool fused_backward_serves(const AttentionProblem& problem, const AttentionGradients& gradients) {
    return fused_serves(problem) && aligned(gradients.dout, gradients.dout_stride);
}

std::int64_t gradient_tiles(const AttentionParams& params, int branch, std::int64_t rows, bool keys) {
    std::int64_t tiles = 0;
    for (int head = 0; head < params.heads; ++head) {
        const KeptRows kept = params.kept(branch, head);
        const QueryTiles own = keys ? key_tiles(kept, params.query_begin, params.queries, rows, params.causal)
                                    : QueryTiles::make(kept, params.query_begin, params.queries, rows);
        tiles = std::max(tiles, own.size());
    }
    return tiles;
}

std::pair<std::int64_t, std::int64_t> visible_positions(const AttentionParams& params, int branch) {
    if (params.queries == 0) return {0, 0};
    const std::int64_t last = params.query_begin + params.queries - 1;
    const std::int64_t end = params.causal ? last + 1 : params.length;
    if (branch >= params.branch_count) return {0, end};  // blocks of keys chosen anywhere
    const std::int64_t segment = params.branches[branch].segment;
    return {params.query_begin / segment * segment, std::min(end, (last / segment + 1) * segment)};
}

FusedPlan plan_fused(AttentionParams& params, int tile_rows) {
    FusedPlan plan;
    while (plan.finishing < params.branch_count && params.branches[plan.finishing].rate != 1)
        ++plan.finishing;
    if (plan.finishing == params.branch_count) {
        params.branches[plan.finishing] = DeviceBranch{};
        params.branches[plan.finishing].segment = std::max<std::int64_t>(params.length, 1);
    }
    for (int b = 0; b <= std::max(plan.finishing, params.branch_count - 1); ++b) {
        DeviceBranch& branch = params.branches[b];
        std::int64_t first = INT64_MAX, end = 0, most = 0;
        branch.tiles = 0;
        for (int head = 0; head < params.heads; ++head) {
            const QueryTiles tiles =
                QueryTiles::make(params.kept(b, head), params.query_begin, params.queries, tile_rows);
            first = std::min(first, tiles.first);
            end = std::max(end, tiles.end);
            most = std::max(most, tiles.end - tiles.first);
            branch.tiles = std::max(branch.tiles, tiles.size());
        }
        if (b == plan.finishing) {
            plan.finish_blocks = branch.tiles * params.heads;
            continue;
        }
        branch.state_row = plan.states;
        // Where the rate does not divide the segment, heads keep different numbers of rows of a segment, and
        // their kept indices drift apart through the sequence.
        const bool together = branch.segment % branch.rate == 0;
        branch.state_first = together ? first : -1;
        branch.state_rows = std::max<std::int64_t>(together ? end - first : most, 0);
        plan.states += branch.state_rows * params.heads;
        plan.partial_blocks += branch.tiles * params.heads;
    }
    return plan;
}

}  // namespace corpuscope::kernels::cuda
