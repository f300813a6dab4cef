// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Dilated attention and its gradients with the installed library alone. With values that are all 1 every result is 1,
// and the gradients of the values add up to those of the results: what is printed and checked.
#include <cmath>
#include <cstdio>
#include <numeric>
#include <vector>

#include "kernels/backend.h"

int main() {
    using namespace corpuscope::kernels;
    constexpr std::int64_t kLength = 500, kWidth = 64;
    std::vector<float> q(kLength * kWidth), v(q.size(), 1.0F), out(q.size()), lse(2 * 2 * kLength);
    for (std::size_t i = 0; i < q.size(); ++i) q[i] = std::sin(static_cast<float>(i));
    const std::vector<Branch> branches{{64, 1}, {500, 4}};
    const std::vector<KeyRows> keys(branches.size(), {q.data(), v.data(), kWidth, 0, kLength, false});

    AttentionProblem problem;
    problem.length = problem.queries = kLength;
    problem.heads = problem.kv_heads = 2;
    problem.head_dim = 32;
    problem.branches = branches;
    problem.keys = keys;
    problem.q = q.data();
    problem.out = out.data();
    problem.q_stride = problem.out_stride = kWidth;
    problem.lse = lse.data();
    const auto backend = make_backend("cpu");
    backend->attention(problem);

    std::vector<float> dout(q.size(), 0.5F), dq(q.size()), dk(q.size()), dv(q.size());
    const std::vector<KeyGradients> dkeys(branches.size(), {dk.data(), dv.data(), kWidth});
    AttentionGradients gradients;
    gradients.dout = dout.data();
    gradients.dq = dq.data();
    gradients.dout_stride = gradients.dq_stride = kWidth;
    gradients.dkeys = dkeys;
    backend->attention_backward(problem, gradients);

    double worst = 0.0;
    for (const float value : out) worst = std::fmax(worst, std::abs(static_cast<double>(value) - 1.0));
    const double sum = std::accumulate(dv.begin(), dv.end(), 0.0);
    std::printf("%s: results off by %.1e, gradients of the values add up to %.3f\n",
                backend->description().c_str(), worst, sum);
    return worst < 1e-5 && std::abs(sum - 0.5 * static_cast<double>(q.size())) < 0.1 ? 0 : 1;
}
