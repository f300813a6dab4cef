// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/backend.h"

namespace corpuscope::kernels::test {

/// Memory for every gradient that a problem has, zero to begin with. Branches that read the same keys share
/// their gradients.
class GradientArrays {
 public:
    explicit GradientArrays(const AttentionProblem& problem);
    GradientArrays(const GradientArrays&) = delete;
    GradientArrays& operator=(const GradientArrays&) = delete;

    AttentionGradients view(const void* dout, std::int64_t dout_stride);

    std::vector<float> dq;                   ///< [queries, heads * head_dim]
    std::vector<std::vector<float>> dk, dv;  ///< one a distinct set of keys, laid out as it
    std::vector<float> dgates, dneighbour_bias, dalibi_slopes, drelative_bias;  ///< empty: the term is absent

    /// All of the above one after another.
    std::vector<float> all() const;

 private:
    const AttentionProblem& problem_;
    std::vector<KeyGradients> dkeys_;
};

}  // namespace corpuscope::kernels::test
