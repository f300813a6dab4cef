// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// y = activation(x W^T + b) in int8 on processors without VNNI. vpmaddubsw adds two products of an unsigned
// and a signed byte in 16 bits and saturates there; with activations in [0, 127] and weights in [-63, 63]
// even the sum of two of its results fits (4 * 127 * 63 < 2^15), which halves the widening to 32 bits. That
// is exact and 2.3 times as fast as float32 on Zen 3 (220 against 95 Gop/s a core); oneDNN's u8s8 has 160
// there and saturates, exact 16-bit products (vpmaddwd) have 190 at best. The missing bit costs accuracy that
// the tests of the encoder bound.
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

constexpr std::int64_t kInt8TileRows = 64;
constexpr int kInt8Rows =
    4;  ///< of a register tile: 4 x 2 accumulators, 4 vectors of weights, 2 of activations, ones
constexpr int kDepthStep = 8;  ///< inputs in a step of the register tile: two bytes quartets
constexpr int kActivationLevels = 127;
constexpr int kWeightLimit = 63;

struct Int8Product {
    const Matrix* x;
    const Matrix* y;
    const std::int8_t* panels;  ///< [panels, depth / 8, 2, panel columns, 4]
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

#if HWY_MAX_BYTES == 64
#define CORPUSCOPE_MADDUBS _mm512_maddubs_epi16
#define CORPUSCOPE_MADD _mm512_madd_epi16
#define CORPUSCOPE_ADD16 _mm512_add_epi16
#elif HWY_MAX_BYTES == 32
#define CORPUSCOPE_MADDUBS _mm256_maddubs_epi16
#define CORPUSCOPE_MADD _mm256_madd_epi16
#define CORPUSCOPE_ADD16 _mm256_add_epi16
#else
#define CORPUSCOPE_MADDUBS _mm_maddubs_epi16
#define CORPUSCOPE_MADD _mm_madd_epi16
#define CORPUSCOPE_ADD16 _mm_add_epi16
#endif

/// sum + the products of two quartets of unsigned bytes with two of signed ones, per 32-bit lane.
HWY_INLINE IntVec add_products(IntVec x0, IntVec b0, IntVec x1, IntVec b1, IntVec ones, IntVec sum) {
    const auto pairs =
        CORPUSCOPE_ADD16(CORPUSCOPE_MADDUBS(x0.raw, b0.raw), CORPUSCOPE_MADDUBS(x1.raw, b1.raw));
    return hn::Add(sum, IntVec{CORPUSCOPE_MADD(pairs, ones.raw)});
}

#undef CORPUSCOPE_MADDUBS
#undef CORPUSCOPE_MADD
#undef CORPUSCOPE_ADD16

HWY_INLINE IntVec broadcast_quartet(const std::uint8_t* from) {
    std::int32_t bytes;
    hwy::CopyBytes<4>(from, &bytes);
    return hn::Set(IntTag(), bytes);
}

struct IntTile {
    IntVec left[kInt8Rows], right[kInt8Rows];
};

HWY_INLINE void multiply_bytes(const std::uint8_t* HWY_RESTRICT a, std::int64_t depth,
                               const std::int8_t* HWY_RESTRICT b, IntTile& c) {
    const IntTag d;
    const hn::Repartition<std::int8_t, IntTag> d8;
    const std::size_t bytes = hn::Lanes(d8);
    const IntVec ones = hn::Set(d, 0x00010001);
#pragma GCC unroll 4
    for (int i = 0; i < kInt8Rows; ++i) c.left[i] = c.right[i] = hn::Zero(d);
    for (std::int64_t k = 0; k < depth; k += kDepthStep) {
        const IntVec b00 = hn::BitCast(d, hn::Load(d8, b)), b01 = hn::BitCast(d, hn::Load(d8, b + bytes));
        const IntVec b10 = hn::BitCast(d, hn::Load(d8, b + 2 * bytes)),
                     b11 = hn::BitCast(d, hn::Load(d8, b + 3 * bytes));
        b += 4 * bytes;
#pragma GCC unroll 4
        for (int i = 0; i < kInt8Rows; ++i) {
            const std::uint8_t* row = a + i * depth + k;
            const IntVec x0 = broadcast_quartet(row), x1 = broadcast_quartet(row + 4);
            c.left[i] = add_products(x0, b00, x1, b10, ones, c.left[i]);
            c.right[i] = add_products(x0, b01, x1, b11, ones, c.right[i]);
        }
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
        multiply_bytes(rows + at * p.depth, p.depth, b, c);
        const auto count = static_cast<int>(std::min<std::int64_t>(kInt8Rows, p.row_end - row));
#pragma GCC unroll 4
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
        scales[i] = quantize(p.x->row<float>(p.row_begin + i), p.x->columns, p.depth, kActivationLevels,
                             rows + i * p.depth);
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
            panel[(i / 4 * width_ + o % width_) * 4 + i % 4] =
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
    return std::make_unique<Int8Linear>(quantize_weight(weight, out_features, in_features, kWeightLimit),
                                        bias, out_features, in_features, width);
}

}  // namespace corpuscope::kernels::cpu
#endif
