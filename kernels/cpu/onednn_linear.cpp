// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Products with oneDNN, for processors that multiply tiles (AMX) and for float32 with AVX-512. Rows are cut
// into tiles that stay in the level-2 cache, one thread a tile: a primitive that oneDNN spreads over threads
// by itself would leave its result in another core's cache before it is scaled, and starts a parallel region
// a call.
#include "kernels/cpu/onednn_linear.h"

#ifdef _OPENMP
#include <omp.h>
#endif

#include <oneapi/dnnl/dnnl.hpp>
#include <stdexcept>

#include "kernels/bf16.h"
#include "kernels/check.h"
#include "kernels/cpu/tile_rows.h"

namespace corpuscope::kernels::cpu {
namespace {

constexpr std::int64_t kTile = 64;
constexpr std::int64_t kSmallTile = 16;  ///< for what is left, and for short inputs
constexpr std::int64_t kLargestVector = 16;

/// While it lives, primitives are made for one thread and run on the thread that calls them: made for more,
/// they would compute only their first thread's share inside a parallel region, and start a team of their own
/// outside of one.
class OneThread {
 public:
#ifdef _OPENMP
    OneThread() : threads_(omp_get_max_threads()) { omp_set_num_threads(1); }
    ~OneThread() { omp_set_num_threads(threads_); }

 private:
    int threads_;
#else
    OneThread() = default;
#endif
 public:
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;
};

using Type = dnnl::memory::data_type;

Type operand_type(Precision precision) {
    return precision == Precision::F32 ? Type::f32 : precision == Precision::BF16 ? Type::bf16 : Type::u8;
}

std::size_t operand_size(Precision precision) {
    return precision == Precision::F32 ? 4 : precision == Precision::BF16 ? 2 : 1;
}

class OneDnnLinear final : public CpuLinear {
 public:
    OneDnnLinear(std::span<const float> weight, std::span<const float> bias, std::int64_t out,
                 std::int64_t in, Precision precision, ByteRange range)
        : out_(out),
          in_(in),
          precision_(precision),
          levels_(range.activation_levels),
          engine_(dnnl::engine::kind::cpu, 0),
          outputs_(precision == Precision::Int8
                       ? quantize_weight(weight, out, in, range.weight_limit)
                       : QuantizedWeight{{}, std::vector<float>(static_cast<std::size_t>(out))},
                   bias, out, precision == Precision::Int8 ? in : 0, padded(out)) {
        const OneThread one;
        large_ = make_product(kTile, nullptr);
        const dnnl::memory::desc packed = large_.description.weights_desc();
        small_ = make_small_product(packed);
        weights_ = dnnl::memory(packed, engine_);
        pack(weight, range.weight_limit);
    }

    std::int64_t in_features() const override { return in_; }
    std::int64_t out_features() const override { return out_; }
    Precision precision() const override { return precision_; }

    void multiply(const Matrix& x, const Matrix& y, Activation activation, Workers& workers) const override {
        // Short inputs go in small tiles, so that each thread gets one.
        const bool is_short = x.rows < kTile * workers.threads();
        const std::int64_t tile = is_short ? kSmallTile : kTile;
        workers.run((x.rows + tile - 1) / tile, 1, scratch_bytes(),
                    [&](std::int64_t index, std::byte* scratch) {
                        const std::int64_t begin = index * tile, end = std::min(begin + tile, x.rows);
                        multiply_tile(end - begin <= kSmallTile ? small_ : large_, x, y, begin, end,
                                      activation == Activation::Gelu, scratch);
                    });
    }

 private:
    struct Product {
        dnnl::matmul::primitive_desc description;
        dnnl::matmul primitive;
    };

    static std::int64_t padded(std::int64_t count) {
        return (count + kLargestVector - 1) / kLargestVector * kLargestVector;
    }

    Product make_product(std::int64_t rows, const dnnl::memory::desc* packed) const {
        using Tag = dnnl::memory::format_tag;
        const Type weight_type = precision_ == Precision::Int8 ? Type::s8 : operand_type(precision_);
        const dnnl::memory::desc x({rows, in_}, operand_type(precision_), Tag::ab);
        const dnnl::memory::desc w =
            packed != nullptr ? *packed : dnnl::memory::desc({in_, out_}, weight_type, Tag::any);
        const dnnl::memory::desc y({rows, out_}, precision_ == Precision::Int8 ? Type::s32 : Type::f32,
                                   dnnl::memory::dims{padded(out_), 1});
        dnnl::primitive_attr attributes;
        attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
        Product product;
        product.description = dnnl::matmul::primitive_desc({x, w, y}, attributes, engine_);
        product.primitive = dnnl::matmul(product.description);
        return product;
    }

