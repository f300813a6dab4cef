// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Vector functions, compiled once an instruction set. NaN in, NaN out.

#if defined(CORPUSCOPE_KERNELS_CPU_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_MATH_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_MATH_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_MATH_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Nearest integers of |x| < 2^31. Highway's own also clamps those beyond, which takes five instructions
/// more.
template <class D, class V = hn::Vec<D>>
HWY_INLINE hn::Vec<hn::RebindToSigned<D>> nearest_int(D, V x) {
#if HWY_ARCH_X86 && (HWY_TARGET == HWY_AVX2 || HWY_TARGET <= HWY_AVX3)
    using Int = hn::Vec<hn::RebindToSigned<D>>;
#if HWY_TARGET <= HWY_AVX3
    if constexpr (sizeof(x.raw) == 64) return Int{_mm512_cvtps_epi32(x.raw)};
#endif
    if constexpr (sizeof(x.raw) == 32) return Int{_mm256_cvtps_epi32(x.raw)};
    if constexpr (sizeof(x.raw) == 16) return Int{_mm_cvtps_epi32(x.raw)};
#else
    return hn::NearestInt(x);
#endif
}

/// 2^x to a relative error of 2.4e-7 for -126 <= x <= 127; exactly 0 from -150 down (so a score of -inf
/// weighs nothing).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp2(D d, V x) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
    if constexpr (sizeof(x.raw) == 64) {
        const V f{_mm512_reduce_ps(x.raw, 1)};  // x - floor(x)
        // Minimax polynomial of 2^f on [0, 1).
        V p = hn::Set(d, 1.87757668e-3F);
        p = hn::MulAdd(p, f, hn::Set(d, 8.98934014e-3F));
        p = hn::MulAdd(p, f, hn::Set(d, 5.58263179e-2F));
        p = hn::MulAdd(p, f, hn::Set(d, 2.40153617e-1F));
        p = hn::MulAdd(p, f, hn::Set(d, 6.93153073e-1F));
        p = hn::MulAdd(p, f, hn::Set(d, 9.99999925e-1F));
        return V{_mm512_scalef_ps(p.raw, x.raw)};  // p 2^floor(x)
    }
#endif
    const hn::RebindToSigned<D> di;
    // At -127 the exponent's bits are all 0. The second operand, so that NaN stays.
    x = hn::Max(hn::Set(d, -127.0F), x);
    // Adding 1.5 * 2^23 leaves the rounded integer in the low bits of the mantissa.
    const V magic = hn::Set(d, 12582912.0F);
    const V rounded = hn::Add(x, magic);
    const V f = hn::Sub(x, hn::Sub(rounded, magic));
    // Minimax polynomial of 2^f on [-1/2, 1/2].
    V p = hn::Set(d, 1.3333558e-3F);
    p = hn::MulAdd(p, f, hn::Set(d, 9.6181291e-3F));
    p = hn::MulAdd(p, f, hn::Set(d, 5.5504109e-2F));
    p = hn::MulAdd(p, f, hn::Set(d, 2.4022651e-1F));
    p = hn::MulAdd(p, f, hn::Set(d, 6.9314718e-1F));
    p = hn::MulAdd(p, f, hn::Set(d, 1.0F));
    const auto exponent = hn::ShiftLeft<23>(hn::BitCast(di, rounded));
    const V power = hn::BitCast(d, hn::Add(exponent, hn::Set(di, 0x3f800000)));
    return hn::Mul(p, power);
}

/// x / 2 * (1 + erf(x / sqrt 2)), erf by Abramowitz and Stegun 7.1.26 (absolute error 1.5e-7).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V gelu(D d, V x) {
    const V z = hn::Mul(hn::Abs(x), hn::Set(d, 0.70710678F));
    const V t = hn::Div(hn::Set(d, 1.0F), hn::MulAdd(z, hn::Set(d, 0.3275911F), hn::Set(d, 1.0F)));
    V p = hn::Set(d, 1.061405429F);
    p = hn::MulAdd(p, t, hn::Set(d, -1.453152027F));
    p = hn::MulAdd(p, t, hn::Set(d, 1.421413741F));
    p = hn::MulAdd(p, t, hn::Set(d, -0.284496736F));
    p = hn::MulAdd(p, t, hn::Set(d, 0.254829592F));
    const V tail = hn::Mul(hn::Mul(p, t), exp2(d, hn::Mul(hn::Mul(z, z), hn::Set(d, -1.44269504F))));
    const V erf = hn::CopySignToAbs(hn::Sub(hn::Set(d, 1.0F), tail), x);
    const V half = hn::Mul(x, hn::Set(d, 0.5F));
    return hn::MulAdd(half, erf, half);
}

/// The same to an error of 1.6e-4, in 9 or 10 instructions instead of 28: max(x, 0) - g(|x|), where g(a) = a
/// Phi(-a) is a bump that has gone by a = 3.9, and g(a) / a a minimax polynomial. For products
/// of rounded operands.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V coarse_gelu(D d, V x) {
    const V edge = hn::Set(d, 3.9F);
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
    V a;
    if constexpr (sizeof(x.raw) == 64)
        a = V{_mm512_range_ps(x.raw, edge.raw, 0b1010)};  // the smaller magnitude, without its sign
    else
        a = hn::Min(hn::Abs(x), edge);
#else
    const V a = hn::Min(hn::Abs(x), edge);
#endif
    V p = hn::Set(d, -6.8653940e-4F);
    p = hn::MulAdd(p, a, hn::Set(d, 1.04902834e-2F));
    p = hn::MulAdd(p, a, hn::Set(d, -6.04660772e-2F));
    p = hn::MulAdd(p, a, hn::Set(d, 1.47272602e-1F));
    p = hn::MulAdd(p, a, hn::Set(d, -5.21802530e-2F));
    p = hn::MulAdd(p, a, hn::Set(d, -3.85197252e-1F));
    p = hn::MulAdd(p, a, hn::Set(d, 4.99329895e-1F));
    // The second operand, so that NaN stays.
    return hn::NegMulAdd(a, p, hn::Max(hn::Zero(d), x));
}

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
