// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference/block_selection.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/bf16.h"

namespace corpuscope::kernels::reference {
namespace {

/// Mean row of one head over the non-empty positions of a block; `any` is false where there are none.
struct Pool {
    std::vector<double> mean;
    bool any = false;
};

/// element(position): where the row of a position begins in `data`.
template <typename Element>
Pool pool(const AttentionProblem& p, const void* data, std::int64_t begin, std::int64_t end,
          const Element& element) {
    Pool result{std::vector<double>(static_cast<std::size_t>(p.head_dim), 0.0), false};
    std::int64_t count = 0;
    for (std::int64_t position = begin; position < end; ++position) {
        if (p.units != nullptr && p.units[position] < 0) continue;
        ++count;
        for (std::size_t i = 0; i < result.mean.size(); ++i)
            result.mean[i] += static_cast<double>(
                load_float(data, element(position) + static_cast<std::int64_t>(i), p.type));
    }
    result.any = count > 0;
    for (double& value : result.mean) value /= static_cast<double>(std::max<std::int64_t>(count, 1));
    return result;
}

std::vector<std::int64_t> best_blocks(const AttentionProblem& p, const Pool& query,
                                      const std::vector<Pool>& keys, std::int64_t own) {
    constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();
    std::vector<std::pair<double, std::int64_t>> candidates;
    for (std::size_t k = 0; k < keys.size(); ++k) {
        if (!keys[k].any || (p.causal && static_cast<std::int64_t>(k) > own)) continue;
        double score = 0.0;
        for (std::size_t i = 0; i < query.mean.size(); ++i) score += query.mean[i] * keys[k].mean[i];
        candidates.emplace_back(std::isnan(score) ? kMinusInfinity : -score, static_cast<std::int64_t>(k));
    }
    std::sort(candidates.begin(), candidates.end());  // best score first, the earlier block among equals
    std::vector<std::int64_t> best;
    for (const auto& [negated_score, k] : candidates)
        if (static_cast<int>(best.size()) < p.dynamic_sparse.top_k) best.push_back(k);
    std::sort(best.begin(), best.end());
    return best;
}

}  // namespace

std::vector<std::vector<std::int64_t>> select_blocks(const AttentionProblem& p) {
    const std::int64_t block = p.dynamic_sparse.block;
    const std::int64_t key_blocks = (p.length + block - 1) / block;
    const std::int64_t query_blocks = (p.queries + block - 1) / block;
    const KeyRows& rows = p.keys.back();
    std::vector<std::vector<std::int64_t>> selected(static_cast<std::size_t>(query_blocks * p.heads));
    for (int head = 0; head < p.heads; ++head) {
        if (p.gates != nullptr && p.gates[static_cast<int>(p.branches.size()) * p.heads + head] == -HUGE_VALF)
            continue;
        const std::int64_t key_column = rows.head_part(head * p.kv_heads / p.heads, p.head_dim);
        std::vector<Pool> keys;
        for (std::int64_t k = 0; k < key_blocks; ++k)
            keys.push_back(pool(
                p, rows.keys, k * block, std::min((k + 1) * block, p.length),
                [&](std::int64_t position) { return (position - rows.first) * rows.stride + key_column; }));
        for (std::int64_t q = 0; q < query_blocks; ++q) {
            const std::int64_t begin = p.query_begin + q * block;
            const Pool query = pool(p, p.q, begin, std::min(begin + block, p.query_begin + p.queries),
                                    [&](std::int64_t position) {
                                        return (position - p.query_begin) * p.q_stride + p.query_part(head);
                                    });
            selected[static_cast<std::size_t>(q * p.heads + head)] =
                best_blocks(p, query, keys, begin / block);
        }
    }
    return selected;
}

}  // namespace corpuscope::kernels::reference
