// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Fused dilated attention, cut into tasks (attention_task-inl.h): nothing is kept beyond a task, and tasks
// need not wait for one another.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/attention.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>
#include <vector>

#include "hwy/highway.h"
#include "kernels/cpu/attention.h"
#include "kernels/cpu/attention_int8-inl.h"
#include "kernels/cpu/attention_panels-inl.h"
#include "kernels/cpu/attention_tiles-inl.h"
#include "kernels/cpu/processor.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
template <int kDim>
void attend_in_integers(const AttentionSpan& span) {
    if (span.problem->type == DType::F32)
        IntegerSpan<kDim, float>(span).run();
    else
        IntegerSpan<kDim, std::uint16_t>(span).run();
}
#endif

#if HWY_ARCH_X86
/// While it lives, this thread takes numbers below 2^-126 for 0. Weights far below the largest one of a query
/// are such numbers, and each product with one takes a hundred times as long.
class NoSmallNumbers {
 public:
    NoSmallNumbers() : before_(_mm_getcsr()) {
        constexpr unsigned kResultsAreZero = 1U << 15, kOperandsAreZero = 1U << 6;
        _mm_setcsr(before_ | kResultsAreZero | kOperandsAreZero);
    }
    ~NoSmallNumbers() { _mm_setcsr(before_); }
    NoSmallNumbers(const NoSmallNumbers&) = delete;
    NoSmallNumbers& operator=(const NoSmallNumbers&) = delete;

 private:
    unsigned before_;
};
#endif

void attend_span(const AttentionSpan& span) {
#if HWY_ARCH_X86
    const NoSmallNumbers flushed;
#endif
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
    const int head_dim = span.problem->head_dim;
    if (span.arithmetic == Arithmetic::Tiles) {
        if (head_dim == 32) return TileSpan<AmxTiles, 32>(span).run();
        if (head_dim == 64) return TileSpan<AmxTiles, 64>(span).run();
        if (head_dim == 128) return TileSpan<AmxTiles, 128>(span).run();
    }
    if (span.arithmetic == Arithmetic::Integers) {
        if (head_dim == 32) return attend_in_integers<32>(span);
        if (head_dim == 64) return attend_in_integers<64>(span);
        if (head_dim == 128) return attend_in_integers<128>(span);
    }
#endif
    FloatSpan(span).run();
}

std::size_t attention_panel() { return panel_columns(); }

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(attend_span);
HWY_EXPORT(attention_panel);

namespace {

/// The fastest that this processor has for the problem. Other head sizes than 32, 64 and 128 are computed in
/// float32 in any case.
Arithmetic arithmetic_for(const AttentionProblem& p) {
    if (p.precision == Precision::F32) return Arithmetic::Float;
    if (p.alibi_slopes != nullptr || p.relative_bias.table != nullptr) return Arithmetic::Float;
    if (has_amx()) return Arithmetic::Tiles;
    return has_vnni() && !p.causal ? Arithmetic::Integers : Arithmetic::Float;
}

}  // namespace

bool fused_attention_takes(const AttentionProblem& p) {
    return p.dropout == 0.0F && p.block_mask.allowed == nullptr && p.dynamic_sparse.block == 0;
}

void tabulate_distances(const AttentionProblem& p, std::vector<float>& table) {
    table.clear();
    if (p.relative_bias.table == nullptr) return;
    const int reach = p.relative_bias.max_distance, buckets = p.relative_bias.buckets;
    for (int head = 0; head < p.heads; ++head)
        for (int distance = -reach; distance <= reach; ++distance)
            table.push_back(
                kLog2e *
                p.relative_bias.table[head * buckets + relative_bucket(distance, buckets, reach, p.causal)]);
}

void fused_attention(const AttentionProblem& p, Workers& workers) {
    if (p.queries == 0) return;
    static thread_local std::vector<float> distance_bias;  // no allocation from the second call on
    tabulate_distances(p, distance_bias);
    const float* table = distance_bias.empty() ? nullptr : distance_bias.data();
    const auto panel = static_cast<std::int64_t>(HWY_DYNAMIC_DISPATCH(attention_panel)());
    const std::size_t bytes = SpanScratch(nullptr, p.head_dim, panel).bytes;
    const std::int64_t end = p.query_begin + p.queries, first = p.query_begin / kSpan;
    const std::int64_t spans = (end + kSpan - 1) / kSpan - first;
    const auto attend = HWY_DYNAMIC_DISPATCH(attend_span);
    const Arithmetic arithmetic = arithmetic_for(p);
    workers.run(spans * p.heads, 1, bytes, [&](std::int64_t index, std::byte* scratch) {
        const std::int64_t begin = (first + index / p.heads) * kSpan;
        attend({&p, table, arithmetic, std::max(begin, p.query_begin), std::min(begin + kSpan, end),
                static_cast<int>(index % p.heads), scratch});
    });
}

}  // namespace corpuscope::kernels::cpu
#endif
