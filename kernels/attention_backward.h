// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Gradients of dilated attention. With the notation of kernels/attention.h, L(q) the log of the denominator
// there (from the branches' lse and gates) and m the dropout factor (1 without dropout),
//
//   p(q,k) = e^{g_b + s(q,k) - L(q)}       the probabilities, recomputed: none is ever stored
//   ds(q,k) = p (m dout_q . v_k - dout_q . out_q)
//   dv_k = sum_q p m dout_q     dq = scale sum_k ds k_k     dk = scale sum_q ds q_q
//   dg_b = sum of ds over the branch; a bias gets the sum of ds over the scores that it was added to
//
// (Dao et al., 2022, "FlashAttention", section 3 and appendix B.4, with one more index.)
#pragma once

#include <cstdint>
#include <span>

#include "kernels/attention.h"

namespace corpuscope::kernels {

/// Where the gradients of one branch's keys and values are added up.
struct KeyGradients {
    float* keys = nullptr;    ///< [rows, kv_heads * head_dim]: row i is the gradient of row i of the KeyRows
    float* values = nullptr;  ///< the same of its values
    std::int64_t stride = 0;  ///< floats between rows of `keys` and of `values`
};

/// What a call of attention_backward is given and what it gives, for an AttentionProblem whose `out` and
/// `lse` hold what `attention` left in them. All gradients are float32 and are *added* to what is there, so
/// that blocks of queries can be done one after another and branches that read the same KeyRows can share one
/// KeyGradients. Null pointers: not wanted. The choice of blocks by DynamicSparse counts as constant.
struct AttentionGradients {
    const void* dout = nullptr;  ///< [queries, heads * head_dim], of the problem's type
    std::int64_t dout_stride = 0;

    float* dq = nullptr;  ///< [queries, heads * head_dim]
    std::int64_t dq_stride = 0;
    /// One an entry of the problem's `keys`, or none at all. Two may name the same memory only where their
    /// KeyRows begin at the same row and are both dense or both kept_only of one rate.
    std::span<const KeyGradients> dkeys;

    float* dgates = nullptr;           ///< [branches (+1 with dynamic_sparse), heads]; 0 of a closed branch
    float* dneighbour_bias = nullptr;  ///< [heads]
    float* dalibi_slopes = nullptr;    ///< [heads]
    float* drelative_bias = nullptr;   ///< [heads, buckets]
};

/// Throws std::invalid_argument naming the value. Shapes and pointers alone; `problem` is checked too.
void check_attention_backward(const AttentionProblem& problem, const AttentionGradients& gradients);

}  // namespace corpuscope::kernels
