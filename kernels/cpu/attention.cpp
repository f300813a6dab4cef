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
#include "kernels/cpu/attention_task-inl.h"
#include "kernels/cpu/processor.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

void attend_span(const AttentionSpan& span) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
    if (span.in_pairs) {
        const int head_dim = span.problem->head_dim;
        if (head_dim == 32) return Span<PairProducts<32>>(span).run();
        if (head_dim == 64) return Span<PairProducts<64>>(span).run();
        if (head_dim == 128) return Span<PairProducts<128>>(span).run();
    }
#endif
    Span<FloatProducts>(span).run();
}

std::size_t attention_panel() { return panel_columns(); }

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(attend_span);
HWY_EXPORT(attention_panel);

namespace {

/// The T5 bias of every distance within its range, so that the kernel gathers instead of taking logarithms.
void tabulate(const RelativeBias& relative, int heads, bool causal, float* table) {
    const int reach = relative.max_distance;
    for (int h = 0; h < heads; ++h)
        for (int distance = -reach; distance <= reach; ++distance)
            *table++ = kLog2e * relative.table[h * relative.buckets +
                                               relative_bucket(distance, relative.buckets, reach, causal)];
}

/// What the kernel in 16 bits takes, where the processor has one.
bool takes_pairs(const AttentionProblem& p) {
    const bool positional = p.causal || p.alibi_slopes != nullptr || p.relative_bias.table != nullptr;
    return has_vnni() && p.precision != Precision::F32 && p.type == DType::F32 && !positional;
}

}  // namespace

bool fused_attention_takes(const AttentionProblem& p) {
    return p.dropout == 0.0F && p.block_mask.allowed == nullptr && p.dynamic_sparse.block == 0;
}

void fused_attention(const AttentionProblem& p, Workers& workers) {
    if (p.queries == 0) return;
    std::vector<float> distance_bias;
    if (p.relative_bias.table != nullptr) {
        distance_bias.resize(static_cast<std::size_t>(p.heads) *
                             (2 * static_cast<std::size_t>(p.relative_bias.max_distance) + 1));
        tabulate(p.relative_bias, p.heads, p.causal, distance_bias.data());
    }
    const auto panel = static_cast<std::int64_t>(HWY_DYNAMIC_DISPATCH(attention_panel)());
    const std::size_t bytes = SpanScratch(nullptr, p.head_dim, panel).bytes;
    const std::int64_t end = p.query_begin + p.queries, first = p.query_begin / kSpan;
    const std::int64_t spans = (end + kSpan - 1) / kSpan - first;
    const auto attend = HWY_DYNAMIC_DISPATCH(attend_span);
    const bool in_pairs = takes_pairs(p);
    workers.run(spans * p.heads, 1, bytes, [&](std::int64_t index, std::byte* scratch) {
        const std::int64_t begin = (first + index / p.heads) * kSpan;
        attend({&p, distance_bias.empty() ? nullptr : distance_bias.data(), in_pairs,
                std::max(begin, p.query_begin), std::min(begin + kSpan, end),
                static_cast<int>(index % p.heads), scratch});
    });
}

}  // namespace corpuscope::kernels::cpu
#endif
