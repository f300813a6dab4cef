// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Vectors of float32 from and to memory in bf16, with any instruction set.

#if defined(CORPUSCOPE_KERNELS_CPU_BF16_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_BF16_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_BF16_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_BF16_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "kernels/bf16.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D>
HWY_INLINE hn::Vec<D> load_bf16(D d, const std::uint16_t* HWY_RESTRICT from) {
    const hn::RebindToUnsigned<D> du;
    const hn::Rebind<std::uint16_t, D> d16;
    return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(du, hn::LoadU(d16, from))));
}

/// To the nearest, ties to even, as to_bf16; NaN stays NaN.
template <class D>
HWY_INLINE void store_bf16(hn::Vec<D> value, D, std::uint16_t* HWY_RESTRICT to) {
    const hn::RebindToSigned<D> di;
    const hn::Rebind<std::uint16_t, D> d16;
    const hn::RebindToUnsigned<D> du;
    const auto bits = hn::BitCast(du, value);
    const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 1));
    const auto rounded = hn::Add(hn::Add(bits, hn::Set(du, 0x7fff)), odd);
    const auto nan = hn::Or(bits, hn::Set(du, 0x400000));
    const auto chosen = hn::IfThenElse(hn::RebindMask(du, hn::IsNaN(value)), nan, rounded);
    hn::StoreU(hn::DemoteTo(d16, hn::BitCast(di, hn::ShiftRight<16>(chosen))), d16, to);
}

/// How float32 becomes bf16: with any instruction set, in nine instructions a vector.
struct PortableRounding {
    template <class D>
    static HWY_INLINE void store(hn::Vec<D> value, D d, std::uint16_t* HWY_RESTRICT to) {
        store_bf16(value, d, to);
    }
    template <class D>
    static HWY_INLINE void store(hn::Vec<D> low, hn::Vec<D> high, D d, std::uint16_t* HWY_RESTRICT to) {
        store_bf16(low, d, to);
        store_bf16(high, d, to + hn::Lanes(d));
    }
};

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// The same in one where the processor has AVX-512 bf16 (has_native_bf16), but that it takes numbers below
/// 2^-126 for 0. As assembly, so that the instruction set of the file stays AVX-512 without bf16.
struct NativeRounding {
    using D = hn::ScalableTag<float>;
    /// 32 numbers: those of `low`, then those of `high`.
    static HWY_INLINE __m512i both(hn::Vec<D> low, hn::Vec<D> high) {
        __m512i result;
        asm("vcvtne2ps2bf16 %2, %1, %0" : "=v"(result) : "v"(high.raw), "v"(low.raw));
        return result;
    }
    static HWY_INLINE void store(hn::Vec<D> value, D, std::uint16_t* HWY_RESTRICT to) {
        __m256i result;
        asm("vcvtneps2bf16 %1, %0" : "=v"(result) : "v"(value.raw));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), result);
    }
    static HWY_INLINE void store(hn::Vec<D> low, hn::Vec<D> high, D, std::uint16_t* HWY_RESTRICT to) {
        _mm512_storeu_si512(to, both(low, high));
    }
};

#else

using NativeRounding = PortableRounding;

#endif

/// `count` numbers of a row that lies in F32 or BF16.
inline void floats_of(const void* row, DType type, std::int64_t count, float* HWY_RESTRICT to) {
    const hn::ScalableTag<float> d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    std::int64_t i = 0;
    if (type == DType::BF16)
        for (; i + lanes <= count; i += lanes)
            hn::StoreU(load_bf16(d, static_cast<const std::uint16_t*>(row) + i), d, to + i);
    else
        for (; i + lanes <= count; i += lanes)
            hn::StoreU(hn::LoadU(d, static_cast<const float*>(row) + i), d, to + i);
    for (; i < count; ++i) to[i] = load_float(row, i, type);
}

/// The other way.
inline void store_floats(const float* HWY_RESTRICT from, std::int64_t count, void* row, DType type) {
    const hn::ScalableTag<float> d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    std::int64_t i = 0;
    if (type == DType::BF16)
        for (; i + lanes <= count; i += lanes)
            store_bf16(hn::LoadU(d, from + i), d, static_cast<std::uint16_t*>(row) + i);
    else
        for (; i + lanes <= count; i += lanes)
            hn::StoreU(hn::LoadU(d, from + i), d, static_cast<float*>(row) + i);
    for (; i < count; ++i) store_float(row, i, type, from[i]);
}

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
