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
#include "kernels/cpu/math-inl.h"
#include "kernels/quantize.h"

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
    const std::int8_t* panels;       ///< [panels, depth / 8, 2, panel columns, 4]
    const std::int32_t* column_sum;  ///< [panels * panel columns]: sum of the quantized weights of an output
    const float* scales;             ///< as column_sum
    const float* bias;               ///< as column_sum
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

namespace hn = hwy::HWY_NAMESPACE;
using IntTag = hn::ScalableTag<std::int32_t>;
using RowTag = hn::ScalableTag<float>;
using IntVec = hn::Vec<IntTag>;
using RowVec = hn::Vec<RowTag>;

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

RowScale quantize(const float* HWY_RESTRICT from, std::int64_t count, std::int64_t depth,
                  std::uint8_t* HWY_RESTRICT to) {
    const RowTag d;
    const IntTag di;
    const hn::Rebind<std::uint8_t, RowTag> d8;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    RowVec low = hn::Zero(d), high = hn::Zero(d), poison = hn::Zero(d);
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        const RowVec x = hn::LoadU(d, from + i);
        low = hn::Min(low, x);
        high = hn::Max(high, x);
        poison = hn::MulAdd(x, hn::Zero(d), poison);  // NaN as soon as a value is not finite
    }
    float least = hn::GetLane(hn::MinOfLanes(d, low)), most = hn::GetLane(hn::MaxOfLanes(d, high));
    float bad = hn::GetLane(hn::SumOfLanes(d, poison));
    for (std::int64_t j = i; j < count; ++j) {
        least = std::min(least, from[j]);
        most = std::max(most, from[j]);
        bad += from[j] * 0.0F;
    }
    const RowScale row = row_scale(least, bad == 0.0F ? most : bad, kActivationLevels);
    const float inverse = 1.0F / row.scale;
    const IntVec zero_point = hn::Set(di, row.zero_point), levels = hn::Set(di, kActivationLevels);
    for (i = 0; i + lanes <= count; i += lanes) {
        const RowVec scaled = hn::Mul(hn::LoadU(d, from + i), hn::Set(d, inverse));
        const IntVec value = hn::Min(hn::Add(hn::NearestInt(scaled), zero_point), levels);
        hn::StoreU(hn::DemoteTo(d8, value), d8, to + i);
    }
    for (; i < count; ++i) {
        const float scaled = std::isnan(inverse) ? 0.0F : from[i] * inverse;
        to[i] = static_cast<std::uint8_t>(std::clamp(
            static_cast<std::int32_t>(std::nearbyint(scaled)) + row.zero_point, 0, kActivationLevels));
    }
    for (; i < depth; ++i) to[i] = 0;
    return row;
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

HWY_INLINE RowVec dequantize(IntVec sum, const RowScale& row, const Int8Product& p, std::int64_t column) {
    const RowTag d;
    const IntTag di;
    const IntVec correction = hn::Mul(hn::Load(di, p.column_sum + column), hn::Set(di, row.zero_point));
    const RowVec scale = hn::Mul(hn::Load(d, p.scales + column), hn::Set(d, row.scale));
    const RowVec y =
        hn::MulAdd(hn::ConvertTo(d, hn::Sub(sum, correction)), scale, hn::Load(d, p.bias + column));
    return p.gelu ? gelu(d, y) : y;
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
            hn::StoreU(dequantize(c.left[i], scales[at + i], p, column), d, to);
            hn::StoreU(dequantize(c.right[i], scales[at + i], p, column + lanes), d, to + lanes);
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
        scales[i] = quantize(p.x->row<float>(p.row_begin + i), p.x->columns, p.depth, rows + i * p.depth);
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
    Int8Linear(std::span<const float> weight, std::span<const float> bias, std::int64_t out, std::int64_t in,
               std::int64_t width)
        : out_(out),
          in_(in),
          depth_((in + kDepthStep - 1) / kDepthStep * kDepthStep),
          width_(width),
          panels_((out + width - 1) / width),
          packed_(static_cast<std::size_t>(panels_ * width * depth_)),
          column_sum_(static_cast<std::size_t>(panels_ * width) * sizeof(std::int32_t)),
          scales_(static_cast<std::size_t>(panels_ * width) * sizeof(float)),
          bias_(static_cast<std::size_t>(panels_ * width) * sizeof(float)) {
        const QuantizedWeight quantized = quantize_weight(weight, out, in, kWeightLimit);
        for (std::int64_t o = 0; o < panels_ * width_; ++o) {
            const auto at = static_cast<std::size_t>(o);
            static_cast<float*>(bias_.data())[o] = o < out && !bias.empty() ? bias[at] : 0.0F;
            static_cast<float*>(scales_.data())[o] = o < out ? quantized.scales[at] : 0.0F;
            pack_output(o, o < out ? quantized.values.data() + o * in : nullptr);
        }
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
                product({&x, &y, static_cast<const std::int8_t*>(packed_.data()),
                         static_cast<const std::int32_t*>(column_sum_.data()),
                         static_cast<const float*>(scales_.data()), static_cast<const float*>(bias_.data()),
                         activation == Activation::Gelu, depth_, row, std::min(row + cut.rows, x.rows), panel,
                         std::min(panel + cut.group_panels, panels_), scratch});
            });
    }

 private:
    void pack_output(std::int64_t o, const std::int8_t* from) {
        auto* panel = static_cast<std::int8_t*>(packed_.data()) + o / width_ * width_ * depth_;
        std::int32_t sum = 0;
        for (std::int64_t i = 0; i < depth_; ++i) {
            const std::int8_t value = from != nullptr && i < in_ ? from[i] : std::int8_t{0};
            sum += value;
            panel[(i / 4 * width_ + o % width_) * 4 + i % 4] = value;
        }
        static_cast<std::int32_t*>(column_sum_.data())[o] = sum;
    }

    std::int64_t out_, in_, depth_, width_, panels_;
    HostBuffer packed_, column_sum_, scales_, bias_;
};

}  // namespace

std::unique_ptr<CpuLinear> make_int8_linear(std::span<const float> weight, std::span<const float> bias,
                                            std::int64_t out_features, std::int64_t in_features) {
    if (in_features > kMaxQuantizedFeatures)
        refuse("int8 takes at most 65536 in_features, not " + std::to_string(in_features));
    const auto width = static_cast<std::int64_t>(HWY_DYNAMIC_DISPATCH(int8_panel_columns)());
    if (width == 0) return nullptr;
    return std::make_unique<Int8Linear>(weight, bias, out_features, in_features, width);
}

}  // namespace corpuscope::kernels::cpu
#endif
