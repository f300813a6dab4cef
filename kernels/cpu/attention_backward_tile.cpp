// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// One task of the backward pass: the probabilities of a rectangle are recomputed from the forward pass's log
// sums, a block of keys and queries at a time, and go into five products.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/attention_backward_tile.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>
#include <cmath>

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "kernels/bf16.h"
#include "kernels/cpu/attention_backward_tile-inl.h"
#include "kernels/philox.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

class BackwardTile {
 public:
    explicit BackwardTile(const BackwardTask& task)
        : p_(*task.problem),
          g_(*task.gradients),
          task_(task),
          rows_(p_.keys[static_cast<std::size_t>(task.branch)]),
          panel_(static_cast<std::int64_t>(panel_columns())),
          query_block_(query_block_rows()),
          s_(task.scratch, p_.head_dim, panel_, query_block_),
          origin_(std::min(task.queries.begin, task.keys.begin)),
          scale_(p_.scale != 0.0F ? p_.scale : 1.0F / std::sqrt(static_cast<float>(p_.head_dim))),
          bias_(score_bias()) {}

    void run() {
        gather_keys();
        if (keys_ == 0) return;
        for (std::int64_t query = task_.queries.begin; query < task_.queries.end;) {
            query = gather_queries(query);
            if (queries_ == 0) continue;
            if (task_.row_sums != nullptr)
                add_row_sums();
            else
                add_query_block();
        }
        if (task_.row_sums == nullptr) store_key_gradients();
    }

 private:
    std::int64_t key_column() const {
        return std::int64_t{task_.head} * p_.kv_heads / p_.heads * p_.head_dim;
    }
    std::int64_t query_element(std::int64_t query, std::int64_t stride) const {
        return (query - p_.query_begin) * stride + std::int64_t{task_.head} * p_.head_dim;
    }
    std::int64_t key_row(std::int64_t key) const {
        return (rows_.kept_only ? key / p_.branches[static_cast<std::size_t>(task_.branch)].rate : key) -
               rows_.first;
    }

    ScoreBias score_bias() const {
        ScoreBias bias;
        bias.causal = p_.causal;
        bias.units =
            task_.branch == 0 && !p_.branches.empty() && p_.units != nullptr && p_.neighbour_bias != nullptr;
        if (bias.units) bias.neighbour = kLog2OfE * p_.neighbour_bias[task_.head];
        if (p_.alibi_slopes != nullptr) bias.slope = kLog2OfE * p_.alibi_slopes[task_.head];
        if (task_.distance_bias != nullptr) {
            bias.max_distance = p_.relative_bias.max_distance;
            bias.by_distance = task_.distance_bias + task_.head * (2 * std::int64_t{bias.max_distance} + 1) +
                               bias.max_distance;
        }
        return bias;
    }

    std::int32_t relative(std::int64_t position) const {
        constexpr std::int64_t kFar = 1 << 30;
        return static_cast<std::int32_t>(std::clamp(position - origin_, -kFar, kFar));
    }

    void load_row(const void* from, std::int64_t element, float* to) const {
        for (std::int64_t i = 0; i < p_.head_dim; ++i) to[i] = load_float(from, element + i, p_.type);
        std::fill(to + p_.head_dim, to + s_.padded_dim, 0.0F);
    }

    void gather_keys() {
        for (std::int64_t key = task_.keys.begin; key < task_.keys.end; key += task_.keys.step) {
            const std::int32_t unit = p_.units == nullptr ? 0 : p_.units[key];
            if (unit < 0) continue;
            const std::int64_t element = key_row(key) * rows_.stride + key_column();
            load_row(rows_.keys, element, s_.keys + keys_ * s_.stride);
            load_row(rows_.values, element, s_.values + keys_ * s_.stride);
            s_.key_units[keys_] = unit;
            s_.key_positions[keys_++] = relative(key);
        }
        const std::int64_t padded = (keys_ + kTileRows - 1) / kTileRows * kTileRows;
        for (std::int64_t i = keys_; i < padded; ++i) {
            s_.key_units[i] = s_.key_positions[i] = 0;
            std::fill_n(s_.keys + i * s_.stride, s_.padded_dim, 0.0F);
            std::fill_n(s_.values + i * s_.stride, s_.padded_dim, 0.0F);
        }
        std::fill_n(s_.dkeys, padded * s_.stride, 0.0F);
        std::fill_n(s_.dvalues, padded * s_.stride, 0.0F);
    }

