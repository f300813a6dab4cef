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

/// The copy of a host array, the same for the same array.
float* DeviceProblem::gradient(float* host, std::int64_t count) {
    if (host == nullptr) return nullptr;
    for (const Gradient& known : gradients_)
        if (known.host == host) return known.device;
    const auto bytes = count * static_cast<std::int64_t>(sizeof(float));
    gradients_.push_back({host, uploaded(host, bytes), bytes});
    return gradients_.back().device;
}

void DeviceProblem::differentiate_and_download(const kernels::AttentionGradients& host) {
    gradients_.clear();
    const std::int64_t heads = host_.heads;
    kernels::AttentionGradients device = host;
    device.dout = uploaded(host.dout, host_.queries * host.dout_stride *
                                          static_cast<std::int64_t>(kernels::size_of(host_.type)));
    device.dq = gradient(host.dq, host_.queries * host.dq_stride);
    std::vector<kernels::KeyGradients> dkeys(host.dkeys.begin(), host.dkeys.end());
    for (std::size_t b = 0; b < dkeys.size(); ++b) {
        const std::int64_t count = keys_[b].rows * dkeys[b].stride;
        dkeys[b].keys = gradient(dkeys[b].keys, count);
        dkeys[b].values = gradient(dkeys[b].values, count);
    }
    device.dkeys = dkeys;
    device.dgates = gradient(host.dgates, static_cast<std::int64_t>(keys_.size()) * heads);
    device.dneighbour_bias = gradient(host.dneighbour_bias, heads);
    device.dalibi_slopes = gradient(host.dalibi_slopes, heads);
    device.drelative_bias = gradient(host.drelative_bias, heads * host_.relative_bias.buckets);
    backend_.attention_backward(problem, device);
    for (const Gradient& each : gradients_)
        backend_.download(each.host, each.device, static_cast<std::size_t>(each.bytes));
}

}  // namespace corpuscope::gpu_check
