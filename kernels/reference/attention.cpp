// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/bf16.h"
#include "kernels/philox.h"

namespace corpuscope::kernels::reference {
namespace {

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();

/// Unlike std::max keeps a NaN, so that one in the input comes out as one.
double larger(double a, double b) { return std::isnan(b) || b > a ? b : a; }

struct Key {
    int branch;
    std::int64_t position;
    std::int64_t element;  ///< where its row for this head begins in the branch's keys and values
    double score;
};

class Attention {
 public:
    explicit Attention(const AttentionProblem& problem)
        : p_(problem),
          scale_(p_.scale != 0.0F ? static_cast<double>(p_.scale)
                                  : 1.0 / std::sqrt(static_cast<double>(p_.head_dim))) {
        if (p_.dynamic_sparse.block != 0) select_blocks();
    }

    void row(std::int64_t query, int head) const {
        std::vector<Key> keys;
        if (!empty(query)) {
            for (std::size_t b = 0; b < p_.branches.size(); ++b)
                add_branch(static_cast<int>(b), query, head, keys);
            if (p_.dynamic_sparse.block != 0) add_selected_blocks(query, head, keys);
        }
        store_lse(query, head, keys);
        store_out(query, head, keys);
    }

 private:
    bool empty(std::int64_t position) const { return p_.units != nullptr && p_.units[position] < 0; }

    double gate(int branch, int head) const {
        return p_.gates == nullptr ? 0.0 : static_cast<double>(p_.gates[branch * p_.heads + head]);
    }

    const KeyRows& rows_of(int branch) const { return p_.keys[static_cast<std::size_t>(branch)]; }

    void add_branch(int b, std::int64_t query, int head, std::vector<Key>& keys) const {
        const auto [segment, rate] = p_.branches[static_cast<std::size_t>(b)];
        const std::int64_t offset = head_offset(head, p_.heads, rate, p_.rule, p_.layer);
        const std::int64_t begin = query / segment * segment;
        if (gate(b, head) == kMinusInfinity || (query - begin) % rate != offset) return;
        const std::int64_t end = std::min(begin + segment, p_.causal ? query + 1 : p_.length);
        for (std::int64_t key = begin + offset; key < end; key += rate)
            add_key(b, query, key, head, offset, keys);
    }

    void add_selected_blocks(std::int64_t query, int head, std::vector<Key>& keys) const {
        const int b = static_cast<int>(p_.branches.size());
        if (gate(b, head) == kMinusInfinity) return;
        const std::int64_t block = p_.dynamic_sparse.block;
        const std::int64_t index = (query - p_.query_begin) / block * p_.heads + head;
        for (const std::int64_t selected : selected_[static_cast<std::size_t>(index)]) {
            const std::int64_t end = std::min((selected + 1) * block, p_.causal ? query + 1 : p_.length);
            for (std::int64_t key = selected * block; key < end; ++key) add_key(b, query, key, head, 0, keys);
        }
    }

    void add_key(int b, std::int64_t query, std::int64_t key, int head, std::int64_t offset,
                 std::vector<Key>& keys) const {
        if (empty(key) || masked(query, key)) return;
        const std::int64_t element = key_element(b, key, head, offset);
        keys.push_back({b, key, element, score(b, query, key, head, element)});
    }

    bool masked(std::int64_t query, std::int64_t key) const {
        const BlockMask& mask = p_.block_mask;
        return mask.allowed != nullptr &&
               mask.allowed[query / mask.block * mask.columns + key / mask.block] == 0;
    }

    std::int64_t key_element(int b, std::int64_t key, int head, std::int64_t offset) const {
        const KeyRows& rows = rows_of(b);
        const std::int64_t key_head = std::int64_t{head} * p_.kv_heads / p_.heads;
        const std::int64_t index =
            rows.kept_only ? (key - offset) / p_.branches[static_cast<std::size_t>(b)].rate : key;
        return (index - rows.first) * rows.stride + key_head * p_.head_dim;
    }

    std::int64_t query_element(std::int64_t query, int head, std::int64_t stride) const {
        return (query - p_.query_begin) * stride + std::int64_t{head} * p_.head_dim;
    }

    double score(int b, std::int64_t query, std::int64_t key, int head, std::int64_t element) const {
        const std::int64_t q = query_element(query, head, p_.q_stride);
        double dot = 0.0;
        for (int i = 0; i < p_.head_dim; ++i)
            dot += static_cast<double>(load_float(p_.q, q + i, p_.type)) *
                   static_cast<double>(load_float(rows_of(b).keys, element + i, p_.type));
        return dot * scale_ + bias(b, query, key, head);
    }

    double bias(int b, std::int64_t query, std::int64_t key, int head) const {
        double sum = 0.0;
        const bool window = b == 0 && !p_.branches.empty();
        if (window && p_.neighbour_bias != nullptr && p_.units != nullptr && p_.units[query] != p_.units[key])
            sum += static_cast<double>(p_.neighbour_bias[head]);
        if (p_.alibi_slopes != nullptr)
            sum -= static_cast<double>(p_.alibi_slopes[head]) * static_cast<double>(std::abs(query - key));
        if (const RelativeBias& relative = p_.relative_bias; relative.table != nullptr)
            sum += static_cast<double>(
                relative.table[head * relative.buckets + relative_bucket(key - query, relative.buckets,
                                                                         relative.max_distance, p_.causal)]);
        return sum;
    }

