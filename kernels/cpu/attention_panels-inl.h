// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A task of the fused attention (attention_task-inl.h) whose lanes are queries: a panel of them, side by
// side, sees a block of keys together. In float32; in integers: attention_int8-inl.h.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_PANELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_PANELS_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_PANELS_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_PANELS_INL_H_
#endif

#include <algorithm>
#include <cmath>

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "kernels/cpu/attention_span-inl.h"
#include "kernels/cpu/attention_task-inl.h"
#include "kernels/cpu/bf16-inl.h"
#include "kernels/cpu/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

/// Queries below which copying a block of keys into consecutive rows costs more than it saves.
inline constexpr std::int64_t kQueriesWorthCopying = 32;

/// A value that is not finite would reach queries that do not see it: 0 times it is NaN. Its key's score,
/// which they never use, carries the NaN instead.
HWY_INLINE void keep_from_earlier(int dim, float* HWY_RESTRICT key, float* HWY_RESTRICT value) {
    float poison = 0.0F;
    for (int i = 0; i < dim; ++i) poison += 0.0F * value[i];
    if (poison == 0.0F) return;
    std::fill_n(key, dim, poison);
    std::fill_n(value, dim, 0.0F);
}

/// Without the call that copies of unknown length make: rows are short.
HWY_INLINE void copy_row(const float* HWY_RESTRICT from, std::int64_t count, float* HWY_RESTRICT to) {
    const FloatTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
    for (; i < count; ++i) to[i] = from[i];
}

/// One task whose lanes are queries, in float32.
class FloatSpan : public SpanTask<FloatSpan> {
 public:
    using SpanTask::SpanTask;

    void take_queries(std::int64_t count) {
        const std::int64_t panels = panels_of(count);
        copies_ = p_.causal || p_.type != DType::F32 || scratch_.padded_dim != p_.head_dim ||
                  count >= kQueriesWorthCopying;
        pack_queries(count, panels);
    }

    void take_row(const KeyRows& rows, std::int64_t element) {
        KeyBlock& block = scratch_.block;
        if (!copies_) {
            block.keys[block.count] = static_cast<const float*>(rows.keys) + element;
            block.values[block.count] = static_cast<const float*>(rows.values) + element;
            return;
        }
        float* key = block.key_copy + block.count * scratch_.padded_dim;
        float* value = block.value_copy + block.count * scratch_.padded_dim;
        if (p_.type == DType::F32) {
            copy_row(static_cast<const float*>(rows.keys) + element, p_.head_dim, key);
            copy_row(static_cast<const float*>(rows.values) + element, p_.head_dim, value);
        } else {
            const auto* keys = static_cast<const std::uint16_t*>(rows.keys) + element;
            const auto* values = static_cast<const std::uint16_t*>(rows.values) + element;
            floats_of(keys, p_.type, p_.head_dim, key);
            floats_of(values, p_.type, p_.head_dim, value);
        }
        std::fill(value + p_.head_dim, value + scratch_.padded_dim, 0.0F);
        if (p_.causal) keep_from_earlier(p_.head_dim, key, value);
        block.keys[block.count] = key;
        block.values[block.count] = value;
    }

    /// Fills the last register tile; its scores are computed, but neither weighed nor mixed.
    void take_block() {
        KeyBlock& block = scratch_.block;
        if (block.count == 0) return;
        for (std::int64_t i = block.count; i % kTileRows != 0; ++i) {
            block.keys[i] = block.keys[block.count - 1];
            block.values[i] = block.values[block.count - 1];
            block.units[i] = block.units[block.count - 1];
            block.positions[i] = block.positions[block.count - 1];
        }
    }

    void attend(std::int64_t queries, const ScoreBias& bias, bool fresh) {
        for (std::int64_t i = 0; i < panels_of(queries); ++i) attend_panel(i, bias, fresh);
    }

    void merge(std::int64_t queries, float gate, float* lse) {
        for (std::int64_t i = 0; i < panels_of(queries); ++i)
            merge_panel(i, std::min(panel_, queries - i * panel_), gate, lse);
    }

    void store_row(const float* from, std::uint16_t* to) const {
        store_floats(from, p_.head_dim, to, p_.type);
    }

 private:
    std::int64_t panels_of(std::int64_t queries) const { return (queries + panel_ - 1) / panel_; }

    /// Queries of a panel side by side, [head_dim, panel], scaled so that scores are exponents of 2.
    void pack_queries(std::int64_t count, std::int64_t panels) {
        for (std::int64_t i = 0; i < panels * panel_; i += kSquare) {
            float* to = scratch_.queries + i / panel_ * panel_ * p_.head_dim + i % panel_;
            std::int64_t elements[kSquare];
            for (std::int64_t j = 0; j < kSquare; ++j) {
                this->prefetch(p_.q, this->query_element(std::min(i + j + kRowsAhead, count - 1)));
                elements[j] = this->query_element(std::min(i + j, count - 1));
            }
            const std::int64_t whole = p_.head_dim / kSquare * kSquare;
            const float* rows[kSquare];
            for (std::int64_t j = 0; j < kSquare; ++j)
                rows[j] = query_row(elements[j], scratch_.converted + j * p_.head_dim);
            if (whole > 0) rows_to_columns(rows, whole, scale_, to, panel_);
            for (std::int64_t k = whole; k < p_.head_dim; ++k)
                for (std::int64_t j = 0; j < kSquare; ++j) to[k * panel_ + j] = scale_ * rows[j][k];
        }
        std::fill_n(scratch_.largest, panels * panel_, -HUGE_VALF);
        std::fill_n(scratch_.sum, panels * panel_, 0.0F);
        std::fill_n(scratch_.mixed, panels * panel_ * scratch_.padded_dim, 0.0F);
    }

