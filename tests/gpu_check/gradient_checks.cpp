// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/gradient_checks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

#include "kernels/backend.h"
#include "tests/gpu_check/checks.h"
#include "tests/gpu_check/golden.h"
#include "tests/kernels/gradient_arrays.h"

namespace corpuscope::gpu_check {
namespace {

using kernels::AttentionProblem;

std::vector<float> gradients_of(const AttentionProblem& problem, const std::vector<float>& dout,
                                const Differentiate& differentiate) {
    kernels::test::GradientArrays arrays(problem);
    differentiate(problem, arrays.view(dout.data(), problem.out_stride));
    return arrays.all();
}

/// What is expected may end before what is got does.
bool agree(const std::string& name, std::vector<float> got, const std::vector<float>& expected) {
    got.resize(std::min(got.size(), expected.size()));
    double largest = 0;
    for (const float value : expected) largest = std::max(largest, std::abs(static_cast<double>(value)));
    const double error = largest_error(got, expected);
    const bool passed = error <= std::max(1e-4, 2e-5 * largest);
    std::printf("%-4s %-32s gradients  error %.2e of %.2e\n", passed ? "ok" : "FAIL", name.c_str(), error,
                largest);
    return passed;
}

}  // namespace

int check_golden_gradients(const Differentiate& differentiate) {
    const auto reference = kernels::make_reference_backend();
    int failures = 0, cases = 0;
    for (const auto& file : golden_files(CORPUSCOPE_TEST_DATA "/goldens")) {
        const Golden golden(file);
        reference->attention(golden.problem);
        const auto got = gradients_of(golden.problem, golden.dout, differentiate);
        failures += agree(golden.name, got, golden.expected_gradients) ? 0 : 1;
        ++cases;
    }
    return failures + (cases >= 16 ? 0 : 1);
}

int check_random_gradients(const Differentiate& differentiate) {
    const auto reference = kernels::make_reference_backend();
    int failures = 0;
    unsigned seed = 1;
    for (const RandomCase& random_case : random_cases(false)) {
        kernels::test::RandomProblem random(random_case.options, ++seed);
        take_queries(random_case, random);
        reference->attention(random.problem);
        std::mt19937 generator(seed);
        std::normal_distribution<float> normal;
        std::vector<float> dout(random.out.size());
        for (float& value : dout) value = normal(generator);
        const auto expected =
            gradients_of(random.problem, dout, [&](const auto& problem, const auto& gradients) {
                reference->attention_backward(problem, gradients);
            });
        failures +=
            agree(random_case.name, gradients_of(random.problem, dout, differentiate), expected) ? 0 : 1;
    }
    return failures;
}

}  // namespace corpuscope::gpu_check
