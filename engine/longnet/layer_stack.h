// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/longnet/device_array.h"
#include "engine/longnet/model.h"
#include "kernels/backend.h"

namespace corpuscope::longnet {

/// Threads that may call a backend at once: with memory of its own it takes whole blocks in order.
inline int tile_threads(const kernels::Backend& backend) {
    return backend.host_memory() ? backend.threads() : 1;
}

/// Working memory of one thread for the rows that go through a layer together.
struct TileMemory {
    DeviceMatrix projected{RowSpacing::Spread};  ///< [rows, d_model]
    DeviceMatrix inner{RowSpacing::Spread};      ///< [rows, d_ffn]
    void resize(kernels::Backend& backend, const Config& config, std::int64_t rows, kernels::DType type);
};

/// Rows whose inner values in the feed-forward network (393 KB of bf16 at d_ffn 1536) stay in a core's own
/// cache. On Emerald Rapids 6 % faster than 64, 3 % than 256.
inline constexpr std::int64_t kTransformRows = 128;

/// A model's weights in a backend's memory, and the row-wise parts of its layers: everything but attention.
/// Calls on different rows may run on several threads where the backend's memory is the host's.
class LayerStack {
 public:
    LayerStack(const Model& model, kernels::Backend& backend, kernels::Precision precision);

    kernels::Precision precision() const { return precision_; }
    /// Of all rows that go into a layer, through it and out of it.
    kernels::DType row_type() const { return backend_.row_type(precision_); }
    /// Of queries, keys, values and their mixture.
    kernels::DType attention_type() const { return backend_.attention_type(precision_); }

    /// x = LayerNorm(token + position + segment rows); an id < 0 is an empty position.
    void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> positions,
               const kernels::Matrix& x) const;

    /// qkv [rows, 3 d_model] of the layer's input x [rows, d_model].
    void project(int layer, const kernels::Matrix& x, const kernels::Matrix& qkv) const;
    /// The same in 3 heads parts of its columns; `space` [rows, 3 d_model].
    void project_by_head(int layer, const kernels::Matrix& x, const kernels::ColumnParts& qkv,
                         const kernels::Matrix& space) const;

    /// The layer's output in place of its input x, from what attention gives, `mixed` [rows, d_model]: both
    /// parts below, for as many rows at once as `memory` has.
    void transform(int layer, const kernels::Matrix& mixed, const TileMemory& memory,
                   const kernels::Matrix& x) const;
    /// x = LayerNorm(x + output projection of `mixed`).
    void add_attention(int layer, const kernels::Matrix& mixed, const TileMemory& memory,
                       const kernels::Matrix& x) const;
    /// x = LayerNorm(x + feed-forward network of x); memory.inner keeps what is inside the network.
    void add_feed_forward(int layer, const TileMemory& memory, const kernels::Matrix& x) const;

    /// [heads], in the backend's memory.
    const float* neighbour_bias(int layer) const;

 private:
    struct Layer {
        std::unique_ptr<kernels::Linear> qkv, output, up, down;
        DeviceArray<float> attention_norm, attention_norm_bias, output_norm, output_norm_bias, neighbour_bias;
    };

    kernels::Backend& backend_;
    kernels::Precision precision_;
    float epsilon_;
    std::int64_t d_model_;
    DeviceArray<float> tokens_, positions_, segment_, norm_, norm_bias_;
    std::int64_t token_rows_ = 0, position_rows_ = 0;
    std::vector<Layer> layers_;
};

}  // namespace corpuscope::longnet
