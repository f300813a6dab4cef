// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference/attention.h"

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/bf16.h"
#include "kernels/reference/visible_keys.h"

namespace corpuscope::kernels::reference {
namespace {

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();

/// Unlike std::max keeps a NaN, so that one in the input comes out as one.
double larger(double a, double b) { return std::isnan(b) || b > a ? b : a; }

class Attention {
 public:
    explicit Attention(const AttentionProblem& problem) : p_(problem), visible_(problem) {}

    void row(std::int64_t query, int head) const {
        std::vector<Key> keys;
        for (int b = 0; b < visible_.branches(); ++b) visible_.append(b, query, head, keys);
        store_lse(query, head, keys);
        store_out(query, head, keys);
    }

 private:
    void store_lse(std::int64_t query, int head, const std::vector<Key>& keys) const {
        if (p_.lse == nullptr) return;
        for (int b = 0; b < visible_.branches(); ++b) {
            double largest = kMinusInfinity, sum = 0.0;
            for (const Key& key : keys)
                if (key.branch == b) largest = larger(largest, key.score);
            for (const Key& key : keys)
                if (key.branch == b && largest != kMinusInfinity) sum += std::exp(key.score - largest);
            const std::int64_t row = std::int64_t{b} * p_.heads + head;
            p_.lse[row * p_.queries + query - p_.query_begin] = static_cast<float>(largest + std::log(sum));
        }
    }

    void store_out(std::int64_t query, int head, const std::vector<Key>& keys) const {
        double largest = kMinusInfinity, total = 0.0;
        for (const Key& key : keys) largest = larger(largest, key.score + visible_.gate(key.branch, head));
        std::vector<double> out(static_cast<std::size_t>(p_.head_dim), 0.0);
        for (const Key& key : keys) {
            if (largest == kMinusInfinity) break;
            const double weight = std::exp(key.score + visible_.gate(key.branch, head) - largest);
            total += weight;
            const double kept = weight * visible_.dropout_factor(key, query, head);
            const void* values = p_.keys[static_cast<std::size_t>(key.branch)].values;
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] += kept * static_cast<double>(
                                     load_float(values, key.element + static_cast<std::int64_t>(i), p_.type));
        }
        const std::int64_t element = visible_.query_element(query, head, p_.out_stride);
        for (std::size_t i = 0; i < out.size(); ++i)
            store_float(p_.out, element + static_cast<std::int64_t>(i), p_.type,
                        total != 0.0 ? static_cast<float>(out[i] / total) : 0.0F);
    }

    const AttentionProblem& p_;
    VisibleKeys visible_;
};

}  // namespace

void attention(const AttentionProblem& problem) {
    const Attention attention(problem);
#pragma omp parallel for schedule(dynamic, 16)
    for (std::int64_t i = 0; i < problem.queries; ++i)
        for (int head = 0; head < problem.heads; ++head) attention.row(problem.query_begin + i, head);
}

}  // namespace corpuscope::kernels::reference
