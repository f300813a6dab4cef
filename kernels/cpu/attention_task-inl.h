// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// One task of the fused attention: a span of positions and one head go through the branches one after
// another, and through the keys of each segment a block at a time, with a running maximum and sum (online
// softmax, Milakov and Gimelshein, 2018). What a branch adds to a query is merged into the query's row of the
// result by its log sum exp.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_TASK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_TASK_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_TASK_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_TASK_INL_H_
#endif

#include <algorithm>
#include <cmath>

#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/cpu/attention_span-inl.h"
#include "kernels/cpu/bf16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

/// Rows to fetch ahead. The rows of one head lie far apart, each on a page of its own, where the processor's
/// prefetching does not reach: without this a third of the time on long sequences goes into waiting for
/// queries and keys.
inline constexpr std::int64_t kRowsAhead = 16;

/// What tasks have in common, whatever they compute with: which queries and keys meet. `Self` says what
/// becomes of them:
///   take_queries(count): prepares the first `count` of scratch_.query_positions
///   take_row(rows, element): one more key, number scratch_.block.count
///   take_block(): all keys of a block are there
///   attend(queries, bias, fresh): the queries see the block; fresh: it is the first of a segment
///   holds(queries): whether what the queries have seen of a segment is right; if not, again(branch, begin)
///   computes the segment otherwise
///   merge(queries, gate, lse): what the segment gave goes into the result
///   store_row(from, to): a row of the result from float32 into the problem's type
template <class Self>
class SpanTask {
 public:
    explicit SpanTask(const AttentionSpan& span)
        : p_(*span.problem),
          span_(span),
          panel_(static_cast<std::int64_t>(panel_columns())),
          scratch_(span.scratch, p_.head_dim, panel_),
          scale_(kLog2e * (p_.scale != 0.0F ? p_.scale : 1.0F / std::sqrt(static_cast<float>(p_.head_dim)))) {
    }

    void run() {
        std::fill_n(scratch_.lse, span_.end - span_.begin, -HUGE_VALF);
        for (std::size_t b = 0; b < p_.branches.size(); ++b) run_branch(b);
        for (std::int64_t q = span_.begin; q < span_.end; ++q)
            if (scratch_.lse[q - span_.begin] == -HUGE_VALF) std::fill_n(row(q), p_.head_dim, 0.0F);
        if (p_.type == DType::F32) return;
        for (std::int64_t q = span_.begin; q < span_.end; ++q)
            self().store_row(row(q), static_cast<std::uint16_t*>(p_.out) + local(q) * p_.out_stride +
                                         std::int64_t{span_.head} * p_.head_dim);
    }

    /// What the queries of a span see in the segment of branch b that begins at `begin`.
    void run_segment(std::size_t b, std::int64_t begin) {
        const auto [segment, rate] = p_.branches[b];
        const std::int64_t offset = head_offset(span_.head, p_.heads, rate, p_.rule, p_.layer);
        const std::int64_t queries =
            gather_queries(begin + offset, std::min(begin + segment, span_.end), rate);
        if (queries == 0) return;
        self().take_queries(queries);
        const std::int64_t end = std::min(begin + segment, p_.causal ? span_.end : p_.length);
        const ScoreBias bias = bias_of(b);
        bool fresh = true;
        for (std::int64_t key = begin + offset; key < end;) {
            key = gather_keys(b, key, end, offset);
            if (scratch_.block.count == 0) continue;
            self().take_block();
            self().attend(queries, bias, fresh);
            fresh = false;
        }
        if (!fresh && !self().holds(queries)) return self().again(b, begin);
        if (!fresh) self().merge(queries, gate(b), lse_row(b));
    }

 protected:
    bool holds(std::int64_t) const { return true; }
    void again(std::size_t, std::int64_t) const {}

    std::int64_t local(std::int64_t position) const { return position - p_.query_begin; }

    float gate(std::size_t b) const {
        return p_.gates == nullptr
                   ? 0.0F
                   : p_.gates[b * static_cast<std::size_t>(p_.heads) + static_cast<std::size_t>(span_.head)];
    }

    float* lse_row(std::size_t b) const {
        const std::int64_t index = static_cast<std::int64_t>(b) * p_.heads + span_.head;
        return p_.lse == nullptr ? nullptr : p_.lse + index * p_.queries + local(span_.begin);
    }

    /// Result of one query, [head_dim].
    float* row(std::int64_t q) const {
        if (p_.type == DType::F32)
            return static_cast<float*>(p_.out) + local(q) * p_.out_stride +
                   std::int64_t{span_.head} * p_.head_dim;
        return scratch_.rows + (q - span_.begin) * p_.head_dim;
    }

    std::int64_t query_element(std::int64_t i) const {
        const std::int64_t query = span_.begin + scratch_.query_positions[i];
        return local(query) * p_.q_stride + p_.query_part(span_.head);
    }

