// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Products in float32 and bf16 with oneDNN, for processors with AVX-512. Rows are cut into tiles that stay in
// the level-2 cache, one thread a tile: a primitive that oneDNN spreads over threads by itself would leave
// its result in another core's cache, and starts a parallel region a call.
#include "kernels/cpu/onednn_linear.h"

#ifdef _OPENMP
#include <omp.h>
#endif

#include <oneapi/dnnl/dnnl.hpp>
#include <stdexcept>
#include <vector>

#include "kernels/bf16.h"
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

Type operand_type(Precision precision) { return precision == Precision::BF16 ? Type::bf16 : Type::f32; }

std::size_t operand_size(Precision precision) { return precision == Precision::BF16 ? 2 : 4; }

class OneDnnLinear final : public CpuLinear {
 public:
    OneDnnLinear(std::span<const float> weight, std::span<const float> bias, std::int64_t out,
                 std::int64_t in, Precision precision)
        : out_(out),
          in_(in),
          precision_(precision),
          engine_(dnnl::engine::kind::cpu, 0),
          bias_(padded_bias(bias, out)) {
        const OneThread one;
        large_ = make_product(kTile, nullptr);
        const dnnl::memory::desc packed = large_.description.weights_desc();
        small_ = make_small_product(packed);
        weights_ = dnnl::memory(packed, engine_);
        pack(weight);
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
        const dnnl::memory::desc x({rows, in_}, operand_type(precision_), Tag::ab);
        const dnnl::memory::desc w =
            packed != nullptr ? *packed : dnnl::memory::desc({in_, out_}, operand_type(precision_), Tag::any);
        const dnnl::memory::desc y({rows, out_}, Type::f32, dnnl::memory::dims{padded(out_), 1});
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

    static std::vector<float> padded_bias(std::span<const float> bias, std::int64_t out) {
        std::vector<float> values(bias.begin(), bias.end());
        values.resize(static_cast<std::size_t>(padded(out)));
        return values;
    }

    void pack(std::span<const float> weight) {
        dnnl::stream stream(engine_);
        const dnnl::memory plain({{in_, out_}, Type::f32, dnnl::memory::format_tag::ba}, engine_,
                                 const_cast<float*>(weight.data()));
        dnnl::memory from = plain;
        dnnl::reorder(from, weights_).execute(stream, from, weights_);
        stream.wait();
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
        return source_bytes() + result_bytes() + pad + 64;
    }

    void multiply_tile(const Product& product, const Matrix& x, const Matrix& y, std::int64_t begin,
                       std::int64_t end, bool with_gelu, std::byte* scratch) const {
        std::byte* result = scratch + source_bytes();
        const DType type = precision_ == Precision::BF16 ? DType::BF16 : DType::F32;
        for (std::int64_t row = begin; row < end; ++row)
            for (std::int64_t i = 0; i < in_; ++i)
                store_float(scratch, (row - begin) * in_ + i, type,
                            load_float(x.data, row * x.stride + i, x.type));
        const OneThread one;
        dnnl::stream stream(engine_);
        product.primitive.execute(
            stream, {{DNNL_ARG_SRC, {product.description.src_desc(), engine_, scratch}},
                     {DNNL_ARG_WEIGHTS, weights_},
                     {DNNL_ARG_DST, {product.description.dst_desc(), engine_, result}},
                     {DNNL_ARG_SCRATCHPAD,
                      {product.description.scratchpad_desc(), engine_, result + result_bytes()}}});
        stream.wait();
        for (std::int64_t row = begin; row < end; ++row)
            finish_row(reinterpret_cast<const float*>(result) + (row - begin) * padded(out_), bias_.data(),
                       with_gelu, y, row);
    }

    std::int64_t out_, in_;
    Precision precision_;
    dnnl::engine engine_;
    std::vector<float> bias_;  // padded
    Product large_, small_;
    dnnl::memory weights_;
};

}  // namespace

OneDnnFeatures onednn_features() {
    // Tiles are for the kernels here: two users of a thread's tile configuration would have to agree on it.
    static const auto limited = dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core_bf16);
    static_cast<void>(
        limited);  // refused where the program has used oneDNN before; then it has asked for tiles itself
    const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
    const auto has = [isa](dnnl::cpu_isa wanted) {
        return (isa & static_cast<unsigned>(wanted)) == static_cast<unsigned>(wanted);
    };
    return {has(dnnl::cpu_isa::avx512_core), has(dnnl::cpu_isa::avx512_core_bf16)};
}

std::unique_ptr<CpuLinear> make_onednn_linear(std::span<const float> weight, std::span<const float> bias,
                                              std::int64_t out_features, std::int64_t in_features,
                                              Precision precision) {
    onednn_features();  // sets the limit
    try {
        return std::make_unique<OneDnnLinear>(weight, bias, out_features, in_features, precision);
    } catch (const dnnl::error& error) {
        throw std::runtime_error(std::string("oneDNN: ") + error.what());
    }
}

}  // namespace corpuscope::kernels::cpu
