// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/random_problem.h"

#include <algorithm>
#include <cmath>

namespace corpuscope::kernels::test {

RandomProblem::RandomProblem(const ProblemOptions& options, unsigned seed)
    : random_(seed), branches_(options.branches) {
    problem.length = problem.queries = options.length;
    problem.heads = options.heads;
    problem.kv_heads = options.kv_heads;
    problem.head_dim = options.head_dim;
    problem.rule = options.rule;
    problem.layer = options.layer;
    problem.causal = options.causal;
    problem.dropout = options.dropout;
    problem.dropout_seed = 0x1234567890abcdefULL;
    problem.dynamic_sparse = options.dynamic_sparse;
    problem.branches = branches_;
    const std::int64_t q_width = std::int64_t{options.heads} * options.head_dim;
    const std::int64_t k_width = std::int64_t{options.kv_heads} * options.head_dim;
    q = draw(options.length * q_width);
    k = draw(options.length * k_width);
    v = draw(options.length * k_width);
    keys.assign(branches_.size() + (options.dynamic_sparse.block != 0 ? 1 : 0),
                {k.data(), v.data(), k_width, 0, options.length, false});
    problem.keys = keys;
    problem.q = q.data();
    problem.q_stride = problem.out_stride = q_width;
    out.assign(q.size(), NAN);
    lse.assign(keys.size() * static_cast<std::size_t>(options.heads * options.length), NAN);
    problem.out = out.data();
    problem.lse = lse.data();
    add_terms(options);
}

void RandomProblem::add_terms(const ProblemOptions& options) {
    if (options.gates) {
        gates = draw(static_cast<std::int64_t>(keys.size()) * options.heads, 2.0F);
        if (options.closed_gate)
            for (int h = 0; h < options.heads; ++h)
                gates[gates.size() - 1 - static_cast<std::size_t>(h)] = -INFINITY;
        problem.gates = gates.data();
    }
    if (options.units) {
        std::bernoulli_distribution next_unit(0.1), empty(0.15);
        std::int32_t unit = 0;
        for (std::int64_t i = 0; i < options.length; ++i) {
            if (next_unit(random_)) ++unit;
            units_.push_back(empty(random_) ? -1 : unit);
        }
        problem.units = units_.data();
    }
    if (options.neighbour_bias) {
        neighbour_bias = draw(options.heads);
        for (float& bias : neighbour_bias)
            bias = options.neighbour_value != 0.0F ? options.neighbour_value : bias - 3.0F;
        problem.neighbour_bias = neighbour_bias.data();
    }
    if (options.alibi) {
        for (int h = 0; h < options.heads; ++h) slopes.push_back(std::exp2(-1.0F - static_cast<float>(h)));
        problem.alibi_slopes = slopes.data();
    }
    if (options.relative_bias) {
        table = draw(std::int64_t{options.heads} * 16);
        problem.relative_bias = {table.data(), 16, 40};
    }
    if (options.block_mask) {
        const std::int64_t block = 24, columns = (options.length + block - 1) / block;
        std::bernoulli_distribution allowed(0.6);
        for (std::int64_t i = 0; i < columns * columns; ++i) mask_.push_back(allowed(random_) ? 1 : 0);
        problem.block_mask = {mask_.data(), block, columns};
    }
}

std::vector<float> RandomProblem::draw(std::int64_t count, float scale) {
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = scale * normal(random_);
    return values;
}

void RandomProblem::keep_kept_rows_only() {
    for (std::size_t b = 0; b < branches_.size(); ++b) {
        const std::int64_t rate = branches_[b].rate, rows = (problem.length + rate - 1) / rate;
        if (rate == 1) continue;
        const std::int64_t width = keys[b].stride;
        std::vector<float> kept(static_cast<std::size_t>(2 * rows * width), NAN);
        for (int h = 0; h < problem.heads; ++h) {
            const std::int64_t offset = head_offset(h, problem.heads, rate, problem.rule, problem.layer);
            for (std::int64_t row = 0; row < rows && row * rate + offset < problem.length; ++row)
                for (std::int64_t i = h * problem.head_dim; i < (h + 1) * problem.head_dim; ++i) {
                    kept[static_cast<std::size_t>(row * width + i)] =
                        k[static_cast<std::size_t>((row * rate + offset) * width + i)];
                    kept[static_cast<std::size_t>((rows + row) * width + i)] =
                        v[static_cast<std::size_t>((row * rate + offset) * width + i)];
                }
        }
        kept_.push_back(std::move(kept));
        keys[b] = {kept_.back().data(), kept_.back().data() + rows * width, width, 0, rows, true};
    }
}

void RandomProblem::sort_by_head() {
    const std::int64_t dim = problem.head_dim, length = problem.length;
    const auto sorted = [&](const std::vector<float>& rows, int heads) {
        std::vector<float> result(rows.size());
        for (std::int64_t row = 0; row < length; ++row)
            for (std::int64_t h = 0; h < heads; ++h)
                std::copy_n(rows.begin() + (row * heads + h) * dim, dim,
                            result.begin() + (h * length + row) * dim);
        return result;
    };
    sorted_q_ = sorted(q, problem.heads);
    sorted_k_ = sorted(k, problem.kv_heads);
    sorted_v_ = sorted(v, problem.kv_heads);
    problem.q = sorted_q_.data();
    problem.q_stride = dim;
    problem.q_head_stride = length * dim;
    for (KeyRows& rows : keys) {
        rows.keys = sorted_k_.data();
        rows.values = sorted_v_.data();
        rows.stride = dim;
        rows.head_stride = length * dim;
    }
}

RandomProblem::Result RandomProblem::run(Backend& backend) {
    std::fill(out.begin(), out.end(), NAN);
    std::fill(lse.begin(), lse.end(), NAN);
    backend.attention(problem);
    return {out, lse};
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size()) return INFINITY;
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
        const double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
        largest = std::isnan(difference) ? INFINITY : std::max(largest, difference);
    }
    return largest;
}

}  // namespace corpuscope::kernels::test
