// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/checks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "kernels/backend.h"
#include "kernels/bf16.h"

namespace corpuscope::gpu_check {
namespace {

using kernels::AttentionProblem;
using kernels::KeyRows;

std::vector<std::uint16_t> rounded(const void* floats, std::int64_t count) {
    const auto* from = static_cast<const float*>(floats);
    std::vector<std::uint16_t> result(static_cast<std::size_t>(count));
    std::transform(from, from + count, result.begin(), kernels::to_bf16);
    return result;
}

std::size_t lse_count(const AttentionProblem& p) {
    return p.keys.size() * static_cast<std::size_t>(p.heads * p.queries);
}

/// One row of plain_bf16_attention.
class PlainRow {
 public:
    PlainRow(const AttentionProblem& p, std::int64_t query, int head) : p_(p), query_(query), head_(head) {
        if (p_.units != nullptr && p_.units[query] < 0) return;
        for (std::size_t b = 0; b < p_.branches.size(); ++b) add_branch(b);
    }

    void store(float* out) const {
        float largest = -INFINITY, sum = 0;
        for (const Key& key : keys_) largest = std::max(largest, key.score);
        std::vector<float> row(static_cast<std::size_t>(p_.head_dim), 0.0F);
        for (const Key& key : keys_) {
            if (largest == -INFINITY) break;
            const float probability = std::exp(key.score - largest);
            sum += probability;
            for (std::size_t i = 0; i < row.size(); ++i)
                row[i] += kernels::round_to_bf16(probability) * kernels::from_bf16(key.value[i]);
        }
        for (std::size_t i = 0; i < row.size(); ++i)
            out[i] = sum > 0 ? kernels::round_to_bf16(row[i] / sum) : 0.0F;
    }

 private:
    struct Key {
        float score;
        const std::uint16_t* value;
    };

    void add_branch(std::size_t b) {
        const auto [segment, rate] = p_.branches[b];
        const KeyRows& rows = p_.keys[b];
        const std::int64_t offset = kernels::head_offset(head_, p_.heads, rate, p_.rule, p_.layer);
        const std::int64_t begin = query_ / segment * segment;
        if ((query_ - begin) % rate != offset) return;
        const float gate =
            p_.gates == nullptr
                ? 0.0F
                : p_.gates[b * static_cast<std::size_t>(p_.heads) + static_cast<std::size_t>(head_)];
        const std::int64_t end = std::min({begin + segment, p_.length, p_.causal ? query_ + 1 : p_.length});
        for (std::int64_t key = begin + offset; key < end; key += rate) {
            if (p_.units != nullptr && p_.units[key] < 0) continue;
            const std::int64_t row = (rows.kept_only ? key / rate : key) - rows.first;
            const std::int64_t element =
                row * rows.stride + std::int64_t{head_} * p_.kv_heads / p_.heads * p_.head_dim;
            keys_.push_back({score(b, key, static_cast<const std::uint16_t*>(rows.keys) + element) + gate,
                             static_cast<const std::uint16_t*>(rows.values) + element});
        }
    }

    float score(std::size_t b, std::int64_t key, const std::uint16_t* row) const {
        const auto* q = static_cast<const std::uint16_t*>(p_.q) + (query_ - p_.query_begin) * p_.q_stride +
                        std::int64_t{head_} * p_.head_dim;
        float dot = 0;
        for (int i = 0; i < p_.head_dim; ++i) dot += kernels::from_bf16(q[i]) * kernels::from_bf16(row[i]);
        float score = dot / std::sqrt(static_cast<float>(p_.head_dim));
        if (b == 0 && p_.neighbour_bias != nullptr && p_.units != nullptr &&
            p_.units[query_] != p_.units[key])
            score += p_.neighbour_bias[head_];
        if (p_.alibi_slopes != nullptr)
            score -= p_.alibi_slopes[head_] * static_cast<float>(std::abs(query_ - key));
        return kernels::round_to_bf16(score);
    }