    /// The next block of non-empty queries that some branch covers; returns where the ones after it begin.
    std::int64_t gather_queries(std::int64_t query) {
        const std::int64_t row = std::int64_t{task_.head} * p_.queries;
        const float gate = kLog2OfE * gate_of(p_, task_.branch, task_.head);
        queries_ = 0;
        precise_ = false;
        for (; query < task_.queries.end && queries_ < query_block_; query += task_.queries.step) {
            const std::int32_t unit = p_.units == nullptr ? 0 : p_.units[query];
            const std::int64_t at = row + query - p_.query_begin;
            if (unit < 0 || task_.log_sums[at] == -HUGE_VALF) continue;
            const bool large = std::abs(task_.log_sums[at]) > kLargeLogSum;
            if (task_.row_sums != nullptr && !large) continue;
            precise_ = precise_ || large;
            load_row(p_.q, query_element(query, p_.q_stride), s_.queries + queries_ * s_.stride);
            load_row(g_.dout, query_element(query, g_.dout_stride), s_.douts + queries_ * s_.stride);
            s_.shifts[queries_] = -task_.log_sums[at];
            s_.corrections[queries_] = gate - (task_.corrections == nullptr ? 0.0F : task_.corrections[at]);
            s_.deltas[queries_] = task_.row_sums != nullptr ? 0.0F : task_.deltas[at];
            s_.query_units[queries_] = unit;
            s_.query_positions[queries_++] = relative(query);
        }
        padded_ = (queries_ + panel_ - 1) / panel_ * panel_;
        for (std::int64_t i = 0; i < queries_ && !precise_; ++i) s_.shifts[i] += s_.corrections[i];
        for (std::int64_t i = queries_; i < query_block_; ++i) {  // weigh nothing
            s_.shifts[i] = -HUGE_VALF;
            s_.corrections[i] = s_.deltas[i] = 0.0F;
            s_.query_units[i] = s_.query_positions[i] = 0;
            std::fill_n(s_.queries + i * s_.stride, s_.padded_dim, 0.0F);
            std::fill_n(s_.douts + i * s_.stride, s_.padded_dim, 0.0F);
        }
        pack(s_.queries, precise_ ? 1.0F : scale_ * kLog2OfE, s_.query_panels);
        pack(s_.douts, 1.0F, s_.dout_panels);
        return query;
    }

    /// Rows side by side, a panel at a time: [panels, head_dim, panel].
    void pack(const float* rows, float scale, float* to) const {
        for (std::int64_t i = 0; i < padded_; ++i) {
            const float* HWY_RESTRICT from = rows + i * s_.stride;
            float* HWY_RESTRICT column = to + i / panel_ * panel_ * p_.head_dim + i % panel_;
            for (std::int64_t k = 0; k < p_.head_dim; ++k) column[k * panel_] = scale * from[k];
        }
    }

    /// Calls visit(block) on the blocks of keys that the queries at hand see.
    template <typename Visit>
    void for_key_blocks(const Visit& visit) {
        for (std::int64_t key = 0; key < keys_; key += kBackwardKeys) {
            if (p_.causal && s_.key_positions[key] > s_.query_positions[queries_ - 1]) break;
            const BackwardBlock block{
                &s_,     p_.head_dim,      query_block_, key, std::min(kBackwardKeys, keys_ - key),
                padded_, scale_ * kLog2OfE};
            compute_probabilities(block);
            visit(block);
        }
    }

    void add_row_sums() {
        for_key_blocks([&](const BackwardBlock& block) {
            add_columns(block, s_.probabilities, &RowSums::probability);
            compute_dscores(block);
            add_columns(block, s_.dscores, &RowSums::product);
        });
    }

