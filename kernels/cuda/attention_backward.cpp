// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/attention_backward.h"

#include <string>

#include "kernels/cuda/attention.h"
#include "kernels/cuda/backward_params.h"
#include "kernels/cuda/device_pointer.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/plan.h"

namespace corpuscope::kernels::cuda {
namespace {

void check_gradient_pointers(const AttentionGradients& gradients) {
    require_device(gradients.dout, "gradient of the result");
    require_device(gradients.dq, "gradient of the queries");
    require_device(gradients.dgates, "gradient of the gates");
    require_device(gradients.dneighbour_bias, "gradient of the neighbour bias");
    require_device(gradients.dalibi_slopes, "gradient of the alibi slopes");
    require_device(gradients.drelative_bias, "gradient of the relative bias");
    for (std::size_t b = 0; b < gradients.dkeys.size(); ++b) {
        require_device(gradients.dkeys[b].keys, "gradient of the keys of branch " + std::to_string(b));
        require_device(gradients.dkeys[b].values, "gradient of the values of branch " + std::to_string(b));
    }
}

bool fits_shared_memory(int bytes) {
    int device = 0, most = 0;
    CORPUSCOPE_CHECK(cudaGetDevice(&device));
    CORPUSCOPE_CHECK(cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, device));
    return bytes <= most;
}

}  // namespace

void Attention::compute_backward(const AttentionProblem& problem, const AttentionGradients& gradients) {
    check_attention_backward(problem, gradients);
    check_for_device(problem);
    if (problem.queries == 0) return;
    check_pointers(problem);
    check_gradient_pointers(gradients);
    check_closed_branches(problem);
    BackwardParams params = make_backward_params(make_params(problem), gradients);
    set_buckets(problem, params.forward);
    select_blocks(problem, params.forward);
    const auto rows = static_cast<std::size_t>(problem.heads) * static_cast<std::size_t>(problem.queries);
    params.log_sums = log_sums_.reserve<float>(rows, stream_);
    params.deltas = deltas_.reserve<float>(rows, stream_);
    const std::size_t partials = rows * static_cast<std::size_t>(params.terms());
    if (wants_partials(gradients)) params.partials = partials_.reserve<float>(partials, stream_);
    launch_prepare_backward(params, problem.type, stream_.get());
    if (fused_backward_serves(problem, gradients) &&
        fits_shared_memory(fused_backward_bytes(problem.head_dim))) {
        if (params.partials != nullptr)
            launch_fill(params.partials, static_cast<std::int64_t>(partials), 0.0F, stream_.get());
        launch_fused_backward(params, stream_.get());
    } else {
        launch_plain_backward(params, problem.type, stream_.get());
    }
    launch_sum_partials(params, stream_.get());
}

}  // namespace corpuscope::kernels::cuda
