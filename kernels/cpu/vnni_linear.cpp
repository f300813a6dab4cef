// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// y = activation(x W^T + b) in int8 on processors with AVX-512 VNNI: vpdpbusd multiplies unsigned by signed
// bytes and adds four neighbouring products into 32 bits, exactly. One core of Zen 4 at 3.7 GHz, whose
// instructions alone give 470 Gop/s: 385-435 on 64 and 96 rows, rounding and results included. oneDNN 2.6
// there, called for tiles of 64 rows that are rounded and finished around it: two thirds of that over the
// whole encoder.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/vnni_linear.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>

#include "hwy/highway.h"
#include "kernels/cpu/int8_halves-inl.h"
#include "kernels/cpu/int8_quads-inl.h"
#include "kernels/cpu/panel_linear.h"
#include "kernels/cpu/processor.h"

#ifndef CORPUSCOPE_KERNELS_CPU_VNNI_LINEAR_ONCE
#define CORPUSCOPE_KERNELS_CPU_VNNI_LINEAR_ONCE
namespace corpuscope::kernels::cpu {

constexpr int kVnniRows = 12;  ///< of a register tile: 24 sums, four vectors of weights, rows of x
constexpr std::int64_t kVnniTileRows = 8 * kVnniRows;
constexpr std::int64_t kVnniStep = 16;  ///< inputs of a step, four instructions
constexpr int kVnniLevels = 255;        ///< of an activation

/// Scratch: sums of a register tile, scales of the rows, quantized rows, a row in float32.
constexpr std::size_t vnni_scratch_bytes(std::int64_t depth) {
    return kVnniRows * 32 * sizeof(std::int32_t) + static_cast<std::size_t>(depth) * sizeof(float) +
           static_cast<std::size_t>(kVnniTileRows) * (static_cast<std::size_t>(depth) + sizeof(RowFactors));
}

}  // namespace corpuscope::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

using VnniByteTag = hn::Repartition<std::int8_t, IntTag>;

/// sum += products of four bytes of x, the same in every lane, with four of each lane's weights. As assembly,
/// so that the instruction set of the file stays AVX-512 without VNNI.
HWY_INLINE void add_byte_products(IntVec x, IntVec weights, IntVec& sum) {
    auto total = sum.raw;  // a copy: an operand that lies in the tile itself would stay in memory
    asm("vpdpbusd %2, %1, %0" : "+v"(total) : "v"(x.raw), "v"(weights.raw));
    sum.raw = total;
}

/// The first kRows rows of a [depth / 16, kVnniRows, 16] with b, one panel; sums [kRows, panel columns]: kept
/// apart from what is made of them, without which the compiler spills some in every step.
template <int kRows>
void multiply_tile(const std::uint8_t* HWY_RESTRICT a, std::int64_t depth, const std::int8_t* HWY_RESTRICT b,
                   std::int32_t* HWY_RESTRICT sums) {
    const IntTag d;
    const VnniByteTag d8;
    const std::size_t lanes = hn::Lanes(d), step = hn::Lanes(d8);
    IntVec left[kRows], right[kRows];
#pragma GCC unroll 12
    for (int i = 0; i < kRows; ++i) left[i] = right[i] = hn::Zero(d);
    for (std::int64_t k = 0; k < depth; k += kVnniStep) {
#pragma GCC unroll 4
        for (int part = 0; part < 4; ++part) {
            const IntVec b0 = hn::BitCast(d, hn::Load(d8, b)), b1 = hn::BitCast(d, hn::Load(d8, b + step));
            b += 2 * step;
#pragma GCC unroll 12
            for (int i = 0; i < kRows; ++i) {
                std::int32_t four;
                hwy::CopyBytes<4>(a + i * kVnniStep + part * 4, &four);
                const IntVec x = hn::Set(d, four);
                add_byte_products(x, b0, left[i]);
                add_byte_products(x, b1, right[i]);
            }
        }
        a += kVnniRows * kVnniStep;
    }
#pragma GCC unroll 12
    for (int i = 0; i < kRows; ++i, sums += 2 * lanes) {
        hn::Store(left[i], d, sums);
        hn::Store(right[i], d, sums + lanes);
    }
}

