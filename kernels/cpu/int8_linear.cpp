// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// y = activation(x W^T + b) with int8 weights on processors without VNNI. vpmaddubsw, their product of bytes,
// saturates at 16 bits, so that only 7 bits of activations and 7 of weights would be exact; the whole encoder
// then has a cosine of 0.994 to float32 (8 and 6 bits: 0.990), which is not enough. Here bytes are widened to
// 16 bits for vpmaddwd, whose sums are exact in 32, and activations take the bits that are then free (13 at
// 1536 inputs). One core of Zen 3, [96, 384] x [384, 1536]: 130 Gop/s where float32 has 75 at the same
// moment, 7 bits with vpmaddubsw 188, oneDNN's saturating u8s8 about 150.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/int8_linear.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>
#include <cmath>
#include <limits>

#include "hwy/highway.h"
#include "kernels/check.h"
#include "kernels/cpu/cpu_linear.h"
#include "kernels/cpu/int8_rows-inl.h"

#ifndef CORPUSCOPE_KERNELS_CPU_INT8_LINEAR_ONCE
#define CORPUSCOPE_KERNELS_CPU_INT8_LINEAR_ONCE
namespace corpuscope::kernels::cpu {

constexpr std::int64_t kInt8TileRows = 96;
constexpr int kInt8Rows = 6;  ///< of a register tile: 6 x 2 sums, 2 vectors of weights, activations, products
constexpr int kDepthStep = 2;  ///< inputs in a step of the register tile
constexpr int kWeightLimit = 127;

/// Largest magnitude of a quantized activation, so that sums over `depth` products stay within 32 bits.
constexpr int activation_levels(std::int64_t depth) {
    constexpr std::int64_t kLargestSum = std::numeric_limits<std::int32_t>::max();
    return static_cast<int>(std::min<std::int64_t>(8191, kLargestSum / (depth * kWeightLimit) - 1));
}

struct Int8Product {
    const Matrix* x;
    const Matrix* y;
    const std::int16_t* panels;  ///< [panels, depth / 2, panel columns, 2]
    Int8Outputs outputs;
    bool gelu;
    std::int64_t depth;  ///< in_features, rounded up to kDepthStep
    std::int64_t row_begin, row_end, panel_begin, panel_end;
    std::byte* scratch;
};

/// Scratch: quantized rows, their scales, and one register tile of results.
constexpr std::size_t int8_scratch_bytes(std::int64_t depth) {
    return static_cast<std::size_t>(kInt8TileRows) *
               (static_cast<std::size_t>(depth) * sizeof(std::int16_t) + sizeof(RowScale)) +
           kInt8Rows * 32 * sizeof(float) + 64;
}

}  // namespace corpuscope::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR

/// sum + the pairwise products of 16-bit lanes. Written as one unit where the compiler would otherwise
/// compute all products of a step before any sum, and spill them: that halves the speed.
HWY_INLINE IntVec add_products(IntVec x, IntVec b, IntVec sum) {
#if HWY_TARGET == HWY_AVX2 && (HWY_COMPILER_GCC || HWY_COMPILER_CLANG)
    decltype(x.raw) products;
    asm("vpmaddwd %2, %3, %1\n\tvpaddd %1, %0, %0" : "+x"(sum.raw), "=&x"(products) : "x"(x.raw), "x"(b.raw));
    return sum;
#else
    const hn::Repartition<std::int16_t, IntTag> d16;
    IntVec unused = hn::Zero(IntTag());
    return hn::ReorderWidenMulAccumulate(IntTag(), hn::BitCast(d16, x), hn::BitCast(d16, b), sum, unused);
#endif
}

HWY_INLINE IntVec broadcast_pair(const std::int16_t* from) {
    std::int32_t pair;
    hwy::CopyBytes<4>(from, &pair);
    return hn::Set(IntTag(), pair);
}

