// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference/attention_backward.h"

#include <cmath>
#include <cstdlib>
#include <vector>

#include "kernels/bf16.h"
#include "kernels/reference/visible_keys.h"

namespace corpuscope::kernels::reference {
namespace {

/// Gradients of the rows of one branch for one key head, in double until they are complete.
struct KeySums {
    KeySums(std::int64_t rows, int head_dim)
        : dim(head_dim), keys(static_cast<std::size_t>(rows * head_dim)), values(keys.size()) {}
    std::size_t at(std::int64_t row) const {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(dim);
    }
    int dim;
    std::vector<double> keys, values;  ///< [rows, head_dim]
};

/// Gradients of what a head adds to its scores in one branch.
struct BiasSums {
    explicit BiasSums(int buckets) : by_bucket(static_cast<std::size_t>(buckets), 0.0) {}
    double gate = 0.0, neighbour = 0.0, slope = 0.0;
    std::vector<double> by_bucket;
};

class Backward {
 public:
    Backward(const AttentionProblem& problem, const AttentionGradients& gradients)
        : p_(problem), g_(gradients), visible_(problem) {}

    /// All heads that read one key head; what different key heads write lies apart.
    void key_head(int kv_head) const {
        for (int b = 0; b < visible_.branches(); ++b) {
            KeySums sums(p_.keys[static_cast<std::size_t>(b)].rows, p_.head_dim);
            const int group = p_.heads / p_.kv_heads;
            for (int head = kv_head * group; head < (kv_head + 1) * group; ++head) {
                BiasSums biases(p_.relative_bias.table != nullptr ? p_.relative_bias.buckets : 0);
                for (std::int64_t i = 0; i < p_.queries; ++i)
                    query(b, p_.query_begin + i, head, sums, biases);
                store_biases(b, head, biases);
            }
            store_keys(b, kv_head, sums);
        }
    }

 private:
    double loaded(const void* data, std::int64_t element) const {
        return static_cast<double>(load_float(data, element, p_.type));
    }

    /// Log of the sum over all branches, gates included.
    double log_total(std::int64_t query, int head) const {
        double largest = -HUGE_VAL, sum = 0.0;
        std::vector<double> terms;
        for (int b = 0; b < visible_.branches(); ++b) {
            if (visible_.gate(b, head) == -HUGE_VAL) continue;
            const std::int64_t row = std::int64_t{b} * p_.heads + head;
            terms.push_back(static_cast<double>(p_.lse[row * p_.queries + query - p_.query_begin]) +
                            visible_.gate(b, head));
            if (std::isnan(terms.back()) || terms.back() > largest) largest = terms.back();
        }
        for (const double term : terms) sum += std::exp(term - largest);
        return largest + std::log(sum);
    }

    void query(int b, std::int64_t query, int head, KeySums& sums, BiasSums& biases) const {
        std::vector<Key> keys;
        visible_.append(b, query, head, keys);
        if (keys.empty()) return;
        const std::int64_t dout = visible_.query_element(query, head, g_.dout_stride);
        const std::int64_t out = visible_.query_element(query, head, p_.out_stride);
        double delta = 0.0;
        for (int i = 0; i < p_.head_dim; ++i) delta += loaded(g_.dout, dout + i) * loaded(p_.out, out + i);
        const double total = log_total(query, head);
        std::vector<double> dq(static_cast<std::size_t>(p_.head_dim), 0.0);
        for (const Key& key : keys) {
            if (key.score == -HUGE_VAL) continue;  // a closed bias removes its keys exactly
            const double probability = std::exp(key.score + visible_.gate(b, head) - total);
            const double factor = visible_.dropout_factor(key, query, head);
            const void* values = p_.keys[static_cast<std::size_t>(b)].values;
            double product = 0.0;
            for (int i = 0; i < p_.head_dim; ++i)
                product += loaded(g_.dout, dout + i) * loaded(values, key.element + i);
            const double dscore = probability * (factor * product - delta);
            for (int i = 0; i < p_.head_dim; ++i)
                sums.values[sums.at(key.row) + static_cast<std::size_t>(i)] +=
                    probability * factor * loaded(g_.dout, dout + i);
            add_product(key, query, head, dscore, sums, dq);
            add_biases(key, query, dscore, biases);
        }
        store_query(query, head, dq);
    }

