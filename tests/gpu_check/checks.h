// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What the check on a GPU and the emulation on a CPU share: the cases, the conversion to bf16, and the error
// rule.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernels/attention.h"
#include "tests/kernels/random_problem.h"

namespace corpuscope::gpu_check {

struct RandomCase {
    std::string name;
    kernels::test::ProblemOptions options;
    bool kept_only = false;        ///< outer branches hold their kept rows alone
    std::int64_t query_begin = 0;  ///< queries [query_begin, query_end) of the sequence
    std::int64_t query_end = -1;   ///< -1: to its end
};

/// Each option alone and the combinations that meet in one tile. `fused`: only what the fused kernel
/// computes.
std::vector<RandomCase> random_cases(bool fused);

/// Cuts the queries of a problem down to those that the case asks for.
void take_queries(const RandomCase& random_case, kernels::test::RandomProblem& random);

/// A problem whose q, keys and values have been rounded to bf16; the rest still belongs to the original.
class Bf16Problem {
 public:
    explicit Bf16Problem(const kernels::AttentionProblem& original);
    Bf16Problem(const Bf16Problem&) = delete;
    Bf16Problem& operator=(const Bf16Problem&) = delete;

    kernels::AttentionProblem problem;
    std::vector<float> out() const;  ///< as float32

 private:
    std::vector<std::uint16_t> q_, out_;
    std::vector<std::vector<std::uint16_t>> rows_;
    std::vector<kernels::KeyRows> keys_;
};

/// Result rows [queries, heads * head_dim] of bf16 attention as it is done without a fused kernel: scores and
/// probabilities rounded to bf16 between steps, sums in float32.
std::vector<float> plain_bf16_attention(const kernels::AttentionProblem& bf16_problem);

double largest_error(const std::vector<float>& got, const std::vector<float>& expected);

/// Computes `problem` in place (host pointers), leaving results where its out and lse point.
using Compute = std::function<void(const kernels::AttentionProblem& problem)>;

/// Does `compute` hold to the error rule in bf16: an error at most twice that of the plain computation in
/// bf16, both against float64? Its lse must agree to 1e-3 of its size. Prints a line; returns whether it
/// passed.
bool passes_error_rule(const std::string& name, const kernels::AttentionProblem& problem,
                       const Compute& compute);

/// out and lse of a float32 problem by the reference, whose memory it uses.
struct Result {
    std::vector<float> out, lse;
};
Result reference_result(const kernels::AttentionProblem& problem);

/// Does `compute` agree to 1e-4 in float32 with `out` and `lse`?
bool agrees(const std::string& name, const kernels::AttentionProblem& problem, const std::vector<float>& out,
            const std::vector<float>& lse, const Compute& compute);

}  // namespace corpuscope::gpu_check