    void add_columns(const BackwardBlock& block, const float* from, float RowSums::*to) const {
        for (std::int64_t q = 0; q < queries_; ++q) {
            const std::int64_t query = origin_ + s_.query_positions[q] - p_.query_begin;
            float& sum = task_.row_sums[task_.head * p_.queries + query].*to;
            for (std::int64_t k = 0; k < block.keys; ++k) sum += from[k * query_block_ + q];
        }
    }

    void add_query_block() {
        std::fill_n(s_.dqueries, query_block_ * s_.stride, 0.0F);
        for_key_blocks([&](const BackwardBlock& block) { add_block(block); });
        if (g_.dq != nullptr) store_query_gradients();
    }

    void compute_probabilities(const BackwardBlock& block) {
        const BiasKind kind = kind_of(bias_);
        const auto probabilities = precise_                  ? panel_probabilities<BiasKind::Any, true>
                                   : kind == BiasKind::None  ? panel_probabilities<BiasKind::None, false>
                                   : kind == BiasKind::Units ? panel_probabilities<BiasKind::Units, false>
                                                             : panel_probabilities<BiasKind::Any, false>;
        for (std::int64_t first = 0; first < padded_; first += panel_) probabilities(block, bias_, first);
        if (p_.block_mask.allowed != nullptr) hide_masked(block);
    }

    void compute_dscores(const BackwardBlock& block) {
        if (p_.dropout != 0.0F) draw_factors(block);
        const auto dscores = p_.dropout != 0.0F ? panel_dscores<true> : panel_dscores<false>;
        for (std::int64_t first = 0; first < padded_; first += panel_) dscores(block, first);
    }

    void add_block(const BackwardBlock& block) {
        compute_dscores(block);
        if (!g_.dkeys.empty()) {
            add_to_keys(block, s_.probabilities, s_.douts, s_.dvalues);
            add_to_keys(block, s_.dscores, s_.queries, s_.dkeys);
        }
        if (g_.dq != nullptr) add_to_queries(block);
        if (task_.sums == nullptr) return;
        add_sums(block, bias_, task_.sums);
        if (g_.drelative_bias != nullptr) add_distance_sums(block, bias_.max_distance, task_.sums);
    }

    /// Calls visit(probability's index, query, key) on every pair of a block.
    template <typename Visit>
    void for_pairs(const BackwardBlock& block, const Visit& visit) const {
        for (std::int64_t k = 0; k < block.keys; ++k)
            for (std::int64_t q = 0; q < queries_; ++q)
                visit(k * query_block_ + q, origin_ + s_.query_positions[q],
                      origin_ + s_.key_positions[block.first_key + k]);
    }

    void hide_masked(const BackwardBlock& block) const {
        const BlockMask& mask = p_.block_mask;
        for_pairs(block, [&](std::int64_t at, std::int64_t query, std::int64_t key) {
            if (mask.allowed[query / mask.block * mask.columns + key / mask.block] == 0)
                s_.probabilities[at] = 0.0F;
        });
    }

    void draw_factors(const BackwardBlock& block) const {
        const float kept = 1.0F / (1.0F - p_.dropout);
        for (std::int64_t k = 0; k < block.keys; ++k)
            std::fill_n(s_.factors + k * query_block_ + queries_, query_block_ - queries_, 0.0F);
        for_pairs(block, [&](std::int64_t at, std::int64_t query, std::int64_t key) {
            s_.factors[at] =
                s_.probabilities[at] != 0.0F &&
                        survives_dropout(p_.dropout_seed, task_.branch, task_.head, query, key, p_.dropout)
                    ? kept
                    : 0.0F;
        });
    }

    void add_row(const float* from, float scale, float* to) const {
        for (std::int64_t i = 0; i < p_.head_dim; ++i) to[i] += scale * from[i];
    }

    void store_query_gradients() const {
        for (std::int64_t i = 0; i < queries_; ++i)
            add_row(s_.dqueries + i * s_.stride, scale_,
                    g_.dq + query_element(origin_ + s_.query_positions[i], g_.dq_stride));
    }

