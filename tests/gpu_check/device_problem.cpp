// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/device_problem.h"

namespace corpuscope::gpu_check {
namespace {

using kernels::AttentionProblem;

std::int64_t out_bytes(const AttentionProblem& p) {
    return p.queries * p.out_stride * static_cast<std::int64_t>(kernels::size_of(p.type));
}

std::int64_t lse_bytes(const AttentionProblem& p) {
    return static_cast<std::int64_t>(p.keys.size() * sizeof(float)) * p.heads * p.queries;
}

}  // namespace

template <typename T>
T* DeviceProblem::uploaded(T* host, std::int64_t bytes) {
    if (host == nullptr) return nullptr;
    buffers_.push_back(backend_.allocate(static_cast<std::size_t>(bytes)));
    backend_.upload(buffers_.back()->data(), host, static_cast<std::size_t>(bytes));
    return static_cast<T*>(buffers_.back()->data());
}

DeviceProblem::DeviceProblem(kernels::Backend& backend, const AttentionProblem& host)
    : problem(host), backend_(backend), host_(host), keys_(host.keys.begin(), host.keys.end()) {
    constexpr std::int64_t kFloat = sizeof(float);
    const auto element = static_cast<std::int64_t>(kernels::size_of(host.type));
    problem.q = uploaded(host.q, host.queries * host.q_stride * element);
    problem.out = uploaded(host.out, out_bytes(host));
    problem.lse = uploaded(host.lse, lse_bytes(host));
    for (kernels::KeyRows& rows : keys_) {
        rows.keys = uploaded(rows.keys, rows.rows * rows.stride * element);
        rows.values = uploaded(rows.values, rows.rows * rows.stride * element);
    }
    problem.keys = keys_;
    problem.gates = uploaded(host.gates, static_cast<std::int64_t>(host.keys.size()) * host.heads * kFloat);
    problem.units = uploaded(host.units, host.length * std::int64_t{sizeof(std::int32_t)});
    problem.neighbour_bias = uploaded(host.neighbour_bias, host.heads * kFloat);
    problem.alibi_slopes = uploaded(host.alibi_slopes, host.heads * kFloat);
    problem.relative_bias.table =
        uploaded(host.relative_bias.table, std::int64_t{host.heads} * host.relative_bias.buckets * kFloat);
    problem.block_mask.allowed =
        uploaded(host.block_mask.allowed, host.block_mask.columns * host.block_mask.columns);
}

void DeviceProblem::compute_and_download() {
    backend_.attention(problem);
    backend_.download(host_.out, problem.out, static_cast<std::size_t>(out_bytes(host_)));
    if (host_.lse != nullptr)
        backend_.download(host_.lse, problem.lse, static_cast<std::size_t>(lse_bytes(host_)));
}

}  // namespace corpuscope::gpu_check
