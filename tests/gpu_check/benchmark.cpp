// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/benchmark.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
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

double median_seconds(Backend& backend, const std::function<void()>& work) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> seconds;
    for (int run = 0; run < 25; ++run) {
        backend.synchronize();
        const auto begin = Clock::now();
        work();
        backend.synchronize();
        if (run >= 5) seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    }
    std::nth_element(seconds.begin(), seconds.begin() + 10, seconds.end());
    return seconds[10];
}

/// Seconds of the gradients of queries, keys and values, for a problem in the backend's memory whose forward
/// pass has been computed.
double backward_seconds(Backend& backend, const AttentionProblem& problem) {
    const auto bytes = static_cast<std::size_t>(kLength * kWidth) * sizeof(float);
    const auto dq = backend.allocate(bytes), dk = backend.allocate(bytes), dv = backend.allocate(bytes);
    const std::vector<KeyGradients> dkeys(
        kBranches.size(), {static_cast<float*>(dk->data()), static_cast<float*>(dv->data()), kWidth});
    AttentionGradients gradients;
    gradients.dout = problem.q;  // any numbers will do
    gradients.dout_stride = kWidth;
    gradients.dq = static_cast<float*>(dq->data());
    gradients.dq_stride = kWidth;
    gradients.dkeys = dkeys;
    for (const auto* buffer : {&dq, &dk, &dv}) backend.clear((*buffer)->data(), bytes);
    return median_seconds(backend, [&] { backend.attention_backward(problem, gradients); });
}

}  // namespace

void print_benchmark(Backend& backend) {
    const auto q = draw(1), k = draw(2), v = draw(3);
    std::vector<std::uint16_t> out(q.size());
    std::vector<float> lse(kBranches.size() * static_cast<std::size_t>(kLength * kWidth / 32));
    std::vector<std::int32_t> units(static_cast<std::size_t>(kLength));
    for (std::size_t i = 0; i < units.size(); ++i) units[i] = static_cast<std::int32_t>(i / 24);
    double operations = 0;
    for (const Branch& branch : kBranches)
        operations += 4.0 * static_cast<double>(kLength * kWidth * branch.segment) /
                      static_cast<double>(branch.rate * branch.rate);
    std::printf(
        "%s: attention, bf16, %lld tokens, width %lld\nhead size  units         ms    TFLOP/s  backward ms   "
        " TFLOP/s\n",
        backend.description().c_str(), static_cast<long long>(kLength), static_cast<long long>(kWidth));
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
            const double seconds = median_seconds(backend, [&] { backend.attention(device.problem); });
            // The forward pass is timed as an encoder calls it; its lse is for the gradients alone.
            problem.lse = lse.data();
            const DeviceProblem trained(backend, problem);
            backend.attention(trained.problem);
            const double backward = backward_seconds(backend, trained.problem);
            std::printf("%9d  %-5s  %9.3f  %9.1f  %11.3f  %9.1f\n", head_dim, with_units ? "yes" : "no",
                        seconds * 1e3, operations / seconds * 1e-12, backward * 1e3,
                        2.5 * operations / backward * 1e-12);
        }
}

}  // namespace corpuscope::gpu_check