/// `count` values as integers of at most `levels`, and zeros up to `depth`.
RowScale widen(const float* HWY_RESTRICT from, std::int64_t count, std::int64_t depth,
               std::int16_t* HWY_RESTRICT to) {
    const RowTag d;
    const hn::Rebind<std::int16_t, RowTag> d16;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const RowScale row{range_of(from, count, activation_levels(depth)).scale, 0};
    if (std::isnan(row.scale)) {
        std::fill_n(to, depth, std::int16_t{0});
        return row;
    }
    const float inverse = 1.0F / row.scale;
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        const RowVec scaled = hn::Mul(hn::LoadU(d, from + i), hn::Set(d, inverse));
        hn::StoreU(hn::DemoteTo(d16, hn::NearestInt(scaled)), d16, to + i);
    }
    for (; i < count; ++i) to[i] = static_cast<std::int16_t>(std::nearbyint(from[i] * inverse));
    std::fill(to + count, to + depth, std::int16_t{0});
    return row;
}

struct IntTile {
    IntVec left[kInt8Rows], right[kInt8Rows];
};

HWY_INLINE void multiply_integers(const std::int16_t* HWY_RESTRICT a, std::int64_t depth,
                                  const std::int16_t* HWY_RESTRICT b, IntTile& c) {
    const IntTag d;
    const hn::Repartition<std::int16_t, IntTag> d16;
    const std::size_t lanes = hn::Lanes(d16);
#pragma GCC unroll 6
    for (int i = 0; i < kInt8Rows; ++i) c.left[i] = c.right[i] = hn::Zero(d);
    for (std::int64_t k = 0; k < depth; k += kDepthStep) {
        const IntVec b0 = hn::BitCast(d, hn::Load(d16, b)), b1 = hn::BitCast(d, hn::Load(d16, b + lanes));
        b += 2 * lanes;
#pragma GCC unroll 6
        for (int i = 0; i < kInt8Rows; ++i) {
            const IntVec x = broadcast_pair(a + i * depth + k);
            c.left[i] = add_products(x, b0, c.left[i]);
            c.right[i] = add_products(x, b1, c.right[i]);
        }
    }
}

void int8_panel(const Int8Product& p, std::int64_t panel, const std::int16_t* rows, const RowScale* scales,
                float* spill) {
    const RowTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const std::int64_t width = 2 * lanes, column = panel * width;
    const std::int64_t columns = std::min(width, p.y->columns - column);
    const std::int16_t* b = p.panels + panel * width * p.depth;
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
    auto* rows = reinterpret_cast<std::int16_t*>(spill + kInt8Rows * 32);
    const std::int64_t count = p.row_end - p.row_begin;
    for (std::int64_t i = 0; i < count; ++i)
        scales[i] = widen(p.x->row<float>(p.row_begin + i), p.x->columns, p.depth, rows + i * p.depth);
    const std::int64_t padded = (count + kInt8Rows - 1) / kInt8Rows * kInt8Rows;
    std::fill(rows + count * p.depth, rows + padded * p.depth, std::int16_t{0});
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
          packed_(static_cast<std::size_t>(panels_ * width * depth_) * sizeof(std::int16_t)),
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
                product({&x, &y, static_cast<const std::int16_t*>(packed_.data()), outputs_.view(),
                         activation == Activation::Gelu, depth_, row, std::min(row + cut.rows, x.rows), panel,
                         std::min(panel + cut.group_panels, panels_), scratch});
            });
    }

 private:
    void pack_output(std::int64_t o, const std::int8_t* from) {
        auto* panel = static_cast<std::int16_t*>(packed_.data()) + o / width_ * width_ * depth_;
        for (std::int64_t i = 0; i < depth_; ++i)
            panel[(i / 2 * width_ + o % width_) * 2 + i % 2] =
                from != nullptr && i < in_ ? from[i] : std::int16_t{0};
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
    return std::make_unique<Int8Linear>(quantize_weight(weight, out_features, in_features, kWeightLimit),
                                        bias, out_features, in_features, width);
}

}  // namespace corpuscope::kernels::cpu
#endif
