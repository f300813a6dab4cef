// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/gradient_arrays.h"

namespace corpuscope::kernels::test {

GradientArrays::GradientArrays(const AttentionProblem& problem) : problem_(problem) {
    const auto heads = static_cast<std::size_t>(problem.heads);
    dq.resize(static_cast<std::size_t>(problem.queries) * heads * static_cast<std::size_t>(problem.head_dim));
    std::vector<const void*> seen;
    std::vector<std::size_t> which;
    for (const KeyRows& keys : problem.keys) {
        std::size_t i = 0;
        while (i < seen.size() && seen[i] != keys.keys) ++i;
        which.push_back(i);
        if (i < seen.size()) continue;
        seen.push_back(keys.keys);
        dk.emplace_back(static_cast<std::size_t>(keys.rows * keys.stride));
        dv.emplace_back(dk.back().size());
    }
    for (std::size_t b = 0; b < which.size(); ++b)
        dkeys_.push_back({dk[which[b]].data(), dv[which[b]].data(), problem.keys[b].stride});
    if (problem.gates != nullptr) dgates.resize(problem.keys.size() * heads);
    if (problem.neighbour_bias != nullptr) dneighbour_bias.resize(heads);
    if (problem.alibi_slopes != nullptr) dalibi_slopes.resize(heads);
    if (problem.relative_bias.table != nullptr)
        drelative_bias.resize(heads * static_cast<std::size_t>(problem.relative_bias.buckets));
}

AttentionGradients GradientArrays::view(const void* dout, std::int64_t dout_stride) {
    const auto pointer = [](std::vector<float>& values) { return values.empty() ? nullptr : values.data(); };
    AttentionGradients gradients;
    gradients.dout = dout;
    gradients.dout_stride = dout_stride;
    gradients.dq = dq.data();
    gradients.dq_stride = std::int64_t{problem_.heads} * problem_.head_dim;
    gradients.dkeys = dkeys_;
    gradients.dgates = pointer(dgates);
    gradients.dneighbour_bias = pointer(dneighbour_bias);
    gradients.dalibi_slopes = pointer(dalibi_slopes);
    gradients.drelative_bias = pointer(drelative_bias);
    return gradients;
}

std::vector<float> GradientArrays::all() const {
    std::vector<float> values = dq;
    const auto append = [&](const std::vector<float>& more) {
        values.insert(values.end(), more.begin(), more.end());
    };
    for (std::size_t i = 0; i < dk.size(); ++i) append(dk[i]), append(dv[i]);
    for (const auto* more : {&dgates, &dneighbour_bias, &dalibi_slopes, &drelative_bias}) append(*more);
    return values;
}

}  // namespace corpuscope::kernels::test