    /// This head's part of a row that will be read soon.
    void prefetch(const void* rows, std::int64_t element) const {
        const auto size = static_cast<std::int64_t>(size_of(p_.type));
        const auto* row = static_cast<const std::byte*>(rows) + element * size;
        for (std::int64_t at = 0; at < p_.head_dim * size; at += 64) hwy::Prefetch(row + at);
    }

    /// The part of the same row that the task after the next one will read, which is a head's, into the
    /// second level of the cache. Where heads lie side by side, each reads lines of its own, too far apart
    /// for the processor to foresee.
    void prefetch_head(const void* rows, std::int64_t element, std::int64_t apart) const {
        const auto size = static_cast<std::int64_t>(size_of(p_.type));
        const auto* row = static_cast<const std::byte*>(rows) + (element + apart) * size;
        for (std::int64_t at = 0; at < p_.head_dim * size; at += 64) __builtin_prefetch(row + at, 0, 2);
    }
    /// Elements from this head's part of a row to that one's; 0: there is none.
    std::int64_t to_head_after_next() const {
        const bool there = span_.head + 2 < p_.heads && p_.kv_heads == p_.heads && p_.heads_side_by_side();
        return there ? std::int64_t{2} * p_.head_dim : 0;
    }

    const AttentionProblem& p_;
    const AttentionSpan& span_;
    std::int64_t panel_;
    SpanScratch scratch_;
    float scale_;

 private:
    Self& self() { return static_cast<Self&>(*this); }

    void run_branch(std::size_t b) {
        float* lse = lse_row(b);
        if (lse != nullptr) std::fill_n(lse, span_.end - span_.begin, -HUGE_VALF);
        if (gate(b) == -HUGE_VALF) return;
        const std::int64_t segment = p_.branches[b].segment;
        for (std::int64_t begin = span_.begin / segment * segment; begin < span_.end; begin += segment)
            run_segment(b, begin);
    }

    /// Kept, non-empty positions of the span from `first` on; returns their number. Lanes beyond it repeat
    /// the last one.
    std::int64_t gather_queries(std::int64_t first, std::int64_t end, std::int64_t rate) {
        if (first < span_.begin) first += (span_.begin - first + rate - 1) / rate * rate;
        std::int64_t count = 0;
        for (std::int64_t q = first; q < end; q += rate) {
            const std::int32_t unit = p_.units == nullptr ? 0 : p_.units[q];
            if (unit < 0) continue;
            scratch_.query_positions[count] = static_cast<std::int32_t>(q - span_.begin);
            scratch_.query_units[count++] = unit;
        }
        if (count == 0) return 0;
        for (std::int64_t i = count; i % panel_ != 0; ++i) {
            scratch_.query_positions[i] = scratch_.query_positions[count - 1];
            scratch_.query_units[i] = scratch_.query_units[count - 1];
        }
        return count;
    }

    ScoreBias bias_of(std::size_t b) const {
        ScoreBias bias;
        bias.causal = p_.causal;
        bias.units = b == 0 && p_.units != nullptr && p_.neighbour_bias != nullptr;
        if (bias.units) bias.neighbour = kLog2e * p_.neighbour_bias[span_.head];
        if (p_.alibi_slopes != nullptr) bias.slope = kLog2e * p_.alibi_slopes[span_.head];
        if (span_.distance_bias != nullptr) {
            bias.max_distance = p_.relative_bias.max_distance;
            bias.by_distance = span_.distance_bias + span_.head * (2 * std::int64_t{bias.max_distance} + 1) +
                               bias.max_distance;
        }
        return bias;
    }

    /// The next kKeyBlock non-empty keys from position `key` on; returns where the ones after it begin.
    std::int64_t gather_keys(std::size_t b, std::int64_t key, std::int64_t end, std::int64_t offset) {
        const KeyRows& rows = p_.keys[b];
        KeyBlock& block = scratch_.block;
        const std::int64_t rate = p_.branches[b].rate;
        const std::int64_t head = rows.head_part(span_.head * p_.kv_heads / p_.heads, p_.head_dim);
        const std::int64_t apart = to_head_after_next();
        const std::int64_t index = rows.kept_only ? (key - offset) / rate : key;
        const std::int64_t step = (rows.kept_only ? 1 : rate) * rows.stride, ahead = kRowsAhead * step;
        std::int64_t element = (index - rows.first) * rows.stride + head;
        block.count = 0;
        for (; key < end && block.count < kKeyBlock; key += rate, element += step) {
            const std::int32_t unit = p_.units == nullptr ? 0 : p_.units[key];
            if (unit < 0) continue;
            if (key + kRowsAhead * rate < end) {
                prefetch(rows.keys, element + ahead);
                prefetch(rows.values, element + ahead);
            }
            if (apart != 0) {
                prefetch_head(rows.keys, element, apart);
                prefetch_head(rows.values, element, apart);
            }
            self().take_row(rows, element);
            constexpr std::int64_t kFar = 1 << 30;
            block.units[block.count] = unit;
            block.positions[block.count++] =
                static_cast<std::int32_t>(std::clamp(key - span_.begin, -kFar, kFar));
        }
        return key;
    }
};

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