    /// In float32: where it lies, or converted into `space`.
    const float* query_row(std::int64_t element, float* space) const {
        if (p_.type == DType::F32) return static_cast<const float*>(p_.q) + element;
        floats_of(static_cast<const std::uint16_t*>(p_.q) + element, p_.type, p_.head_dim, space);
        return space;
    }

    void attend_panel(std::int64_t i, const ScoreBias& bias, bool fresh) {
        const std::int64_t first = i * panel_;
        if (bias.causal && scratch_.block.positions[0] > scratch_.query_positions[first + panel_ - 1]) return;
        const PanelState state{scratch_.largest + first, scratch_.sum + first,
                               scratch_.mixed + first * scratch_.padded_dim, fresh};
        const BiasKind kind = kind_of(bias);
        const auto attend_block = kind == BiasKind::None    ? HWY_NAMESPACE::attend<BiasKind::None>
                                  : kind == BiasKind::Units ? HWY_NAMESPACE::attend<BiasKind::Units>
                                                            : HWY_NAMESPACE::attend<BiasKind::Any>;
        attend_block(scratch_.block, bias, scratch_.queries + first * p_.head_dim,
                     scratch_.query_units + first, scratch_.query_positions + first, p_.head_dim,
                     scratch_.padded_dim, scratch_.scores, state);
    }

    /// Merges what one branch gives the first `count` queries of panel i into their rows: with L the log sum
    /// exp so far and B the branch's, both with gates, row = 2^(L - M) row + 2^(B - M) branch, M = log2(2^L +
    /// 2^B).
    void merge_panel(std::int64_t i, std::int64_t count, float gate, float* lse) {
        const std::int32_t* positions = scratch_.query_positions + i * panel_;
        alignas(64) float log_sum[2 * HWY_MAX_BYTES / sizeof(float)];
        branch_log_sum(i, log_sum);
        const float* mixed = scratch_.mixed + i * panel_ * scratch_.padded_dim;
        for (std::int64_t q = 0; q < count; q += kSquare) {
            RowShares shares[kSquare];
            for (std::int64_t j = 0; j < kSquare && q + j < count; ++j) {
                if (log_sum[q + j] == -HUGE_VALF) continue;
                if (lse != nullptr) lse[positions[q + j]] = log_sum[q + j] * kLn2;
                shares[j] = share(positions[q + j], log_sum[q + j] + gate * kLog2e,
                                  1.0F / scratch_.sum[i * panel_ + q + j]);
            }
            for (std::int64_t k = 0; k < p_.head_dim; k += kSquare) {
                alignas(16) float square[kSquare * kSquare];
                turn_square(mixed + k * panel_ + q, panel_, square);
                const std::int64_t columns = std::min(kSquare, p_.head_dim - k);
                for (std::int64_t j = 0; j < kSquare; ++j)
                    if (shares[j].row != nullptr) shares[j].add(square + kSquare * j, columns, k);
            }
        }
    }

    /// How a branch's part comes into a query's row.
    struct RowShares {
        float* row = nullptr;
        float before = 0.0F, branch = 0.0F;  ///< `before` 0: there is nothing in the row yet

        void add(const float* HWY_RESTRICT part, std::int64_t columns, std::int64_t at) const {
            float* HWY_RESTRICT to = row + at;
            if (before == 0.0F)
                for (std::int64_t k = 0; k < columns; ++k) to[k] = branch * part[k];
            else
                for (std::int64_t k = 0; k < columns; ++k) to[k] = before * to[k] + branch * part[k];
        }
    };

    RowShares share(std::int32_t position, float gated, float fraction) {
        float& total = scratch_.lse[position];
        RowShares shares{this->row(span_.begin + position), 0.0F, fraction};
        if (total == -HUGE_VALF) {
            total = gated;
            return shares;
        }
        const float most = std::max(total, gated);
        const float merged = most + std::log2(std::exp2(total - most) + std::exp2(gated - most));
        shares.before = std::exp2(total - merged);
        shares.branch = std::exp2(gated - merged) * fraction;
        total = merged;
        return shares;
    }

    /// log2 of the sum of 2^score of each query of panel i; -inf where it saw no key.
    void branch_log_sum(std::int64_t i, float* to) const {
        const FloatTag d;
        for (std::int64_t q = 0; q < panel_; q += static_cast<std::int64_t>(hn::Lanes(d))) {
            const FloatVec sum = hn::Load(d, scratch_.sum + i * panel_ + q);
            const FloatVec log_sum =
                hn::Add(hn::Load(d, scratch_.largest + i * panel_ + q), hn::Log2(d, sum));
            const auto none = hn::Eq(sum, hn::Zero(d));
            hn::Store(hn::IfThenElse(none, hn::Set(d, -HUGE_VALF), log_sum), d, to + q);
        }
    }

    bool copies_ = false;  // blocks of keys into consecutive rows
};

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
