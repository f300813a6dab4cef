// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/attention.h"
#include "kernels/attention_backward.h"
#include "kernels/cuda/attention_params.h"
#include "kernels/cuda/handles.h"

namespace corpuscope::kernels::cuda {

/// Computes attention problems on one device: by the fused kernel where that serves, else by the plain one.
/// Keeps the scratch memory that both need.
class Attention {
 public:
    explicit Attention(const Stream& stream) : stream_(stream) {}

    /// Queues the work. Throws std::invalid_argument for what check_attention and check_for_device refuse,
    /// and where a pointer is not to device memory.
    void compute(const AttentionProblem& problem);

    /// Gradients, likewise. Refusals as above.
    void compute_backward(const AttentionProblem& problem, const AttentionGradients& gradients);

 private:
    static void check_pointers(const AttentionProblem& problem);
    void check_closed_branches(const AttentionProblem& problem);
    void set_buckets(const AttentionProblem& problem, AttentionParams& params);
    void select_blocks(const AttentionProblem& problem, AttentionParams& params);
    void compute_fused(const AttentionProblem& problem, AttentionParams params);
    void compute_plain(const AttentionProblem& problem, const AttentionParams& params);

    const Stream& stream_;
    Scratch row_states_, accumulators_;
    Scratch log_sums_, deltas_, partials_;
    Scratch query_means_, key_means_, counts_, selected_;
    DeviceBuffer buckets_;
    std::vector<std::int32_t> host_buckets_;  ///< what `buckets_` holds
};

}  // namespace corpuscope::kernels::cuda
