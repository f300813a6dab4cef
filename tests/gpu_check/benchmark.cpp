// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/benchmark.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

#include "kernels/bf16.h"
#include "tests/gpu_check/device_problem.h"

namespace corpuscope::gpu_check {
namespace {

using namespace kernels;

constexpr std::int64_t kLength = 131072, kWidth = 1024;
const std::vector<Branch> kBranches{{256, 1}, {1024, 4}, {4096, 16}, {16384, 64}, {65536, 256}};

std::vector<std::uint16_t> draw(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal;
    std::vector<std::uint16_t> values(static_cast<std::size_t>(kLength * kWidth));
    for (std::uint16_t& value : values) value = to_bf16(normal(random));
    return values;
}

double median_seconds(Backend& backend, const AttentionProblem& problem) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> seconds;
    for (int run = 0; run < 25; ++run) {
        backend.synchronize();
        const auto begin = Clock::now();
        backend.attention(problem);
        backend.synchronize();
        if (run >= 5) seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    }
    std::nth_element(seconds.begin(), seconds.begin() + 10, seconds.end());
    return seconds[10];
}

}  // namespace

void print_benchmark(Backend& backend) {
    const auto q = draw(1), k = draw(2), v = draw(3);
    std::vector<std::uint16_t> out(q.size());
    std::vector<std::int32_t> units(static_cast<std::size_t>(kLength));
    for (std::size_t i = 0; i < units.size(); ++i) units[i] = static_cast<std::int32_t>(i / 24);
    double operations = 0;
    for (const Branch& branch : kBranches)
        operations += 4.0 * static_cast<double>(kLength * kWidth * branch.segment) /
                      static_cast<double>(branch.rate * branch.rate);
    std::printf("%s: attention, bf16, %lld tokens, width %lld\nhead size  units    ms      TFLOP/s\n",
                backend.description().c_str(), static_cast<long long>(kLength),
                static_cast<long long>(kWidth));
    for (const int head_dim : {32, 64, 128})
        for (const bool with_units : {false, true}) {
            const std::vector<KeyRows> keys(kBranches.size(),
                                            {k.data(), v.data(), kWidth, 0, kLength, false});
            const std::vector<float> bias(static_cast<std::size_t>(kWidth / head_dim), -3.0F);
            AttentionProblem problem;
            problem.length = problem.queries = kLength;
            problem.heads = problem.kv_heads = static_cast<int>(kWidth) / head_dim;
            problem.head_dim = head_dim;
            problem.type = DType::BF16;
            problem.branches = kBranches;
            problem.keys = keys;
            problem.rule = OffsetRule::Rotating;
            problem.q = q.data(), problem.out = out.data();
            problem.q_stride = problem.out_stride = kWidth;
            if (with_units) problem.units = units.data(), problem.neighbour_bias = bias.data();
            const DeviceProblem device(backend, problem);
            const double seconds = median_seconds(backend, device.problem);
            std::printf("%9d  %-5s  %7.3f  %9.1f\n", head_dim, with_units ? "yes" : "no", seconds * 1e3,
                        operations / seconds * 1e-12);
        }
}

}  // namespace corpuscope::gpu_check
