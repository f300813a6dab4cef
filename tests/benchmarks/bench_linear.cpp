// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The encoder's matrix products in each precision: items_per_second are floating point (integer) operations.
#include <benchmark/benchmark.h>

#include <vector>

#include "kernels/backend.h"

namespace {

using namespace corpuscope::kernels;

/// Arguments: precision, rows, in_features, out_features, threads.
void linear(benchmark::State& state) {
    const auto precision = static_cast<Precision>(state.range(0));
    const std::int64_t rows = state.range(1), in = state.range(2), out = state.range(3);
    const auto backend = make_cpu_backend(static_cast<int>(state.range(4)));
    std::vector<float> weight(static_cast<std::size_t>(in * out)), x(static_cast<std::size_t>(rows * in)),
        y(static_cast<std::size_t>(rows * out));
    for (std::size_t i = 0; i < weight.size(); ++i)
        weight[i] = static_cast<float>(i * 7919 % 101) / 1000.0F - 0.05F;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i * 7907 % 103) / 50.0F - 1.0F;
    const auto product = backend->make_linear(weight, {}, out, in, precision);
    const Activation activation = out > in ? Activation::Gelu : Activation::None;
    for (auto _ : state) {
        backend->linear(*product, {x.data(), rows, in, in}, {y.data(), rows, out, out}, activation);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * 2 * rows * in * out);
    state.SetLabel(backend->description());
}

void arguments(benchmark::internal::Benchmark* bench) {
    bench->ArgNames({"precision", "rows", "in", "out", "threads"});
    for (const int precision : {0, 1, 2})
        for (const int rows : {16, 256, 4096}) {
            bench->Args({precision, rows, 384, 1152, 2});
            bench->Args({precision, rows, 384, 1536, 2});
            bench->Args({precision, rows, 1536, 384, 2});
        }
}

BENCHMARK(linear)->Apply(arguments)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