    const AttentionProblem& p_;
    std::int64_t query_;
    int head_;
    std::vector<Key> keys_;
};

/// NaN before, so that what is not written shows.
void poison(const AttentionProblem& p) {
    const std::int64_t count = p.queries * p.out_stride;
    if (p.type == kernels::DType::BF16)
        std::fill_n(static_cast<std::uint16_t*>(p.out), count, std::uint16_t{0xffff});
    else
        std::fill_n(static_cast<float*>(p.out), count, NAN);
    if (p.lse != nullptr) std::fill_n(p.lse, lse_count(p), NAN);
}

std::vector<float> lse_of(const AttentionProblem& p) { return {p.lse, p.lse + lse_count(p)}; }

double largest_lse_error(const std::vector<float>& got, const std::vector<float>& expected) {
    double largest = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        if (got[i] == expected[i]) continue;
        const double error = std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i])) /
                             (1.0 + std::abs(static_cast<double>(expected[i])));
        largest = std::isfinite(error) ? std::max(largest, error) : INFINITY;
    }
    return largest;
}

}  // namespace

std::vector<RandomCase> random_cases(bool fused) {
    using kernels::OffsetRule;
    std::vector<RandomCase> cases;
    kernels::test::ProblemOptions base;
    base.length = fused ? 300 : 90;  // the plain kernel takes long where it is emulated
    if (!fused) base.heads = base.kv_heads = 2;
    const std::int64_t quarter = base.length / 4;
    base.branches = {{64, 1}, {128, 4}, {512, 16}};
    const auto add = [&](std::string name, const std::function<void(RandomCase&)>& change) {
        RandomCase random_case{std::move(name), base};
        change(random_case);
        cases.push_back(std::move(random_case));
    };
    add("three branches", [](RandomCase&) {});
    add("causal, head 64", [](RandomCase& c) { c.options.causal = true, c.options.head_dim = 64; });
    add("head 128",
        [](RandomCase& c) { c.options.head_dim = 128, c.options.heads = c.options.kv_heads = 2; });
    add("units, bias, gates", [](RandomCase& c) {
        c.options.units = c.options.neighbour_bias = c.options.gates = true;
        c.options.rule = OffsetRule::Rotating, c.options.layer = 3;
    });
    add("bias -inf", [](RandomCase& c) {
        c.options.units = c.options.neighbour_bias = true;
        c.options.neighbour_value = -INFINITY;
    });
    add("last branch closed", [](RandomCase& c) { c.options.gates = c.options.closed_gate = true; });
    add("alibi, causal", [](RandomCase& c) { c.options.alibi = c.options.causal = true; });
    add("grouped query",
        [](RandomCase& c) { c.options.heads = 6, c.options.kv_heads = 2, c.options.head_dim = 64; });
    add("no branch of rate 1", [](RandomCase& c) { c.options.branches = {{64, 2}, {128, 8}}; });
    add("rates that do not divide", [](RandomCase& c) {
        c.options.branches = {{50, 3}, {70, 1}, {300, 7}};
        c.options.causal = true;
    });
    add("rate beyond the segment", [](RandomCase& c) { c.options.branches = {{16, 1}, {8, 20}}; });
    add("kept rows alone", [](RandomCase& c) { c.kept_only = true, c.options.units = true; });
    add("some of the queries",
        [&](RandomCase& c) { c.query_begin = quarter + 2, c.query_end = 3 * quarter; });
    add("kept rows of some queries", [](RandomCase& c) {
        c.kept_only = c.options.causal = true;
        c.query_begin = 5, c.query_end = c.options.length - 10;
    });
    add("one token", [](RandomCase& c) { c.options.length = 1; });
    add("two tokens", [](RandomCase& c) { c.options.length = 2, c.options.causal = true; });
    if (fused) return cases;
    add("relative bias", [](RandomCase& c) { c.options.relative_bias = true; });
    add("relative bias, causal", [](RandomCase& c) { c.options.relative_bias = c.options.causal = true; });
    add("block mask", [](RandomCase& c) { c.options.block_mask = true; });
    add("dropout", [](RandomCase& c) { c.options.dropout = 0.3F; });
    add("dynamic sparse", [](RandomCase& c) { c.options.dynamic_sparse = {32, 3}, c.options.gates = true; });
    add("dynamic sparse, causal, units", [](RandomCase& c) {
        c.options.dynamic_sparse = {20, 4};
        c.options.causal = c.options.units = true;
    });
    add("head 40", [](RandomCase& c) { c.options.head_dim = 40; });
    return cases;
}

void take_queries(const RandomCase& random_case, kernels::test::RandomProblem& random) {
    if (random_case.kept_only) random.keep_kept_rows_only();
    AttentionProblem& p = random.problem;
    const std::int64_t end = random_case.query_end < 0 ? p.length : random_case.query_end;
    p.query_begin = random_case.query_begin;
    p.queries = end - p.query_begin;
    p.q = static_cast<const float*>(p.q) + p.query_begin * p.q_stride;
}

