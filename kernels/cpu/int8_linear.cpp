// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// y = activation(x W^T + b) in int8 on processors without VNNI. vpmaddubsw multiplies unsigned by signed
// bytes and adds neighbouring products in 16 bits, where two products of 255 * 127 would saturate.
// Activations keep all their 8 bits; it is each pair of neighbouring weights that is held to a sum of at most
// 128 in magnitude (quantize_weight_pairs), so that every sum is exact. Pairs of opposite signs are not
// touched. Lowest cosine of a unit, and the means, of the whole encoder against the golden vectors in
// float64, default model and all-MiniLM-L6-v2, three layouts (all but this file's emulated in float32):
//
//   8-bit activations, 8-bit weights (what VNNI computes)       0.9967  0.9986-0.9990
//   the same with bounded pairs (this file)                     0.9968  0.9984-0.9988
//   bounded sums of four, for one vpmaddwd less in four bytes   0.9955  0.9980-0.9985
//   7-bit activations, 8-bit weights                            0.9909  0.9955-0.9969
//
// Bytes widened to 16 bits for vpmaddwd are exact without bounds, but take twice the loads. One core of Zen
// 3, [256, 384] x [384, 1152]: 130 Gop/s where pairs reach 156 and float32 has 70-85.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/int8_linear.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>
#include <cmath>

#include "hwy/highway.h"
#include "kernels/check.h"
#include "kernels/cpu/cpu_linear.h"
#include "kernels/cpu/int8_rows-inl.h"

#ifndef CORPUSCOPE_KERNELS_CPU_INT8_LINEAR_ONCE
#define CORPUSCOPE_KERNELS_CPU_INT8_LINEAR_ONCE
namespace corpuscope::kernels::cpu {

constexpr std::int64_t kInt8TileRows = 96;
constexpr int kInt8Rows = 6;  ///< of a register tile: 6 x 2 sums, 2 vectors of weights, activations, products
constexpr int kLevels = 255;  ///< of an activation
constexpr int kDepthStep = 4;  ///< inputs in a step of the register tile

struct Int8Product {
    const Matrix* x;
    const Matrix* y;
    const std::int8_t* panels;  ///< [panels, depth / 4, panel columns, 4]
    Int8Outputs outputs;
    bool gelu;
    std::int64_t depth;  ///< in_features, rounded up to kDepthStep
    std::int64_t row_begin, row_end, panel_begin, panel_end;
    std::byte* scratch;
};

/// Scratch: quantized rows, their scales, and one register tile of results.
constexpr std::size_t int8_scratch_bytes(std::int64_t depth) {
    return static_cast<std::size_t>(kInt8TileRows) * (static_cast<std::size_t>(depth) + sizeof(RowScale)) +
           kInt8Rows * 32 * sizeof(float) + 64;
}

}  // namespace corpuscope::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR

using ByteTag = hn::Repartition<std::int8_t, IntTag>;
using PairTag = hn::Repartition<std::int16_t, IntTag>;

