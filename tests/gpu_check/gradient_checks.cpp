// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/gradient_checks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

#include "kernels/backend.h"
#include "kernels/bf16.h"
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

std::vector<float> normal_numbers(std::size_t count, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    std::vector<float> numbers(count);
    for (float& number : numbers) number = normal(generator);
    return numbers;
}

/// |got - expected| / |expected|; infinity where there is a NaN. Where all terms cancel, as for one key, a
/// device that adds them in another order leaves their rounding: numbers of a thousandth are taken for none.
double relative_error(const std::vector<float>& got, const std::vector<float>& expected) {
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        difference += std::pow(static_cast<double>(got[i]) - static_cast<double>(expected[i]), 2);
        size += std::pow(static_cast<double>(expected[i]), 2);
    }
    const double least = 1e-6 * static_cast<double>(std::max<std::size_t>(expected.size(), 1));
    const double error = std::sqrt(difference / std::max(size, least));
    return std::isfinite(error) ? error : INFINITY;
}

double largest_relative_error(const kernels::test::GradientArrays& got,
                              const kernels::test::GradientArrays& expected) {
    double largest = 0;
    const auto compare = [&](const std::vector<float>& a, const std::vector<float>& b) {
        largest = std::max(largest, relative_error(a, b));
    };
    compare(got.dq, expected.dq);
    for (std::size_t i = 0; i < got.dk.size(); ++i) {
        compare(got.dk[i], expected.dk[i]);
        compare(got.dv[i], expected.dv[i]);
    }
    compare(got.dgates, expected.dgates);
    compare(got.dneighbour_bias, expected.dneighbour_bias);
    compare(got.dalibi_slopes, expected.dalibi_slopes);
    return largest;
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
        const std::vector<float> dout = normal_numbers(random.out.size(), seed);
        const auto expected =
            gradients_of(random.problem, dout, [&](const auto& problem, const auto& gradients) {
                reference->attention_backward(problem, gradients);
            });
        failures +=
            agree(random_case.name, gradients_of(random.problem, dout, differentiate), expected) ? 0 : 1;
    }
    return failures;
}

int check_bf16_gradients(const Differentiate& differentiate) {
    const auto reference = kernels::make_reference_backend();
    int failures = 0;
    unsigned seed = 1;
    for (const RandomCase& random_case : random_cases(true)) {
        kernels::test::RandomProblem random(random_case.options, ++seed);
        take_queries(random_case, random);
        const Bf16Problem bf16(random.problem);
        reference->attention(bf16.problem);
        std::vector<std::uint16_t> dout(random.out.size());
        std::ranges::transform(normal_numbers(dout.size(), seed), dout.begin(), kernels::to_bf16);
        kernels::test::GradientArrays expected(bf16.problem), got(bf16.problem);
        reference->attention_backward(bf16.problem, expected.view(dout.data(), bf16.problem.out_stride));
        differentiate(bf16.problem, got.view(dout.data(), bf16.problem.out_stride));
        const double error = largest_relative_error(got, expected);
        const bool passed = error <= 1e-2;
        std::printf("%-4s %-32s bf16 gradients  relative error %.2e\n", passed ? "ok" : "FAIL",
                    random_case.name.c_str(), error);
        failures += passed ? 0 : 1;
    }
    return failures;
}

}  // namespace corpuscope::gpu_check
