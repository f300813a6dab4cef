// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>
#include <vector>

#include "kernels/attention.h"
#include "kernels/backend.h"

namespace corpuscope::kernels::test {

/// Which option a random problem turns on, besides its sizes.
struct ProblemOptions {
    std::int64_t length = 0;
    int heads = 4, kv_heads = 4, head_dim = 32;
    std::vector<Branch> branches;
    OffsetRule rule = OffsetRule::Modulo;
    int layer = 0;
    bool causal = false, gates = false, closed_gate = false, units = false, neighbour_bias = false,
         alibi = false, relative_bias = false, block_mask = false;
    DynamicSparse dynamic_sparse;
    float dropout = 0.0F;
    float neighbour_value = 0.0F;  ///< 0: drawn around -3
};

/// A problem with the memory that it points to.
class RandomProblem {
 public:
    RandomProblem(const ProblemOptions& options, unsigned seed);
    RandomProblem(const RandomProblem&) = delete;
    RandomProblem& operator=(const RandomProblem&) = delete;

    AttentionProblem problem;
    std::vector<float> q, k, v, out, lse;
    std::vector<float> gates, neighbour_bias, slopes, table;  ///< empty where the problem has none
    std::vector<KeyRows> keys;

    /// Keys of each branch with rate > 1 as kept rows alone, as the pass over a corpus larger than memory
    /// holds them.
    void keep_kept_rows_only();

    /// Queries, keys and values with each head's rows together (KeyRows::head_stride); before
    /// keep_kept_rows_only.
    void sort_by_head();

    struct Result {
        std::vector<float> out, lse;
    };
    Result run(Backend& backend);

 private:
    std::vector<float> draw(std::int64_t count, float scale = 1.0F);
    void add_terms(const ProblemOptions& options);

    std::mt19937 random_;
    std::vector<Branch> branches_;
    std::vector<std::int32_t> units_;
    std::vector<std::uint8_t> mask_;
    std::vector<std::vector<float>> kept_;
    std::vector<float> sorted_q_, sorted_k_, sorted_v_;
};

/// Largest absolute difference; infinite where one of them only is NaN or infinite.
double largest_difference(const std::vector<float>& a, const std::vector<float>& b);

}  // namespace corpuscope::kernels::test
