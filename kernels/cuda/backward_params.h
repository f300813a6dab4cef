// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/attention_backward.h"
#include "kernels/cuda/attention_backward.cuh"

namespace corpuscope::kernels::cuda {

/// The gradients of a problem whose parameters are `forward`, without what needs device memory of our own
/// (log sums, deltas, partials).
inline BackwardParams make_backward_params(const AttentionParams& forward,
                                           const AttentionGradients& gradients) {
    BackwardParams params;
    params.forward = forward;
    params.dout = gradients.dout;
    params.dout_stride = gradients.dout_stride;
    params.dq = gradients.dq;
    params.dq_stride = gradients.dq_stride;
    for (std::size_t b = 0; b < gradients.dkeys.size(); ++b)
        params.dkeys[b] = {gradients.dkeys[b].keys, gradients.dkeys[b].values, gradients.dkeys[b].stride};
    params.dgates = gradients.dgates;
    params.dneighbour_bias = gradients.dneighbour_bias;
    params.dalibi_slopes = gradients.dalibi_slopes;
    params.drelative_bias = gradients.drelative_bias;
    return params;
}

inline bool wants_partials(const AttentionGradients& gradients) {
    return gradients.dgates != nullptr || gradients.dneighbour_bias != nullptr ||
           gradients.dalibi_slopes != nullptr || gradients.drelative_bias != nullptr;
}

}  // namespace corpuscope::kernels::cuda