    void add_product(const Key& key, std::int64_t query, int head, double dscore, KeySums& sums,
                     std::vector<double>& dq) const {
        const std::int64_t q = visible_.query_element(query, head, p_.q_stride);
        const void* keys = p_.keys[static_cast<std::size_t>(key.branch)].keys;
        for (std::size_t i = 0; i < dq.size(); ++i) {
            const auto at = static_cast<std::int64_t>(i);
            dq[i] += visible_.scale() * dscore * loaded(keys, key.element + at);
            sums.keys[sums.at(key.row) + i] += visible_.scale() * dscore * loaded(p_.q, q + at);
        }
    }

    void add_biases(const Key& key, std::int64_t query, double dscore, BiasSums& biases) const {
        biases.gate += dscore;
        if (visible_.has_neighbour_bias(key.branch, query, key.position)) biases.neighbour += dscore;
        biases.slope -= dscore * static_cast<double>(std::abs(query - key.position));
        if (const RelativeBias& relative = p_.relative_bias; relative.table != nullptr)
            biases.by_bucket[static_cast<std::size_t>(relative_bucket(
                key.position - query, relative.buckets, relative.max_distance, p_.causal))] += dscore;
    }

    void store_query(std::int64_t query, int head, const std::vector<double>& dq) const {
        if (g_.dq == nullptr) return;
        float* to = g_.dq + visible_.query_element(query, head, g_.dq_stride);
        for (std::size_t i = 0; i < dq.size(); ++i) to[i] += static_cast<float>(dq[i]);
    }

    void store_biases(int b, int head, const BiasSums& biases) const {
        if (g_.dgates != nullptr) g_.dgates[b * p_.heads + head] += static_cast<float>(biases.gate);
        if (g_.dneighbour_bias != nullptr) g_.dneighbour_bias[head] += static_cast<float>(biases.neighbour);
        if (g_.dalibi_slopes != nullptr) g_.dalibi_slopes[head] += static_cast<float>(biases.slope);
        if (g_.drelative_bias == nullptr) return;
        float* to = g_.drelative_bias + std::int64_t{head} * p_.relative_bias.buckets;
        for (const double sum : biases.by_bucket) *to++ += static_cast<float>(sum);
    }

    void store_keys(int b, int kv_head, const KeySums& sums) const {
        if (g_.dkeys.empty()) return;
        const KeyGradients& to = g_.dkeys[static_cast<std::size_t>(b)];
        const std::int64_t rows = p_.keys[static_cast<std::size_t>(b)].rows;
        for (std::int64_t row = 0; row < rows; ++row)
            for (int i = 0; i < p_.head_dim; ++i) {
                const std::int64_t element = row * to.stride + std::int64_t{kv_head} * p_.head_dim + i;
                const std::size_t from = sums.at(row) + static_cast<std::size_t>(i);
                if (to.keys != nullptr) to.keys[element] += static_cast<float>(sums.keys[from]);
                if (to.values != nullptr) to.values[element] += static_cast<float>(sums.values[from]);
            }
    }

    const AttentionProblem& p_;
    const AttentionGradients& g_;
    VisibleKeys visible_;
};

}  // namespace

void attention_backward(const AttentionProblem& problem, const AttentionGradients& gradients) {
    const Backward backward(problem, gradients);
#pragma omp parallel for schedule(dynamic, 1)
    for (int kv_head = 0; kv_head < problem.kv_heads; ++kv_head) backward.key_head(kv_head);
}

}  // namespace corpuscope::kernels::reference