template <class Rounding, bool kGelu, RowStore kStore>
void vnni_panel(const ByteProduct& p, std::int64_t panel, const std::uint8_t* rows, const RowFactors* factors,
                std::int32_t* HWY_RESTRICT sums) {
    const auto width = static_cast<std::int64_t>(quad_panel_columns());
    const PanelOutputs<Rounding, kGelu, kStore> outputs(p, panel);
    const std::int8_t* b = p.panels + panel * width * p.depth;
    for (std::int64_t row = p.row_begin; row < p.row_end; row += kVnniRows) {
        const std::int64_t at = row - p.row_begin;
        const std::int64_t count = std::min<std::int64_t>(kVnniRows, p.row_end - row);
        const auto multiply = count <= 4   ? multiply_tile<4>
                              : count <= 8 ? multiply_tile<8>
                                           : multiply_tile<kVnniRows>;
        multiply(rows + at * p.depth, p.depth, b, sums);
        for (std::int64_t i = 0; i < count; ++i) outputs.finish(row + i, sums + i * width, factors[at + i]);
    }
}

/// Rows of x as bytes, [rows / 12, depth / 16, 12 rows, 16 bytes]; rows that are missing to a whole group
/// stay what they were: nobody reads their sums.
void pack_vnni_rows(const ByteProduct& p, std::uint8_t* to, RowFactors* factors) {
    auto* space = reinterpret_cast<float*>(to + kVnniTileRows * p.depth);
    const std::int64_t count = p.row_end - p.row_begin;
    constexpr std::int64_t kStride = kVnniRows * kVnniStep;
    const auto place = [&](std::int64_t i) {
        return to + i / kVnniRows * kVnniRows * p.depth + i % kVnniRows * kVnniStep;
    };
    if (takes_halves(*p.x))
        quantize_halves<kVnniStep>(*p.x, p.row_begin, count, kVnniLevels, kStride, place, factors);
    else
        for (std::int64_t i = 0; i < count; ++i)
            factors[i] =
                RowFactors(quantize_steps<kVnniStep>(float_row(*p.x, p.row_begin + i, space), p.x->columns,
                                                     p.depth, kVnniLevels, kStride, place(i)));
}

template <class Rounding>
void multiply_rows(const ByteProduct& p, bool with_gelu) {
    auto* sums = reinterpret_cast<std::int32_t*>(p.scratch);
    auto* factors = reinterpret_cast<RowFactors*>(sums + kVnniRows * 32);
    auto* rows = reinterpret_cast<std::uint8_t*>(factors + kVnniTileRows);
    pack_vnni_rows(p, rows, factors);
    for_panels(*p.y, p.panel_begin, p.panel_end, with_gelu,
               [&]<bool kGelu, RowStore kStore>(std::int64_t begin, std::int64_t end) {
                   for (std::int64_t panel = begin; panel < end; ++panel)
                       vnni_panel<Rounding, kGelu, kStore>(p, panel, rows, factors, sums);
               });
}

void vnni_product(const ByteProduct& p, bool with_gelu) {
    static const bool native = has_native_bf16();
    native ? multiply_rows<NativeRounding>(p, with_gelu) : multiply_rows<PortableRounding>(p, with_gelu);
}

std::size_t vnni_panel_columns() { return quad_panel_columns(); }

#else

void vnni_product(const ByteProduct&, bool) {}
std::size_t vnni_panel_columns() { return 0; }

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(vnni_product);
HWY_EXPORT(vnni_panel_columns);

std::unique_ptr<CpuLinear> make_vnni_linear(std::span<const float> weight, std::span<const float> bias,
                                            std::int64_t out_features, std::int64_t in_features) {
    const auto columns = static_cast<std::int64_t>(HWY_DYNAMIC_DISPATCH(vnni_panel_columns)());
    if (columns == 0 || !has_vnni()) return nullptr;
    return make_quad_linear(
        {HWY_DYNAMIC_DISPATCH(vnni_product), columns, kVnniTileRows, kVnniStep, vnni_scratch_bytes, true},
        weight, bias, out_features, in_features);
}

}  // namespace corpuscope::kernels::cpu
#endif
