// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/layer_stack.h"

#include <algorithm>

namespace corpuscope::longnet {

using kernels::Activation;
using kernels::DType;
using kernels::Matrix;

void TileMemory::resize(kernels::Backend& backend, const Config& config, std::int64_t rows,
                        kernels::DType type) {
    projected.resize(backend, rows, config.d_model, type);
    inner.resize(backend, rows, config.d_ffn, type);
}

LayerStack::LayerStack(const Model& model, kernels::Backend& backend, kernels::Precision precision)
    : backend_(backend),
      precision_(precision),
      epsilon_(model.config.layer_norm_epsilon),
      d_model_(model.config.d_model),
      tokens_(backend, model.weights.tokens),
      positions_(backend, model.weights.positions),
      segment_(backend, model.weights.segment),
      norm_(backend, model.weights.embedding_norm),
      norm_bias_(backend, model.weights.embedding_norm_bias),
      token_rows_(model.config.vocabulary),
      position_rows_(model.config.max_positions) {
    const std::int64_t d = d_model_;
    const std::int64_t inner = model.config.d_ffn;
    const auto linear = [&](const std::vector<float>& weight, const std::vector<float>& bias,
                            std::int64_t out, std::int64_t in) {
        return backend.make_linear(weight, bias, out, in, precision);
    };
    const auto array = [&](const std::vector<float>& values) { return DeviceArray<float>(backend, values); };
    for (const LayerWeights& w : model.weights.layers)
        layers_.push_back({linear(w.qkv, w.qkv_bias, 3 * d, d), linear(w.output, w.output_bias, d, d),
                           linear(w.up, w.up_bias, inner, d), linear(w.down, w.down_bias, d, inner),
                           array(w.attention_norm), array(w.attention_norm_bias), array(w.output_norm),
                           array(w.output_norm_bias), array(w.neighbour_bias)});
}

void LayerStack::embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> positions,
                       const Matrix& x) const {
    const Matrix tokens{const_cast<float*>(tokens_.data()), token_rows_, d_model_, d_model_, DType::F32};
    const Matrix places{const_cast<float*>(positions_.data()), position_rows_, d_model_, d_model_,
                        DType::F32};
    backend_.embed(ids, positions, tokens, places, segment_.data(), x);
    backend_.add_layer_norm(x, {}, norm_.data(), norm_bias_.data(), epsilon_, x);
}

void LayerStack::project(int layer, const Matrix& x, const Matrix& qkv) const {
    backend_.linear(*layers_[static_cast<std::size_t>(layer)].qkv, x, qkv, Activation::None);
}

void LayerStack::project_by_head(int layer, const Matrix& x, const kernels::ColumnParts& qkv,
                                 const Matrix& space) const {
    backend_.linear_in_parts(*layers_[static_cast<std::size_t>(layer)].qkv, x, qkv, space);
}

void LayerStack::transform(int layer, const Matrix& mixed, const TileMemory& memory, const Matrix& x) const {
    const std::int64_t step = memory.inner.rows();
    for (std::int64_t row = 0; row < x.rows; row += step) {
        const std::int64_t rows = std::min(step, x.rows - row);
        const Matrix part = x.slice(row, rows);
        add_attention(layer, mixed.slice(row, rows), memory, part);
        add_feed_forward(layer, memory, part);
    }
}

void LayerStack::add_attention(int layer, const Matrix& mixed, const TileMemory& memory,
                               const Matrix& x) const {
    const Layer& weights = layers_[static_cast<std::size_t>(layer)];
    const Matrix projected = memory.projected.view(0, x.rows);
    backend_.linear(*weights.output, mixed, projected, Activation::None);
    backend_.add_layer_norm(projected, x, weights.attention_norm.data(), weights.attention_norm_bias.data(),
                            epsilon_, x);
}

void LayerStack::add_feed_forward(int layer, const TileMemory& memory, const Matrix& x) const {
    const Layer& weights = layers_[static_cast<std::size_t>(layer)];
    const Matrix projected = memory.projected.view(0, x.rows);
    const Matrix inner = memory.inner.view(0, x.rows);
    backend_.linear(*weights.up, x, inner, Activation::Gelu);
    backend_.linear(*weights.down, inner, projected, Activation::None);
    backend_.add_layer_norm(projected, x, weights.output_norm.data(), weights.output_norm_bias.data(),
                            epsilon_, x);
}

const float* LayerStack::neighbour_bias(int layer) const {
    return layers_[static_cast<std::size_t>(layer)].neighbour_bias.data();
}

}  // namespace corpuscope::longnet
