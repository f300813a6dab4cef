// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/attention.h"

namespace corpuscope::kernels::reference {

/// A key that a query sees through a branch.
struct Key {
    int branch;
    std::int64_t position;
    std::int64_t row;      ///< of the branch's keys and values
    std::int64_t element;  ///< where its row for this head begins in them
    double score;          ///< scaled and biased, without the gate
};

/// Which keys each query of a problem sees, and with what scores: what the forward and the backward pass have
/// in common.
class VisibleKeys {
 public:
    /// Keeps a reference to the problem.
    explicit VisibleKeys(const AttentionProblem& problem);

    /// Branches, the dynamic one included.
    int branches() const { return static_cast<int>(p_.keys.size()); }
    /// Appends the keys that `query` (a sequence position) sees through one branch.
    void append(int branch, std::int64_t query, int head, std::vector<Key>& keys) const;

    double scale() const { return scale_; }
    double gate(int branch, int head) const;
    /// What dropout multiplies the probability of a key by.
    double dropout_factor(const Key& key, std::int64_t query, int head) const;
    /// Is the neighbour bias added to this score?
    bool has_neighbour_bias(int branch, std::int64_t query, std::int64_t key) const;
    /// Where a query's row for a head begins in rows `stride` elements apart.
    std::int64_t query_element(std::int64_t query, int head, std::int64_t stride) const {
        return (query - p_.query_begin) * stride + std::int64_t{head} * p_.head_dim;
    }

 private:
    bool empty(std::int64_t position) const { return p_.units != nullptr && p_.units[position] < 0; }
    bool masked(std::int64_t query, std::int64_t key) const;
    void append_segment(int branch, std::int64_t query, int head, std::vector<Key>& keys) const;
    void append_selected_blocks(std::int64_t query, int head, std::vector<Key>& keys) const;
    void append_key(int branch, std::int64_t query, std::int64_t key, int head, std::int64_t offset,
                    std::vector<Key>& keys) const;
    double score(int branch, std::int64_t query, std::int64_t key, int head, std::int64_t element) const;
    double bias(int branch, std::int64_t query, std::int64_t key, int head) const;

    const AttentionProblem& p_;
    double scale_;
    std::vector<std::vector<std::int64_t>>
        selected_;  ///< [query blocks, heads]: the key blocks of the dynamic branch
};

}  // namespace corpuscope::kernels::reference
