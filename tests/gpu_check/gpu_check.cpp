// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Checks the CUDA backend on this machine's GPU: every golden case and every option against float64, the
// whole encoder against its golden sequence, then how fast attention and the encoder are. Exits with 77 where
// there is no GPU.
#include <cstdio>
#include <exception>
#include <functional>

#include "tests/gpu_check/benchmark.h"
#include "tests/gpu_check/checks.h"
#include "tests/gpu_check/device_problem.h"
#include "tests/gpu_check/encoder_checks.h"
#include "tests/gpu_check/golden.h"
#include "tests/gpu_check/gradient_checks.h"
#include "tests/gpu_check/long_checks.h"
#include "tests/gpu_check/row_checks.h"

namespace corpuscope::gpu_check {
namespace {

constexpr int kSkipped = 77;

int check_goldens(const Compute& compute) {
    const auto files = golden_files(CORPUSCOPE_TEST_DATA "/goldens");
    int failures = files.size() >= 16 ? 0 : 1;
    for (const auto& file : files) {
        const Golden golden(file);
        failures +=
            agrees(golden.name, golden.problem, golden.expected_out, golden.expected_lse, compute) ? 0 : 1;
        failures += passes_error_rule(golden.name, golden.problem, compute) ? 0 : 1;
    }
    return failures;
}

int check_random(const Compute& compute) {
    int failures = 0;
    unsigned seed = 1;
    for (const bool fused : {false, true})
        for (const RandomCase& random_case : random_cases(fused)) {
            kernels::test::RandomProblem random(random_case.options, ++seed);
            take_queries(random_case, random);
            if (fused) {
                failures += passes_error_rule(random_case.name, random.problem, compute) ? 0 : 1;
                continue;
            }
            const auto [out, lse] = reference_result(random.problem);
            failures += agrees(random_case.name, random.problem, out, lse, compute) ? 0 : 1;
        }
    return failures;
}

/// One that throws does not keep the others from running.
int guarded(const char* what, const std::function<int()>& check) {
    try {
        return check();
    } catch (const std::exception& error) {
        std::printf("FAIL %s: %s\n", what, error.what());
        return 1;
    }
}

int run() {
    std::string why;
    const std::shared_ptr<kernels::Backend> backend = kernels::make_cuda_backend(0, &why);
    if (backend == nullptr) {
        std::printf("skipped: %s\n", why.c_str());
        return kSkipped;
    }
    const Compute compute = [&](const kernels::AttentionProblem& problem) {
        DeviceProblem(*backend, problem).compute_and_download();
    };
    const Differentiate differentiate = [&](const kernels::AttentionProblem& problem,
                                            const kernels::AttentionGradients& gradients) {
        DeviceProblem(*backend, problem).differentiate_and_download(gradients);
    };
    int failures = guarded("goldens", [&] { return check_goldens(compute); });
    failures += guarded("options", [&] { return check_random(compute); });
    failures += guarded("golden gradients", [&] { return check_golden_gradients(differentiate); });
    failures += guarded("gradients of options", [&] { return check_random_gradients(differentiate); });
    failures += guarded("bf16 gradients", [&] { return check_bf16_gradients(differentiate); });
    failures += guarded("long sequences", [&] { return check_long(kLongLength, compute, differentiate); });
    failures += guarded("linear", [&] { return check_linear(*backend); });
    failures += guarded("layer norm", [&] { return check_layer_norm(*backend); });
    failures += guarded("embed", [&] { return check_embed(*backend); });
    failures += guarded("copies", [&] { return check_copies(*backend); });
    failures += guarded("sums", [&] { return check_sums(*backend); });
    failures += guarded("recordings", [&] { return check_recordings(*backend); });
    failures += guarded("encoder", [&] { return check_encoder(backend); });
    failures += guarded("benchmark of attention", [&] { return print_benchmark(*backend), 0; });
    failures += guarded("benchmark of the encoder", [&] { return print_encoder_benchmark(backend), 0; });
    std::printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace corpuscope::gpu_check

int main() {
    std::setvbuf(stdout, nullptr, _IOLBF, 4096);  // a run that is cut off has told how far it came
    try {
        return corpuscope::gpu_check::run();
    } catch (const std::exception& error) {
        std::printf("FAIL %s\n", error.what());
        return 1;
    }
}
