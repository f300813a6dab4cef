// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Dilated attention as a layer with its projections: what stands where multi-head attention would.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/longnet/projection.h"
#include "kernels/backend.h"

namespace corpuscope::longnet {

struct DilatedAttentionOptions {
    std::int64_t d_model = 0;
    int num_heads = 0;     ///< divides d_model
    int num_kv_heads = 0;  ///< divides num_heads; fewer: grouped- or multi-query attention; 0: num_heads
    /// One a branch. A list of one goes with every entry of the other. A rate need not divide its segment and
    /// may exceed it (heads whose offset lies beyond the segment then keep nothing).
    std::vector<std::int64_t> dilation_rate{1}, segment_size;
    float dropout = 0.0F;  ///< of probabilities, in forward_training only
    bool causal = false;
    bool use_xpos = false;
    bool use_rel_pos_bias = false;  ///< T5's, learned
    bool qk_norm = false;           ///< layer norm of each head's queries and keys
    bool sub_layer_norm = false;    ///< layer norm before the output projection
    bool gates = false;             ///< learned, per branch and head; else 0
    kernels::OffsetRule offset_rule = kernels::OffsetRule::Modulo;
    int layer = 0;  ///< for OffsetRule::Rotating
    int rel_pos_buckets = 32, rel_pos_max_distance = 128;
    float norm_epsilon = 1e-5F;
};

/// gamma and beta of a layer norm; empty where the layer has none.
struct NormParameters {
    std::vector<float> gamma, beta;
};

/// Everything that is learned, or the gradients of it. What the options leave out is empty.
struct DilatedAttentionParameters {
    LinearParameters query, key, value, output;
    NormParameters query_norm, key_norm;  ///< [head_dim]
    NormParameters sub_norm;              ///< [d_model]
    std::vector<float> gates;             ///< [branches, num_heads]
    std::vector<float> rel_pos_bias;      ///< [num_heads, rel_pos_buckets]
};

/// Calls throw std::invalid_argument that names the option, shape or input element which makes no sense; a
/// NaN or an infinity in an input is refused so. Not for several threads at once.
class DilatedAttention {
 public:
    /// Projections are drawn from Glorot's uniform distribution, the same for a seed on every machine. The
    /// backend's memory must be the host's.
    DilatedAttention(DilatedAttentionOptions options, std::shared_ptr<kernels::Backend> backend,
                     std::uint64_t seed = 0);
    ~DilatedAttention();

    const DilatedAttentionOptions& options() const { return options_; }
    const DilatedAttentionParameters& parameters() const { return parameters_; }
    void set_parameters(DilatedAttentionParameters parameters);

    /// [batch, length, d_model] of x of the same shape. Any length, 0 included.
    std::vector<float> forward(std::span<const float> x, std::int64_t batch, std::int64_t length);

    /// The same with dropout, remembering what backward needs.
    std::vector<float> forward_training(std::span<const float> x, std::int64_t batch, std::int64_t length,
                                        std::uint64_t dropout_seed);

    struct Gradients {
        std::vector<float> input;  ///< [batch, length, d_model]
        DilatedAttentionParameters parameters;
    };
    /// Gradients of a loss, given its gradient with respect to the result of the last forward_training.
    Gradients backward(std::span<const float> dresult) const;

 private:
    struct Pass;
    struct Item;

    int head_dim() const { return static_cast<int>(options_.d_model / options_.num_heads); }
    std::int64_t kv_width() const { return std::int64_t{options_.num_kv_heads} * head_dim(); }
    DilatedAttentionParameters zero_parameters() const;
    void draw_parameters(std::uint64_t seed);
    void make_projections();
    void check_input(const char* name, std::span<const float> x, std::int64_t batch,
                     std::int64_t length) const;
    std::vector<float> run(Pass& pass) const;
    void transform(Pass& pass) const;
    Item item(const Pass& pass, std::int64_t index) const;
    void transform_backward(const Pass& pass, std::vector<float>& dq, std::vector<float>& dk,
                            DilatedAttentionParameters& gradients) const;
    void attention_backward(const Pass& pass, const std::vector<float>& dmixed, std::vector<float>& dq,
                            std::vector<float>& dk, std::vector<float>& dv,
                            DilatedAttentionParameters& gradients) const;

    DilatedAttentionOptions options_;
    std::shared_ptr<kernels::Backend> backend_;
    std::vector<kernels::Branch> branches_;
    DilatedAttentionParameters parameters_;
    std::unique_ptr<Projection> query_, key_, value_, output_;
    std::unique_ptr<Pass> last_;  ///< of forward_training
};

}  // namespace corpuscope::longnet