    /// oneDNN chooses how weights are packed by the shape of a product and may not take those of the large
    /// tile in a smaller one; then the large product multiplies short tiles too, whose further rows nobody
    /// reads.
    Product make_small_product(const dnnl::memory::desc& packed) const {
        try {
            return make_product(kSmallTile, &packed);
        } catch (const dnnl::error&) {
            return large_;
        }
    }

    void pack(std::span<const float> weight, int limit) {
        using Tag = dnnl::memory::format_tag;
        dnnl::stream stream(engine_);
        const auto reorder = [&](const void* data, Type type) {
            const dnnl::memory plain({{in_, out_}, type, Tag::ba}, engine_, const_cast<void*>(data));
            dnnl::memory from = plain;
            dnnl::reorder(from, weights_).execute(stream, from, weights_);
            stream.wait();
        };
        if (precision_ == Precision::Int8) {
            const QuantizedWeight quantized = quantize_weight(weight, out_, in_, limit);
            reorder(quantized.values.data(), Type::s8);
        } else {
            reorder(weight.data(), Type::f32);
        }
    }

    std::size_t source_bytes() const {
        return (static_cast<std::size_t>(kTile * in_) * operand_size(precision_) + 63) / 64 * 64;
    }
    std::size_t result_bytes() const {
        return static_cast<std::size_t>(kTile * padded(out_)) * sizeof(float);
    }
    std::size_t scratch_bytes() const {
        const std::size_t pad = std::max(large_.description.scratchpad_desc().get_size(),
                                         small_.description.scratchpad_desc().get_size());
        return source_bytes() + result_bytes() + kTile * sizeof(RowScale) + pad + 64;
    }

    void multiply_tile(const Product& product, const Matrix& x, const Matrix& y, std::int64_t begin,
                       std::int64_t end, bool with_gelu, std::byte* scratch) const {
        std::byte* result = scratch + source_bytes();
        auto* scales = reinterpret_cast<RowScale*>(result + result_bytes());
        for (std::int64_t row = begin; row < end; ++row)
            scales[row - begin] = take_row(x, row, scratch, row - begin);
        const OneThread one;
        dnnl::stream stream(engine_);
        product.primitive.execute(
            stream,
            {{DNNL_ARG_SRC, {product.description.src_desc(), engine_, scratch}},
             {DNNL_ARG_WEIGHTS, weights_},
             {DNNL_ARG_DST, {product.description.dst_desc(), engine_, result}},
             {DNNL_ARG_SCRATCHPAD, {product.description.scratchpad_desc(), engine_, scales + kTile}}});
        stream.wait();
        for (std::int64_t row = begin; row < end; ++row) {
            const std::int64_t at = (row - begin) * padded(out_);
            if (precision_ == Precision::Int8)
                finish_int8_row(reinterpret_cast<const std::int32_t*>(result) + at, scales[row - begin],
                                outputs_.view(), with_gelu, y, row);
            else
                finish_float_row(reinterpret_cast<const float*>(result) + at, outputs_.view().bias, with_gelu,
                                 y, row);
        }
    }

    RowScale take_row(const Matrix& x, std::int64_t row, std::byte* scratch, std::int64_t at) const {
        if (precision_ == Precision::Int8)
            return quantize_tile_row(x, row, levels_, reinterpret_cast<std::uint8_t*>(scratch) + at * in_);
        for (std::int64_t i = 0; i < in_; ++i)
            store_float(scratch, at * in_ + i, precision_ == Precision::BF16 ? DType::BF16 : DType::F32,
                        load_float(x.data, row * x.stride + i, x.type));
        return {};
    }

    std::int64_t out_, in_;
    Precision precision_;
    int levels_;
    dnnl::engine engine_;
    Int8OutputArrays outputs_;
    Product large_, small_;
    dnnl::memory weights_;
};

}  // namespace

OneDnnFeatures onednn_features() {
    const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
    const auto has = [isa](dnnl::cpu_isa wanted) {
        return (isa & static_cast<unsigned>(wanted)) == static_cast<unsigned>(wanted);
    };
    return {has(dnnl::cpu_isa::avx512_core), has(dnnl::cpu_isa::avx512_core_vnni),
            has(dnnl::cpu_isa::avx512_core_bf16), has(dnnl::cpu_isa::avx512_core_amx)};
}

std::unique_ptr<CpuLinear> make_onednn_linear(std::span<const float> weight, std::span<const float> bias,
                                              std::int64_t out_features, std::int64_t in_features,
                                              Precision precision, ByteRange range) {
    if (precision == Precision::Int8 && in_features > kMaxQuantizedFeatures)
        refuse("int8 takes at most 65536 in_features, not " + std::to_string(in_features));
    try {
        return std::make_unique<OneDnnLinear>(weight, bias, out_features, in_features, precision, range);
    } catch (const dnnl::error& error) {
        throw std::runtime_error(std::string("oneDNN: ") + error.what());
    }
}

}  // namespace corpuscope::kernels::cpu
