// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// y = activation(x W^T + b) in int8 on processors without AVX-512 VNNI. vpmaddubsw multiplies unsigned by
// signed bytes and adds neighbouring products in 16 bits, where two products of 255 * 127 would saturate.
// Activations keep all their 8 bits; it is the weights that are held back (int8_weights.h), in groups of four
// so that two such instructions can be added before vpmaddwd widens their sums. Every sum is exact. Lowest
// cosine of a unit, and the means, of the whole encoder against the golden vectors in float64, default model
// and all-MiniLM-L6-v2, three layouts (all but this file's emulated in float32):
//
//   8-bit activations, 8-bit weights (what VNNI computes)       0.9967  0.9986-0.9990   speed
//   weights in bounded pairs                                    0.9968  0.9984-0.9988   172 Gop/s
//   in bounded groups of four (this file)                       0.9965  0.9981-0.9985   215
//   in bounded groups of eight, inputs scaled by channel        0.9955  0.9970-0.9973
//   7-bit activations, groups of four of twice the bound        0.9900  0.9947-0.9965
//
// Scaling the input channels by their layer norm's gamma and taking its beta off changes groups of four by
// less than 0.0003. Speed: one core of Zen 3 at 2.95 GHz, the sums alone; float32 reaches 85. Register tiles
// of 8 rows x 1 vector on rows packed side by side: 215-221 at depths 384 and 1536; 4 x 2: 222 and 168, its
// panel of weights fills the level-1 cache; 8 x 1 on rows of their own: 203-212; 6 x 1 and 10 x 1: 200-213.
// On Zen 4 at 2.84 GHz, whose AVX-512 its host hides, 200 in the encoder, where these instructions alone give
// 205-218.
//
// Processors of notebooks have vpdpbusd without AVX-512 (AVX-VNNI, Alder Lake and later): one instruction in
// place of two and a half. Their sums are the same numbers.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/int8_linear.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>
#include <cmath>

#include "hwy/highway.h"
#include "kernels/check.h"
#include "kernels/cpu/int8_rows-inl.h"
#include "kernels/cpu/int8_weights.h"
#include "kernels/cpu/panel_linear.h"
#include "kernels/cpu/processor.h"

#ifndef CORPUSCOPE_KERNELS_CPU_INT8_LINEAR_ONCE
#define CORPUSCOPE_KERNELS_CPU_INT8_LINEAR_ONCE
namespace corpuscope::kernels::cpu {

constexpr int kInt8Rows = 8;  ///< of a register tile: as many sums, two vectors of weights, three of products
constexpr std::int64_t kInt8TileRows = 12 * kInt8Rows;
constexpr int kLevels = 255;  ///< of an activation

/// Scratch: scales of the rows, one register tile of results, quantized rows, a row in float32.
constexpr std::size_t int8_scratch_bytes(std::int64_t depth) {
    return static_cast<std::size_t>(kInt8TileRows) * (static_cast<std::size_t>(depth) + sizeof(RowScale)) +
           static_cast<std::size_t>(depth) * sizeof(float) + kInt8Rows * 16 * sizeof(float) + 64;
}

}  // namespace corpuscope::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR

using ByteTag = hn::Repartition<std::int8_t, IntTag>;
using PairTag = hn::Repartition<std::int16_t, IntTag>;
using PairVec = hn::Vec<PairTag>;

/// Unsigned bytes of x times signed ones of b, added in pairs, which their bound keeps within 16 bits.
HWY_INLINE PairVec multiply_bytes(IntVec x, IntVec b) {
    const PairTag d16;
#if HWY_TARGET == HWY_AVX2
    return PairVec{_mm256_maddubs_epi16(x.raw, b.raw)};
#elif HWY_TARGET <= HWY_AVX3
    return PairVec{_mm512_maddubs_epi16(x.raw, b.raw)};
#else
    const auto signed_x = hn::BitCast(d16, x), signed_b = hn::BitCast(d16, b);
    const auto even =
        hn::Mul(hn::And(signed_x, hn::Set(d16, 255)), hn::ShiftRight<8>(hn::ShiftLeft<8>(signed_b)));
    const hn::RebindToUnsigned<PairTag> u16;
    const auto odd =
        hn::Mul(hn::BitCast(d16, hn::ShiftRight<8>(hn::BitCast(u16, x))), hn::ShiftRight<8>(signed_b));
    return hn::Add(even, odd);
#endif
}

/// What adds up products of bytes: vpmaddubsw and vpmaddwd, or vpdpbusd.
enum class ByteSums : std::uint8_t { InPairs, Vnni };

// add_products is one row of the register tile: a step's eight bytes of x times the weights of one vector of
// outputs. Written as one unit where the compiler would otherwise compute all products of a step before any
// sum, and spill them: that halves the speed.

#if HWY_TARGET == HWY_AVX2 && (HWY_COMPILER_GCC || HWY_COMPILER_CLANG)

