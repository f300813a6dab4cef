// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Kernels of the CUDA backend, lane by lane on the CPU: every golden case and every option of attention
// through the plain kernel in float32 and the fused kernel in bf16; copies and sums of rows.
#include <cstdio>
#include <cstring>
#include <exception>

#include "kernels/backend.h"
#include "kernels/cuda/plan.h"
#include "tests/gpu_check/checks.h"
#include "tests/gpu_check/emulated_attention.h"
#include "tests/gpu_check/emulated_rows.h"
#include "tests/gpu_check/golden.h"
#include "tests/gpu_check/gradient_checks.h"
#include "tests/gpu_check/long_checks.h"

namespace corpuscope::gpu_check {
namespace {

int failures = 0;

void expect(bool passed) { failures += passed ? 0 : 1; }

void plainly(const kernels::AttentionProblem& problem) { emulate_plain(problem, 7); }
void fused(const kernels::AttentionProblem& problem) { emulate_fused(problem, 65536, 11); }
void differentiated(const kernels::AttentionProblem& problem, const kernels::AttentionGradients& gradients) {
    emulate_plain_backward(problem, gradients, 17);
}
void fused_differentiated(const kernels::AttentionProblem& problem,
                          const kernels::AttentionGradients& gradients) {
    emulate_fused_backward(problem, gradients, 19);
}
/// As the backend chooses: the fused kernels where they serve.
void either(const kernels::AttentionProblem& problem) {
    if (kernels::cuda::fused_serves(problem))
        emulate_fused(problem, 100, 23);
    else
        emulate_plain(problem, 29);
}
void either_differentiated(const kernels::AttentionProblem& problem,
                           const kernels::AttentionGradients& gradients) {
    if (kernels::cuda::fused_backward_serves(problem, gradients))
        emulate_fused_backward(problem, gradients, 31);
    else
        emulate_plain_backward(problem, gradients, 37);
}
/// Passes that cut segments and tiles in two.
void fused_in_parts(const kernels::AttentionProblem& problem) { emulate_fused(problem, 100, 13); }

void check_goldens(bool fused_kernel) {
    const auto files = golden_files(CORPUSCOPE_TEST_DATA "/goldens");
    expect(files.size() >= 16);
    for (const auto& file : files) {
        const Golden golden(file);
        expect(fused_kernel
                   ? passes_error_rule(golden.name, golden.problem, fused)
                   : agrees(golden.name, golden.problem, golden.expected_out, golden.expected_lse, plainly));
    }
}

void check_random(bool fused_kernel) {
    unsigned seed = 1;
    for (const RandomCase& random_case : random_cases(fused_kernel)) {
        kernels::test::RandomProblem random(random_case.options, ++seed);
        take_queries(random_case, random);
        if (fused_kernel) {
            expect(
                passes_error_rule(random_case.name, random.problem, seed % 2 == 0 ? fused : fused_in_parts));
            continue;
        }
        const auto [out, lse] = reference_result(random.problem);
        expect(agrees(random_case.name, random.problem, out, lse, plainly));
    }
}

}  // namespace
}  // namespace corpuscope::gpu_check

/// Without argument everything; "goldens-plain", "goldens-fused", "goldens-gradients", "plain", "fused",
/// "gradients", "fused-gradients", "long" (not as long as on a GPU) or "rows" a part of it.
int main(int count, char** arguments) {
    using namespace corpuscope::gpu_check;
    const char* part = count > 1 ? arguments[1] : "";
    const auto wanted = [&](const char* name) { return *part == '\0' || std::strcmp(part, name) == 0; };
    try {
        if (wanted("goldens-plain")) check_goldens(false);
        if (wanted("goldens-fused")) check_goldens(true);
        if (wanted("goldens-gradients")) failures += check_golden_gradients(differentiated);
        if (wanted("gradients")) failures += check_random_gradients(differentiated);
        if (wanted("plain")) check_random(false);
        if (wanted("fused")) check_random(true);
        if (wanted("fused-gradients")) failures += check_bf16_gradients(fused_differentiated);
        if (wanted("long")) failures += check_long(120, either, either_differentiated);
        if (wanted("rows")) failures += check_emulated_rows();
    } catch (const std::exception& error) {
        std::printf("FAIL %s\n", error.what());
        ++failures;
    }
    std::printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