    void store_key_gradients() const {
        if (g_.dkeys.empty()) return;
        const KeyGradients& to = g_.dkeys[static_cast<std::size_t>(task_.branch)];
        for (std::int64_t i = 0; i < keys_; ++i) {
            const std::int64_t element = key_row(origin_ + s_.key_positions[i]) * to.stride + key_column();
            if (to.keys != nullptr) add_row(s_.dkeys + i * s_.stride, scale_, to.keys + element);
            if (to.values != nullptr) add_row(s_.dvalues + i * s_.stride, 1.0F, to.values + element);
        }
    }

    const AttentionProblem& p_;
    const AttentionGradients& g_;
    const BackwardTask& task_;
    const KeyRows& rows_;
    std::int64_t panel_, query_block_;
    BackwardScratch s_;
    std::int64_t origin_;  ///< positions are counted from here
    float scale_;
    ScoreBias bias_;
    std::int64_t keys_ = 0, queries_ = 0, padded_ = 0;
    bool precise_ = false;  ///< some query at hand has a large log sum
};

void run_task(const BackwardTask& task) { BackwardTile(task).run(); }

std::size_t scratch_bytes(int head_dim) {
    return BackwardScratch(nullptr, head_dim, static_cast<std::int64_t>(panel_columns()), query_block_rows())
        .bytes;
}

/// Log sums of all branches for queries [first, first + count) of a head.
void add_log_sums(const AttentionProblem& p, int head, std::int64_t first, std::int64_t count, float* to) {
    const FloatTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const auto gated = [&](std::size_t b, std::int64_t q, std::int64_t n) {
        const float gate = kLog2OfE * gate_of(p, static_cast<int>(b), head);
        const float* lse = p.lse + (static_cast<std::int64_t>(b) * p.heads + head) * p.queries + first + q;
        if (gate == -HUGE_VALF) return hn::Set(d, -HUGE_VALF);
        // Not a masked load, which below AVX2 is a whole, aligned one.
        HWY_ALIGN float last[HWY_MAX_BYTES / sizeof(float)] = {};
        if (n < lanes) std::copy_n(lse, n, last);
        const FloatVec log_sum = n < lanes ? hn::Load(d, last) : hn::LoadU(d, lse);
        return hn::MulAdd(log_sum, hn::Set(d, kLog2OfE), hn::Set(d, gate));
    };
    for (std::int64_t q = 0; q < count; q += lanes) {
        const std::int64_t n = std::min(lanes, count - q);
        FloatVec largest = hn::Set(d, -HUGE_VALF), sum = hn::Zero(d);
        for (std::size_t b = 0; b < p.keys.size(); ++b) largest = hn::Max(largest, gated(b, q, n));
        const FloatVec base = finite_or_zero(largest);
        for (std::size_t b = 0; b < p.keys.size(); ++b)
            sum = hn::Add(sum, exp2(d, hn::Sub(gated(b, q, n), base)));
        const FloatVec total =
            hn::IfThenElse(hn::Eq(sum, hn::Zero(d)), hn::Set(d, -HUGE_VALF), hn::Add(base, hn::Log2(d, sum)));
        HWY_ALIGN float values[HWY_MAX_BYTES / sizeof(float)];
        hn::Store(total, d, values);
        std::copy_n(values, n, to + q);
    }
}

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(run_task);
HWY_EXPORT(scratch_bytes);
HWY_EXPORT(add_log_sums);

void run_backward_task(const BackwardTask& task) { HWY_DYNAMIC_DISPATCH(run_task)(task); }

std::size_t backward_scratch_bytes(int head_dim) { return HWY_DYNAMIC_DISPATCH(scratch_bytes)(head_dim); }

void add_up_log_sums(const AttentionProblem& problem, int head, std::int64_t first, std::int64_t count,
                     float* to) {
    HWY_DYNAMIC_DISPATCH(add_log_sums)(problem, head, first, count, to);
}

}  // namespace corpuscope::kernels::cpu
#endif
