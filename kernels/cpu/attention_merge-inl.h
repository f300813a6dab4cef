// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What a branch gives its queries comes into their rows of the result, sixteen queries at a time.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_MERGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_MERGE_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_MERGE_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_MERGE_INL_H_
#endif

#include <cmath>

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "kernels/cpu/attention_span.h"
#include "kernels/cpu/gemm_tile-inl.h"
#include "kernels/cpu/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

inline constexpr std::int64_t kShareQueries = 16;

/// How a branch's parts come into the rows of 16 queries: with L the log2 sum exp so far and B the branch's,
/// both with gates, row = 2^(L - M) row + 2^(B - M) part, M = log2(2^L + 2^B).
struct Shares {
    alignas(64) float before[kShareQueries];  ///< 0: nothing is in the row yet
    alignas(64) float branch[kShareQueries];  ///< also divides by the branch's sum; 0: it showed nothing

    /// Of queries [first, first + count) of the branch at hand, whose log sum exp comes into the scratch's
    /// and, where it is not null, into `lse`, [span].
    HWY_INLINE void take(const SpanScratch& scratch, std::int64_t first, std::int64_t count, float gate,
                         float* lse) {
        const FloatTag d;
        const std::int32_t* positions = scratch.query_positions + first;
        const FloatVec none = hn::Set(d, -HUGE_VALF);
        const FloatVec sum = hn::LoadU(d, scratch.sum + first);
        const auto empty = hn::Eq(sum, hn::Zero(d));
        const FloatVec own =
            hn::IfThenElse(empty, none, hn::Add(hn::LoadU(d, scratch.largest + first), hn::Log2(d, sum)));
        alignas(64) float own_sums[kShareQueries], totals[kShareQueries] = {};
        hn::Store(own, d, own_sums);
        for (std::int64_t i = 0; i < count; ++i) totals[i] = scratch.lse[positions[i]];
        const FloatVec total = hn::Load(d, totals), gated = hn::Add(own, hn::Set(d, gate * kLog2e));
        const FloatVec most = hn::Max(total, gated);
        const FloatVec merged =
            hn::Add(most, hn::Log2(d, hn::Add(exp2(d, hn::Sub(total, most)), exp2(d, hn::Sub(gated, most)))));
        const FloatVec part = hn::Div(exp2(d, hn::Sub(gated, merged)), sum);
        hn::Store(exp2(d, hn::Sub(total, merged)), d, before);
        hn::Store(hn::IfThenZeroElse(empty, part), d, branch);
        hn::Store(hn::IfThenElse(empty, total, merged), d, totals);
        for (std::int64_t i = 0; i < count; ++i) {
            scratch.lse[positions[i]] = totals[i];
            if (lse != nullptr) lse[positions[i]] = own_sums[i] * kLn2;
        }
    }

    /// row += one vector of a part, of query i.
    HWY_INLINE void add(std::int64_t i, FloatVec part, float* HWY_RESTRICT row) const {
        const FloatTag d;
        FloatVec sum = hn::Mul(hn::Set(d, branch[i]), part);
        if (before[i] != 0.0F) sum = hn::MulAdd(hn::Set(d, before[i]), hn::LoadU(d, row), sum);
        hn::StoreU(sum, d, row);
    }
};

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
