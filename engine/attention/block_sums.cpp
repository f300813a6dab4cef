// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/attention/block_sums.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/longnet/parallel.h"

namespace corpuscope::attention {
namespace {

/// One key that a query sees, in one branch.
struct Term {
    std::int32_t cell;
    float score;
};

/// A row of cells under way.
struct RowSums {
    std::vector<double> weights;
    std::vector<char> seen;
    std::int64_t queries = 0;  ///< counted once a head
    std::vector<Term> terms;
};

/// Eight sums side by side: the compiler may not reorder one, but it can put eight into a register.
float dot(const float* a, const float* b, std::int64_t count) {
    constexpr std::int64_t kLanes = 8;
    std::array<float, kLanes> sums{};
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (std::int64_t lane = 0; lane < kLanes; ++lane)
            sums[static_cast<std::size_t>(lane)] += a[i + lane] * b[i + lane];
    float sum = std::accumulate(sums.begin(), sums.end(), 0.0f);
    for (; i < count; ++i) sum += a[i] * b[i];
    return sum;
}

class BlockSums {
 public:
    explicit BlockSums(const BlockSumProblem& problem)
        : p_(problem), positions_(static_cast<std::size_t>(problem.cells)) {
        for (std::int64_t i = 0; i < p_.length; ++i)
            if (const auto cell = p_.cell_of[static_cast<std::size_t>(i)]; cell >= 0)
                positions_[static_cast<std::size_t>(cell)].push_back(i);
    }

    std::vector<float> run() {
        std::vector<float> weights(static_cast<std::size_t>(p_.cells * p_.cells),
                                   std::numeric_limits<float>::quiet_NaN());
        std::atomic<std::int64_t> done = 0;
        longnet::parallel_for(p_.threads, p_.cells, [&](std::int64_t row, int thread) {
            if (p_.control != nullptr) p_.control->checkpoint();
            sum_row(row, std::span(weights).subspan(static_cast<std::size_t>(row * p_.cells),
                                                    static_cast<std::size_t>(p_.cells)));
            const std::int64_t so_far = ++done;
            if (p_.progress && thread == 0)
                p_.progress(static_cast<double>(so_far) / static_cast<double>(p_.cells));
        });
        return weights;
    }

 private:
    void sum_row(std::int64_t row, std::span<float> out) const {
        const auto cells = static_cast<std::size_t>(p_.cells);
        RowSums sums{.weights = std::vector<double>(cells), .seen = std::vector<char>(cells), .terms = {}};
        for (const auto query : positions_[static_cast<std::size_t>(row)])
            for (int head = 0; head < p_.held_heads; ++head) add_query(query, head, sums);
        for (std::size_t column = 0; column < cells; ++column)
            if (sums.seen[column] != 0)
                out[column] = static_cast<float>(sums.weights[column] / static_cast<double>(sums.queries));
    }

    void add_query(std::int64_t query, int head, RowSums& sums) const {
        sums.terms.clear();
        for (int b = 0; b < static_cast<int>(p_.branches.size()); ++b)
            if (p_.branch < 0 || p_.branch == b) gather(query, head, b, sums.terms);
        if (sums.terms.empty()) return;
        float largest = -std::numeric_limits<float>::infinity();
        for (const auto& term : sums.terms) largest = std::max(largest, term.score);
        double total = 0;
        for (auto& term : sums.terms) {
            term.score = std::exp(term.score - largest);
            total += term.score;
        }
        for (const auto& term : sums.terms) {
            if (term.cell < 0) continue;
            const auto cell = static_cast<std::size_t>(term.cell);
            sums.weights[cell] += term.score / total;
            sums.seen[cell] = 1;
        }
        ++sums.queries;
    }

    /// Keys that branch b shows to the query, with their scores; none where it does not keep the query.
    void gather(std::int64_t query, int head, int b, std::vector<Term>& terms) const {
        const auto [segment, rate] = p_.branches[static_cast<std::size_t>(b)];
        const int model_head = p_.first_head + head;
        const auto offset =
            kernels::head_offset(model_head, p_.heads, rate, kernels::OffsetRule::Rotating, p_.layer);
        const std::int64_t begin = query / segment * segment;
        const std::int64_t end = std::min(begin + segment, p_.length);
        if ((query - begin) % rate != offset) return;
        const float gate = b == 0 ? 0.0f : p_.outer_gate;
        const float neighbour = b == 0 ? p_.neighbour_bias[static_cast<std::size_t>(model_head)] : 0.0f;
        const float scale = 1.0f / std::sqrt(static_cast<float>(p_.head_dim));
        const auto unit = p_.unit_of[static_cast<std::size_t>(query)];
        const float* q = row_of(p_.q, query, head);
        for (std::int64_t key = begin + offset; key < end; key += rate) {
            const auto key_unit = p_.unit_of[static_cast<std::size_t>(key)];
            if (key_unit < 0) continue;
            const float* k = row_of(p_.k, key, head);
            const float score = dot(q, k, p_.head_dim) * scale + gate + (key_unit == unit ? 0.0f : neighbour);
            if (std::isfinite(score)) terms.push_back({p_.cell_of[static_cast<std::size_t>(key)], score});
        }
    }

    const float* row_of(std::span<const float> rows, std::int64_t position, int head) const {
        return rows.data() + (position * p_.held_heads + head) * p_.head_dim;
    }

    const BlockSumProblem& p_;
    std::vector<std::vector<std::int64_t>> positions_;  ///< [cells]: what each holds
};

}  // namespace

std::vector<float> block_sums(const BlockSumProblem& problem) { return BlockSums(problem).run(); }

}  // namespace corpuscope::attention
