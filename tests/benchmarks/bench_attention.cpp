// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Dilated attention of one layer without its projections: items_per_second are tokens.
#include <benchmark/benchmark.h>

#include <vector>

#include "kernels/backend.h"

namespace {

using namespace corpuscope::kernels;

/// Arguments: tokens, branches (256, 1), (1024, 4), ..., head_dim (width 384), neighbour bias or not,
/// threads.
void attention(benchmark::State& state) {
    constexpr int kWidth = 384;
    const std::int64_t tokens = state.range(0);
    const auto backend = make_cpu_backend(static_cast<int>(state.range(4)));
    std::vector<float> qkv(static_cast<std::size_t>(tokens) * 3 * kWidth),
        out(static_cast<std::size_t>(tokens) * kWidth);
    for (std::size_t i = 0; i < qkv.size(); ++i) qkv[i] = static_cast<float>(i * 7919 % 101) / 50.0F - 1.0F;
    std::vector<Branch> branches;
    for (std::int64_t b = 0, segment = 256, rate = 1; b < state.range(1); ++b, segment *= 4, rate *= 4)
        branches.push_back({segment, rate});
    const std::vector<KeyRows> keys(
        branches.size(), {qkv.data() + kWidth, qkv.data() + 2 * kWidth, 3 * kWidth, 0, tokens, false});
    std::vector<std::int32_t> units(static_cast<std::size_t>(tokens));
    for (std::size_t i = 0; i < units.size(); ++i) units[i] = static_cast<std::int32_t>(i / 24);

    AttentionProblem problem;
    problem.length = problem.queries = tokens;
    problem.head_dim = static_cast<int>(state.range(2));
    problem.heads = problem.kv_heads = kWidth / problem.head_dim;
    problem.branches = branches;
    problem.keys = keys;
    problem.rule = OffsetRule::Rotating;
    problem.q = qkv.data();
    problem.q_stride = 3 * kWidth;
    problem.out = out.data();
    problem.out_stride = kWidth;
    const std::vector<float> bias(static_cast<std::size_t>(problem.heads), -3.0F);
    if (state.range(3) != 0) {
        problem.units = units.data();
        problem.neighbour_bias = bias.data();
    }
    for (auto _ : state) {
        backend->attention(problem);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * tokens);
    state.SetLabel(backend->description());
}

BENCHMARK(attention)
    ->ArgNames({"tokens", "branches", "head_dim", "bias", "threads"})
    ->Args({2048, 2, 32, 0, 2})
    ->Args({131072, 1, 32, 0, 2})
    ->Args({131072, 5, 32, 0, 2})
    ->Args({131072, 5, 32, 1, 2})
    ->Args({131072, 5, 64, 0, 2})
    ->Args({131072, 5, 128, 0, 2})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