template <ByteSums kSums>
HWY_INLINE void add_products(const std::uint8_t* x, IntVec b0, IntVec b1, PairVec ones, IntVec& sum) {
    // A copy: an operand that lies in the tile itself would stay in memory.
    decltype(b0.raw) total = sum.raw, first, second;
    using Four = const std::uint8_t(*)[4];
    if constexpr (kSums == ByteSums::Vnni)
        asm("vpbroadcastd %3, %1\n\t"
            "vpbroadcastd %4, %2\n\t"
            "%{vex%} vpdpbusd %5, %1, %0\n\t"
            "%{vex%} vpdpbusd %6, %2, %0"
            : "+&x"(total), "=&x"(first), "=&x"(second)
            : "m"(*reinterpret_cast<Four>(x)), "m"(*reinterpret_cast<Four>(x + 4)), "x"(b0.raw), "x"(b1.raw));
    else
        asm("vpbroadcastd %3, %1\n\t"
            "vpbroadcastd %4, %2\n\t"
            "vpmaddubsw %5, %1, %1\n\t"
            "vpmaddubsw %6, %2, %2\n\t"
            "vpaddw %2, %1, %1\n\t"
            "vpmaddwd %7, %1, %1\n\t"
            "vpaddd %1, %0, %0"
            : "+x"(total), "=&x"(first), "=&x"(second)
            : "m"(*reinterpret_cast<Four>(x)), "m"(*reinterpret_cast<Four>(x + 4)), "x"(b0.raw), "x"(b1.raw),
              "x"(ones.raw));
    sum.raw = total;
}

#else

template <ByteSums>
HWY_INLINE void add_products(const std::uint8_t* x, IntVec b0, IntVec b1, PairVec ones, IntVec& sum) {
    std::int32_t first, second;
    hwy::CopyBytes<4>(x, &first);
    hwy::CopyBytes<4>(x + 4, &second);
    const PairVec four =
        hn::Add(multiply_bytes(hn::Set(IntTag(), first), b0), multiply_bytes(hn::Set(IntTag(), second), b1));
    IntVec unused = hn::Zero(IntTag());
    sum = hn::ReorderWidenMulAccumulate(IntTag(), four, ones, sum, unused);
}

#endif

struct IntTile {
    IntVec sums[kInt8Rows];
};

/// a [depth / 8, kInt8Rows, 8], b one panel.
template <ByteSums kSums>
HWY_INLINE void multiply_integers(const std::uint8_t* HWY_RESTRICT a, std::int64_t depth,
                                  const std::int8_t* HWY_RESTRICT b, IntTile& c) {
    const IntTag d;
    const ByteTag d8;
    const std::size_t lanes = hn::Lanes(d8);
    const PairVec ones = hn::Set(PairTag(), 1);
#pragma GCC unroll 8
    for (int i = 0; i < kInt8Rows; ++i) c.sums[i] = hn::Zero(d);
    for (std::int64_t k = 0; k < depth; k += kByteStep) {
        const IntVec b0 = hn::BitCast(d, hn::Load(d8, b)), b1 = hn::BitCast(d, hn::Load(d8, b + lanes));
        b += 2 * lanes;
#pragma GCC unroll 8
        for (int i = 0; i < kInt8Rows; ++i) add_products<kSums>(a + i * kByteStep, b0, b1, ones, c.sums[i]);
        a += kInt8Rows * kByteStep;
    }
}

template <ByteSums kSums, bool kGelu>
void int8_panel(const ByteProduct& p, std::int64_t panel, const std::uint8_t* rows, const RowScale* scales,
                float* spill) {
    const RowTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const std::int64_t column = panel * lanes;
    const std::int64_t columns = std::min(lanes, p.y->first.columns - column);
    const std::int8_t* b = p.panels + column * p.depth;
    for (std::int64_t row = p.row_begin; row < p.row_end; row += kInt8Rows) {
        const std::int64_t at = row - p.row_begin;
        IntTile c;
        multiply_integers<kSums>(rows + at * p.depth, p.depth, b, c);
        const auto count = static_cast<int>(std::min<std::int64_t>(kInt8Rows, p.row_end - row));
#pragma GCC unroll 8
        for (int i = 0; i < kInt8Rows; ++i) {
            if (i >= count) break;
            const RowVec value = dequantize(c.sums[i], scales[at + i], p.outputs, column, kGelu);
            if (columns == lanes && p.y->first.type == DType::F32) {
                hn::StoreU(value, d, p.y->first.row<float>(row + i) + column);
            } else {
                hn::Store(value, d, spill);
                store_floats(spill, columns, p.y->first.at(row + i, column), p.y->first.type);
            }
        }
    }
}

/// Rows of x as bytes, [rows / 8, depth / 8, 8 rows, 8 bytes]; what is missing to a whole group is zero.
void pack_rows(const ByteProduct& p, std::uint8_t* to, RowScale* scales) {
    const std::int64_t count = p.row_end - p.row_begin;
    auto* space = reinterpret_cast<float*>(to + kInt8TileRows * p.depth);
    for (std::int64_t i = 0; i < count; ++i)
        scales[i] = quantize_steps<kByteStep>(
            float_row(*p.x, p.row_begin + i, space), p.x->columns, p.depth, kLevels, kInt8Rows * kByteStep,
            to + i / kInt8Rows * kInt8Rows * p.depth + i % kInt8Rows * kByteStep);
    for (std::int64_t i = count; i % kInt8Rows != 0; ++i)
        for (std::int64_t k = 0; k < p.depth; k += kByteStep)
            std::fill_n(to + (i / kInt8Rows * p.depth + k) * kInt8Rows + i % kInt8Rows * kByteStep, kByteStep,
                        std::uint8_t{0});
}

