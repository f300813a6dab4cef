// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/long_checks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

#include "kernels/bf16.h"
#include "tests/kernels/gradient_arrays.h"

namespace corpuscope::gpu_check {
namespace {

using kernels::AttentionProblem;

constexpr std::int64_t kOffGrid = 1;  // elements more a row: no longer aligned as the fused kernels need it

kernels::test::ProblemOptions options_for(std::int64_t length, int head_dim) {
    kernels::test::ProblemOptions options;
    options.length = length;
    options.heads = 4;
    options.kv_heads = 4;
    options.head_dim = head_dim;
    options.branches = {{256, 1}, {1024, 4}, {16384, 64}, {262144, 1024}};
    options.units = options.neighbour_bias = options.gates = true;
    options.rule = kernels::OffsetRule::Rotating;
    options.layer = 5;
    return options;
}

/// The same problem with query rows that only the plain kernels take.
class OffGrid {
 public:
    explicit OffGrid(const AttentionProblem& original)
        : problem(original), q_(static_cast<std::size_t>(original.queries * (original.q_stride + kOffGrid))) {
        const auto* from = static_cast<const std::uint16_t*>(original.q);
        problem.q_stride += kOffGrid;
        for (std::int64_t i = 0; i < original.queries; ++i)
            std::copy_n(from + i * original.q_stride, original.q_stride, q_.begin() + i * problem.q_stride);
        problem.q = q_.data();
    }
    AttentionProblem problem;

 private:
    std::vector<std::uint16_t> q_;
};

std::vector<float> out_of(const AttentionProblem& p) {
    const auto* from = static_cast<const std::uint16_t*>(p.out);
    std::vector<float> out(static_cast<std::size_t>(p.queries * p.out_stride));
    std::transform(from, from + out.size(), out.begin(), kernels::from_bf16);
    return out;
}

std::vector<float> lse_of(const AttentionProblem& p) {
    return {p.lse, p.lse + p.keys.size() * static_cast<std::size_t>(p.heads * p.queries)};
}

/// |a - b| / |b| over all numbers that are the same infinity in neither.
double relative_difference(const std::vector<float>& a, const std::vector<float>& b) {
    double difference = 0, size = 1e-12;
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (a[i] == b[i] && std::isinf(b[i])) continue;
        difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
        size += std::pow(static_cast<double>(b[i]), 2);
    }
    const double relative = std::sqrt(difference / size);
    return std::isfinite(relative) ? relative : INFINITY;
}

bool report(int head_dim, const char* what, double difference, double bound) {
    const bool passed = difference <= bound;
    std::printf("%-4s long sequence, head %d: %s differ by %.2e, bound %.0e\n", passed ? "ok" : "FAIL",
                head_dim, what, difference, bound);
    return passed;
}

std::vector<float> gradients_of(const AttentionProblem& problem, const std::vector<std::uint16_t>& dout,
                                const Differentiate& differentiate) {
    kernels::test::GradientArrays arrays(problem);
    differentiate(problem, arrays.view(dout.data(), problem.out_stride));
    return arrays.all();
}

int check_head_size(std::int64_t length, int head_dim, const Compute& compute,
                    const Differentiate& differentiate) {
    kernels::test::RandomProblem random(options_for(length, head_dim), 77);
    const Bf16Problem bf16(random.problem);
    const OffGrid off_grid(bf16.problem);
    // Both have the same result rows.
    compute(bf16.problem);
    const auto out = out_of(bf16.problem), lse = lse_of(bf16.problem);
    compute(off_grid.problem);
    int failures = 0;
    failures += report(head_dim, "results", relative_difference(out, out_of(off_grid.problem)), 1e-2) ? 0 : 1;
    failures +=
        report(head_dim, "log sums", relative_difference(lse, lse_of(off_grid.problem)), 1e-3) ? 0 : 1;

    std::mt19937 generator(78);
    std::normal_distribution<float> normal;
    std::vector<std::uint16_t> dout(out.size());
    for (std::uint16_t& value : dout) value = kernels::to_bf16(normal(generator));
    const auto gradients = gradients_of(bf16.problem, dout, differentiate);
    const auto plain = gradients_of(off_grid.problem, dout, differentiate);
    const bool comparable = gradients.size() == plain.size();
    failures +=
        report(head_dim, "gradients", comparable ? relative_difference(gradients, plain) : INFINITY, 1e-2)
            ? 0
            : 1;
    return failures;
}

}  // namespace

int check_long(std::int64_t length, const Compute& compute, const Differentiate& differentiate) {
    int failures = 0;
    for (const int head_dim : {32, 64, 128})
        failures += check_head_size(length, head_dim, compute, differentiate);
    return failures;
}

}  // namespace corpuscope::gpu_check