Bf16Problem::Bf16Problem(const AttentionProblem& original) : problem(original) {
    q_ = rounded(original.q, original.queries * original.q_stride);
    out_.resize(static_cast<std::size_t>(original.queries * original.out_stride));
    keys_.assign(original.keys.begin(), original.keys.end());
    for (KeyRows& rows : keys_) {
        rows_.push_back(rounded(rows.keys, rows.rows * rows.stride));
        rows.keys = rows_.back().data();
        rows_.push_back(rounded(rows.values, rows.rows * rows.stride));
        rows.values = rows_.back().data();
    }
    problem.type = kernels::DType::BF16;
    problem.q = q_.data();
    problem.out = out_.data();
    problem.keys = keys_;
}

std::vector<float> Bf16Problem::out() const {
    std::vector<float> result(out_.size());
    std::transform(out_.begin(), out_.end(), result.begin(), kernels::from_bf16);
    return result;
}

std::vector<float> plain_bf16_attention(const AttentionProblem& p) {
    std::vector<float> out(static_cast<std::size_t>(p.queries * p.out_stride));
    for (std::int64_t i = 0; i < p.queries; ++i)
        for (int head = 0; head < p.heads; ++head)
            PlainRow(p, p.query_begin + i, head)
                .store(out.data() + i * p.out_stride + std::int64_t{head} * p.head_dim);
    return out;
}

double largest_error(const std::vector<float>& got, const std::vector<float>& expected) {
    return got.size() == expected.size() ? kernels::test::largest_difference(got, expected) : INFINITY;
}

bool passes_error_rule(const std::string& name, const AttentionProblem& problem, const Compute& compute) {
    Bf16Problem bf16(problem);
    // The truth: float64 on the same rounded inputs, its result not rounded.
    std::vector<float> truth(static_cast<std::size_t>(problem.queries * problem.out_stride));
    std::vector<float> q(truth.size()), lse(lse_count(problem));
    const auto widen = [](const void* from, std::int64_t count) {
        std::vector<float> floats(static_cast<std::size_t>(count));
        std::transform(static_cast<const std::uint16_t*>(from),
                       static_cast<const std::uint16_t*>(from) + count, floats.begin(), kernels::from_bf16);
        return floats;
    };
    AttentionProblem exact = bf16.problem;
    std::vector<KeyRows> keys(exact.keys.begin(), exact.keys.end());
    std::vector<std::vector<float>> rows;
    for (KeyRows& set : keys) {
        rows.push_back(widen(set.keys, set.rows * set.stride));
        set.keys = rows.back().data();
        rows.push_back(widen(set.values, set.rows * set.stride));
        set.values = rows.back().data();
    }
    q = widen(exact.q, exact.queries * exact.q_stride);
    exact.type = kernels::DType::F32;
    exact.q = q.data(), exact.out = truth.data(), exact.lse = lse.data(), exact.keys = keys;
    kernels::make_reference_backend()->attention(exact);

    poison(bf16.problem);
    compute(bf16.problem);
    const double error = largest_error(bf16.out(), truth);
    const double plain = largest_error(plain_bf16_attention(bf16.problem), truth);
    const double lse_error = largest_lse_error(lse_of(bf16.problem), lse);
    const bool passed = error <= 2 * plain + 1e-6 && lse_error <= 1e-3;
    std::printf("%-4s %-32s bf16  error %.2e, plain %.2e, lse %.2e\n", passed ? "ok" : "FAIL", name.c_str(),
                error, plain, lse_error);
    return passed;
}

Result reference_result(const AttentionProblem& problem) {
    kernels::make_reference_backend()->attention(problem);
    const auto* out = static_cast<const float*>(problem.out);
    return {{out, out + problem.queries * problem.out_stride}, lse_of(problem)};
}

bool agrees(const std::string& name, const AttentionProblem& problem, const std::vector<float>& out,
            const std::vector<float>& lse, const Compute& compute) {
    poison(problem);
    compute(problem);
    const auto* got = static_cast<const float*>(problem.out);
    const double error = largest_error({got, got + out.size()}, out);
    const double lse_error = largest_error(lse_of(problem), lse);
    const bool passed = error <= 1e-4 && lse_error <= 1e-4;
    std::printf("%-4s %-32s float32  error %.2e, lse %.2e\n", passed ? "ok" : "FAIL", name.c_str(), error,
                lse_error);
    return passed;
}

}  // namespace corpuscope::gpu_check