/// Unsigned bytes of x times signed ones of b, added in pairs, which their bound keeps within 16 bits.
HWY_INLINE hn::Vec<PairTag> multiply_bytes(IntVec x, IntVec b) {
    const PairTag d16;
#if HWY_TARGET == HWY_AVX2
    return hn::Vec<PairTag>{_mm256_maddubs_epi16(x.raw, b.raw)};
#elif HWY_TARGET <= HWY_AVX3
    return hn::Vec<PairTag>{_mm512_maddubs_epi16(x.raw, b.raw)};
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

HWY_INLINE IntVec add_pairs(hn::Vec<PairTag> pairs, IntVec sum) {
    IntVec unused = hn::Zero(IntTag());
    return hn::ReorderWidenMulAccumulate(IntTag(), pairs, hn::Set(PairTag(), 1), sum, unused);
}

/// One row of the register tile: four bytes of x times two vectors of weights. Written as one unit where the
/// compiler would otherwise compute all products of a step before any sum, and spill them: that halves the
/// speed.
HWY_INLINE void add_products(const std::uint8_t* x, IntVec b0, IntVec b1, IntVec& left, IntVec& right) {
#if HWY_TARGET == HWY_AVX2 && (HWY_COMPILER_GCC || HWY_COMPILER_CLANG)
    alignas(32) static constexpr std::int16_t kOnes[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    // Copies: operands that lie in the tile itself would stay in memory.
    decltype(b0.raw) sum0 = left.raw, sum1 = right.raw, products, four;
    asm("vpbroadcastd %4, %3\n\t"
        "vpmaddubsw %5, %3, %2\n\t"
        "vpmaddubsw %6, %3, %3\n\t"
        "vpmaddwd %7, %2, %2\n\t"
        "vpmaddwd %7, %3, %3\n\t"
        "vpaddd %2, %0, %0\n\t"
        "vpaddd %3, %1, %1"
        : "+x"(sum0), "+x"(sum1), "=&x"(products), "=&x"(four)
        : "m"(*reinterpret_cast<const std::uint8_t(*)[4]>(x)), "x"(b0.raw), "x"(b1.raw), "m"(kOnes));
    left.raw = sum0;
    right.raw = sum1;
#else
    std::int32_t four;
    hwy::CopyBytes<4>(x, &four);
    left = add_pairs(multiply_bytes(hn::Set(IntTag(), four), b0), left);
    right = add_pairs(multiply_bytes(hn::Set(IntTag(), four), b1), right);
#endif
}

struct IntTile {
    IntVec left[kInt8Rows], right[kInt8Rows];
};

HWY_INLINE void multiply_integers(const std::uint8_t* HWY_RESTRICT a, std::int64_t depth,
                                  const std::int8_t* HWY_RESTRICT b, IntTile& c) {
    const IntTag d;
    const ByteTag d8;
    const std::size_t lanes = hn::Lanes(d8);
#pragma GCC unroll 6
    for (int i = 0; i < kInt8Rows; ++i) c.left[i] = c.right[i] = hn::Zero(d);
    for (std::int64_t k = 0; k < depth; k += kDepthStep) {
        const IntVec b0 = hn::BitCast(d, hn::Load(d8, b)), b1 = hn::BitCast(d, hn::Load(d8, b + lanes));
        b += 2 * lanes;
#pragma GCC unroll 6
        for (int i = 0; i < kInt8Rows; ++i) add_products(a + i * depth + k, b0, b1, c.left[i], c.right[i]);
    }
}

void int8_panel(const Int8Product& p, std::int64_t panel, const std::uint8_t* rows, const RowScale* scales,
                float* spill) {
    const RowTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const std::int64_t width = 2 * lanes, column = panel * width;
    const std::int64_t columns = std::min(width, p.y->columns - column);
    const std::int8_t* b = p.panels + panel * width * p.depth;
    for (std::int64_t row = p.row_begin; row < p.row_end; row += kInt8Rows) {
        const std::int64_t at = row - p.row_begin;
        IntTile c;
        multiply_integers(rows + at * p.depth, p.depth, b, c);
        const auto count = static_cast<int>(std::min<std::int64_t>(kInt8Rows, p.row_end - row));
#pragma GCC unroll 6
        for (int i = 0; i < kInt8Rows; ++i) {
            if (i >= count) break;
            float* y = p.y->row<float>(row + i) + column;
            float* to = columns == width ? y : spill;
            hn::StoreU(dequantize(c.left[i], scales[at + i], p.outputs, column, p.gelu), d, to);
            hn::StoreU(dequantize(c.right[i], scales[at + i], p.outputs, column + lanes, p.gelu), d,
                       to + lanes);
            if (to == spill) std::copy_n(spill, columns, y);
        }
    }
}

void int8_product(const Int8Product& p) {
    auto* scales = reinterpret_cast<RowScale*>(p.scratch);
    auto* spill = reinterpret_cast<float*>(scales + kInt8TileRows);
    auto* rows = reinterpret_cast<std::uint8_t*>(spill + kInt8Rows * 32);
    const std::int64_t count = p.row_end - p.row_begin;
    for (std::int64_t i = 0; i < count; ++i)
        scales[i] =
            quantize(p.x->row<float>(p.row_begin + i), p.x->columns, p.depth, kLevels, rows + i * p.depth);
    const std::int64_t padded = (count + kInt8Rows - 1) / kInt8Rows * kInt8Rows;
    std::fill(rows + count * p.depth, rows + padded * p.depth, std::uint8_t{0});
    for (std::int64_t panel = p.panel_begin; panel < p.panel_end; ++panel)
        int8_panel(p, panel, rows, scales, spill);
}

std::size_t int8_panel_columns() { return 2 * hn::Lanes(RowTag()); }

#else

void int8_product(const Int8Product&) {}
std::size_t int8_panel_columns() { return 0; }

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(int8_product);
HWY_EXPORT(int8_panel_columns);
namespace {

class Int8Linear final : public CpuLinear {
 public:
    Int8Linear(const QuantizedWeight& weight, std::span<const float> bias, std::int64_t out, std::int64_t in,
               std::int64_t width)
        : out_(out),
          in_(in),
          depth_((in + kDepthStep - 1) / kDepthStep * kDepthStep),
          width_(width),
          panels_((out + width - 1) / width),
          packed_(static_cast<std::size_t>(panels_ * width * depth_)),
          outputs_(weight, bias, out, in, panels_ * width) {
        for (std::int64_t o = 0; o < panels_ * width_; ++o)
            pack_output(o, o < out ? weight.values.data() + o * in : nullptr);
    }

    std::int64_t in_features() const override { return in_; }
    std::int64_t out_features() const override { return out_; }
    Precision precision() const override { return Precision::Int8; }

    void multiply(const Matrix& x, const Matrix& y, Activation activation, Workers& workers) const override {
        const ProductCut cut = cut_product(x.rows, kInt8TileRows, panels_, workers.threads());
        const auto product = HWY_DYNAMIC_DISPATCH(int8_product);
        workers.run(
            cut.tiles * cut.groups, 1, int8_scratch_bytes(depth_),
            [&](std::int64_t index, std::byte* scratch) {
                const std::int64_t row = index / cut.groups * cut.rows,
                                   panel = index % cut.groups * cut.group_panels;
                product({&x, &y, static_cast<const std::int8_t*>(packed_.data()), outputs_.view(),
                         activation == Activation::Gelu, depth_, row, std::min(row + cut.rows, x.rows), panel,
                         std::min(panel + cut.group_panels, panels_), scratch});
            });
    }

 private:
    void pack_output(std::int64_t o, const std::int8_t* from) {
        auto* panel = static_cast<std::int8_t*>(packed_.data()) + o / width_ * width_ * depth_;
        for (std::int64_t i = 0; i < depth_; ++i)
            panel[(i / kDepthStep * width_ + o % width_) * kDepthStep + i % kDepthStep] =
                from != nullptr && i < in_ ? from[i] : std::int8_t{0};
    }

    std::int64_t out_, in_, depth_, width_, panels_;
    HostBuffer packed_;
    Int8OutputArrays outputs_;
};

}  // namespace

std::unique_ptr<CpuLinear> make_int8_linear(std::span<const float> weight, std::span<const float> bias,
                                            std::int64_t out_features, std::int64_t in_features) {
    if (in_features > kMaxQuantizedFeatures)
        refuse("int8 takes at most 65536 in_features, not " + std::to_string(in_features));
    const auto width = static_cast<std::int64_t>(HWY_DYNAMIC_DISPATCH(int8_panel_columns)());
    if (width == 0) return nullptr;
    return std::make_unique<Int8Linear>(quantize_weight_pairs(weight, out_features, in_features), bias,
                                        out_features, in_features, width);
}

}  // namespace corpuscope::kernels::cpu
#endif