    void store_lse(std::int64_t query, int head, const std::vector<Key>& keys) const {
        if (p_.lse == nullptr) return;
        for (std::size_t b = 0; b < p_.keys.size(); ++b) {
            double largest = kMinusInfinity, sum = 0.0;
            for (const Key& key : keys)
                if (key.branch == static_cast<int>(b)) largest = larger(largest, key.score);
            for (const Key& key : keys)
                if (key.branch == static_cast<int>(b) && largest != kMinusInfinity)
                    sum += std::exp(key.score - largest);
            const std::int64_t row = static_cast<std::int64_t>(b) * p_.heads + head;
            p_.lse[row * p_.queries + query - p_.query_begin] = static_cast<float>(largest + std::log(sum));
        }
    }

    void store_out(std::int64_t query, int head, const std::vector<Key>& keys) const {
        double largest = kMinusInfinity, total = 0.0;
        for (const Key& key : keys) largest = larger(largest, key.score + gate(key.branch, head));
        std::vector<double> out(static_cast<std::size_t>(p_.head_dim), 0.0);
        for (const Key& key : keys) {
            if (largest == kMinusInfinity) break;
            const double weight = std::exp(key.score + gate(key.branch, head) - largest);
            total += weight;
            const double kept = weight * dropout_factor(key, query, head);
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] += kept * static_cast<double>(load_float(rows_of(key.branch).values,
                                                                key.element + static_cast<std::int64_t>(i),
                                                                p_.type));
        }
        const std::int64_t element = query_element(query, head, p_.out_stride);
        for (std::size_t i = 0; i < out.size(); ++i)
            store_float(p_.out, element + static_cast<std::int64_t>(i), p_.type,
                        total != 0.0 ? static_cast<float>(out[i] / total) : 0.0F);
    }

    double dropout_factor(const Key& key, std::int64_t query, int head) const {
        if (p_.dropout == 0.0F) return 1.0;
        const bool survives =
            survives_dropout(p_.dropout_seed, key.branch, head, query, key.position, p_.dropout);
        return survives ? 1.0 / (1.0 - static_cast<double>(p_.dropout)) : 0.0;
    }

    /// Mean row of each head over the non-empty positions of a block; `any` is false where there are none.
    struct Pool {
        std::vector<double> mean;
        bool any = false;
    };

    template <typename Element>
    Pool pool(const void* data, std::int64_t begin, std::int64_t end, const Element& element) const {
        Pool result{std::vector<double>(static_cast<std::size_t>(p_.head_dim), 0.0), false};
        std::int64_t count = 0;
        for (std::int64_t position = begin; position < end; ++position) {
            if (empty(position)) continue;
            ++count;
            for (std::size_t i = 0; i < result.mean.size(); ++i)
                result.mean[i] += static_cast<double>(
                    load_float(data, element(position) + static_cast<std::int64_t>(i), p_.type));
        }
        result.any = count > 0;
        for (double& value : result.mean) value /= static_cast<double>(std::max<std::int64_t>(count, 1));
        return result;
    }

    void select_blocks() {
        const std::int64_t block = p_.dynamic_sparse.block;
        const std::int64_t key_blocks = (p_.length + block - 1) / block;
        const std::int64_t query_blocks = (p_.queries + block - 1) / block;
        const int b = static_cast<int>(p_.branches.size());
        selected_.resize(static_cast<std::size_t>(query_blocks * p_.heads));
        for (int head = 0; head < p_.heads; ++head) {
            if (gate(b, head) == kMinusInfinity) continue;
            std::vector<Pool> keys;
            for (std::int64_t k = 0; k < key_blocks; ++k)
                keys.push_back(
                    pool(rows_of(b).keys, k * block, std::min((k + 1) * block, p_.length),
                         [&](std::int64_t position) { return key_element_dense(b, position, head); }));
            for (std::int64_t q = 0; q < query_blocks; ++q) {
                const std::int64_t begin = p_.query_begin + q * block;
                const Pool query =
                    pool(p_.q, begin, std::min(begin + block, p_.query_begin + p_.queries),
                         [&](std::int64_t position) { return query_element(position, head, p_.q_stride); });
                selected_[static_cast<std::size_t>(q * p_.heads + head)] =
                    best_blocks(query, keys, begin / block);
            }
        }
    }

    std::int64_t key_element_dense(int b, std::int64_t position, int head) const {
        const KeyRows& rows = rows_of(b);
        return (position - rows.first) * rows.stride +
               std::int64_t{head} * p_.kv_heads / p_.heads * p_.head_dim;
    }

    std::vector<std::int64_t> best_blocks(const Pool& query, const std::vector<Pool>& keys,
                                          std::int64_t own) const {
        std::vector<std::pair<double, std::int64_t>> candidates;
        for (std::size_t k = 0; k < keys.size(); ++k) {
            if (!keys[k].any || (p_.causal && static_cast<std::int64_t>(k) > own)) continue;
            double score = 0.0;
            for (std::size_t i = 0; i < query.mean.size(); ++i) score += query.mean[i] * keys[k].mean[i];
            candidates.emplace_back(std::isnan(score) ? kMinusInfinity : -score,
                                    static_cast<std::int64_t>(k));
        }
        std::sort(candidates.begin(), candidates.end());  // best score first, the earlier block among equals
        std::vector<std::int64_t> best;
        for (const auto& [negated_score, k] : candidates)
            if (static_cast<int>(best.size()) < p_.dynamic_sparse.top_k) best.push_back(k);
        std::sort(best.begin(), best.end());
        return best;
    }

    const AttentionProblem& p_;
    double scale_;
    std::vector<std::vector<std::int64_t>>
        selected_;  ///< [query blocks, heads]: the key blocks of the dynamic branch
};

}  // namespace

void attention(const AttentionProblem& problem) {
    const Attention attention(problem);
#pragma omp parallel for schedule(dynamic, 16)
    for (std::int64_t i = 0; i < problem.queries; ++i)
        for (int head = 0; head < problem.heads; ++head) attention.row(problem.query_begin + i, head);
}

}  // namespace corpuscope::kernels::reference