template <ByteSums kSums>
void multiply_rows(const ByteProduct& p, bool with_gelu) {
    auto* scales = reinterpret_cast<RowScale*>(p.scratch);
    auto* spill = reinterpret_cast<float*>(scales + kInt8TileRows);
    auto* rows = reinterpret_cast<std::uint8_t*>(spill + kInt8Rows * 16);
    pack_rows(p, rows, scales);
    for (std::int64_t panel = p.panel_begin; panel < p.panel_end; ++panel)
        if (with_gelu)
            int8_panel<kSums, true>(p, panel, rows, scales, spill);
        else
            int8_panel<kSums, false>(p, panel, rows, scales, spill);
}

void int8_product(const ByteProduct& p, bool with_gelu) { multiply_rows<ByteSums::InPairs>(p, with_gelu); }
void avx_vnni_product(const ByteProduct& p, bool with_gelu) { multiply_rows<ByteSums::Vnni>(p, with_gelu); }

std::size_t int8_panel_columns() { return hn::Lanes(RowTag()); }

#else

void int8_product(const ByteProduct&, bool) {}
void avx_vnni_product(const ByteProduct&, bool) {}
std::size_t int8_panel_columns() { return 0; }

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(int8_product);
HWY_EXPORT(avx_vnni_product);
HWY_EXPORT(int8_panel_columns);
namespace {

/// Panels [depth / 8, 2, panel columns, 4].
class PairLinear final : public PanelLinear {
 public:
    PairLinear(const ByteKernel& kernel, std::span<const float> weight, std::span<const float> bias,
               std::int64_t out, std::int64_t in, Workers& workers)
        : PanelLinear(kernel, bias, out, in) {
        workers.run(panels(), 4, static_cast<std::size_t>(depth()), [&](std::int64_t i, std::byte* memory) {
            pack_panel(weight, i, kernel.panel_columns, reinterpret_cast<std::int8_t*>(memory));
        });
        for (std::int64_t o = 0; o < out; ++o)
            if (std::isnan(outputs().scales()[o])) refuse_not_finite(weight, o);
    }

 private:
    void pack_panel(std::span<const float> weight, std::int64_t index, std::int64_t columns,
                    std::int8_t* rounded) {
        for (std::int64_t i = 0; i < columns; ++i) {
            const std::int64_t o = index * columns + i;
            if (o >= out_features()) return;
            outputs().scales()[o] =
                round_output(weight.data() + o * in_features(), in_features(), depth(), rounded);
            outputs().set_column_sum(o, rounded, depth());
            // Half a step, four bytes, is what an instruction takes of an output.
            for (std::int64_t k = 0; k < depth(); k += kByteStep / 2)
                std::copy_n(rounded + k, kByteStep / 2, panel(index) + k * columns + i * (kByteStep / 2));
        }
    }

    [[noreturn]] void refuse_not_finite(std::span<const float> weight, std::int64_t o) const {
        const auto at = [&](std::int64_t i) {
            return weight[static_cast<std::size_t>(o * in_features() + i)];
        };
        std::int64_t i = 0;
        while (i + 1 < in_features() && std::isfinite(at(i))) ++i;
        refuse_weight(at(i), o, i);
    }
};

std::unique_ptr<CpuLinear> make_pair_linear(void (*product)(const ByteProduct&, bool),
                                            std::span<const float> weight, std::span<const float> bias,
                                            std::int64_t out, std::int64_t in, Workers& workers) {
    const auto columns = static_cast<std::int64_t>(HWY_DYNAMIC_DISPATCH(int8_panel_columns)());
    if (columns == 0) return nullptr;
    return std::make_unique<PairLinear>(
        ByteKernel{product, columns, kInt8TileRows, kByteStep, int8_scratch_bytes}, weight, bias, out, in,
        workers);
}

}  // namespace

std::unique_ptr<CpuLinear> make_avx_vnni_linear(std::span<const float> weight, std::span<const float> bias,
                                                std::int64_t out_features, std::int64_t in_features,
                                                Workers& workers) {
    if (!has_avx_vnni()) return nullptr;
    return make_pair_linear(HWY_DYNAMIC_DISPATCH(avx_vnni_product), weight, bias, out_features, in_features,
                            workers);
}

std::unique_ptr<CpuLinear> make_int8_linear(std::span<const float> weight, std::span<const float> bias,
                                            std::int64_t out_features, std::int64_t in_features,
                                            Workers& workers) {
    return make_pair_linear(HWY_DYNAMIC_DISPATCH(int8_product), weight, bias, out_features, in_features,
                            workers);
}

}  // namespace corpuscope::kernels::cpu
#endif
