// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/dilated_attention.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>

#include "kernels/query_key.h"
#include "kernels/query_key_backward.h"

namespace corpuscope::longnet {
namespace {

using kernels::Matrix;
using kernels::Side;

[[noreturn]] void refuse(const std::string& what) {
    throw std::invalid_argument("dilated attention: " + what);
}

void require(bool holds, const std::string& what) {
    if (!holds) refuse(what);
}

Matrix view(const std::vector<float>& values, std::int64_t first, std::int64_t rows, std::int64_t columns) {
    return {const_cast<float*>(values.data()) + first * columns, rows, columns, columns, kernels::DType::F32};
}

const float* or_null(const std::vector<float>& values) { return values.empty() ? nullptr : values.data(); }
float* or_null(std::vector<float>& values) { return values.empty() ? nullptr : values.data(); }

std::vector<kernels::Branch> branches_of(const DilatedAttentionOptions& options) {
    const auto &rates = options.dilation_rate, &segments = options.segment_size;
    const std::size_t count = std::max(rates.size(), segments.size());
    require(!rates.empty() && !segments.empty(), "dilation_rate and segment_size must not be empty");
    require(
        (rates.size() == count || rates.size() == 1) && (segments.size() == count || segments.size() == 1),
        "dilation_rate has " + std::to_string(rates.size()) + " entries, segment_size " +
            std::to_string(segments.size()));
    std::vector<kernels::Branch> branches;
    for (std::size_t b = 0; b < count; ++b) {
        const std::int64_t rate = rates[rates.size() == 1 ? 0 : b];
        const std::int64_t segment = segments[segments.size() == 1 ? 0 : b];
        require(rate > 0, "dilation_rate must be positive, not " + std::to_string(rate));
        require(segment > 0, "segment_size must be positive, not " + std::to_string(segment));
        branches.push_back({segment, rate});
    }
    return branches;
}

void check_options(const DilatedAttentionOptions& o) {
    require(o.d_model > 0, "d_model must be positive, not " + std::to_string(o.d_model));
    require(o.num_heads > 0, "num_heads must be positive, not " + std::to_string(o.num_heads));
    require(o.d_model % o.num_heads == 0, "num_heads " + std::to_string(o.num_heads) +
                                              " does not divide d_model " + std::to_string(o.d_model));
    require(o.num_kv_heads > 0 && o.num_heads % o.num_kv_heads == 0,
            "num_kv_heads " + std::to_string(o.num_kv_heads) + " does not divide num_heads " +
                std::to_string(o.num_heads));
    require(o.dropout >= 0.0F && o.dropout < 1.0F,
            "dropout must be in [0, 1), not " + std::to_string(o.dropout));
    require(!o.use_rel_pos_bias || o.rel_pos_buckets >= 2,
            "rel_pos_buckets must be at least 2, not " + std::to_string(o.rel_pos_buckets));
    require(!o.use_xpos || o.d_model / o.num_heads % 2 == 0,
            "use_xpos needs an even head size, not " + std::to_string(o.d_model / o.num_heads));
}

void require_size(const char* name, const std::vector<float>& values, const std::vector<float>& like) {
    require(values.size() == like.size(), std::string(name) + " has " + std::to_string(values.size()) +
                                              " elements, not " + std::to_string(like.size()));
}

}  // namespace

/// What one forward pass computes, and backward reads.
struct DilatedAttention::Pass {
    std::int64_t batch = 0, length = 0;
    float dropout = 0.0F;
    std::uint64_t dropout_seed = 0;
    std::vector<float> x;
    std::vector<float> projected_q, projected_k;  ///< before norm and positions; empty where there is neither
    std::vector<float> q, k, v;
    std::vector<float> mixed;       ///< what attention gives
    std::vector<float> normalized;  ///< by the sub-layer norm; empty where there is none
    std::vector<float> lse;         ///< [batch, branches, heads, length]
    std::int64_t rows() const { return batch * length; }
};

/// The attention problem of one sequence of a batch, which points into a pass.
struct DilatedAttention::Item {
    std::vector<kernels::KeyRows> keys;
    kernels::AttentionProblem problem;
};

DilatedAttention::DilatedAttention(DilatedAttentionOptions options, std::shared_ptr<kernels::Backend> backend,
                                   std::uint64_t seed)
    : options_(std::move(options)), backend_(std::move(backend)) {
    if (options_.num_kv_heads == 0) options_.num_kv_heads = options_.num_heads;
    check_options(options_);
    require(backend_ != nullptr, "there is no backend");
    require(backend_->host_memory(), "backend " + std::string(backend_->name()) +
                                         " has memory of its own; the layer needs the host's");
    branches_ = branches_of(options_);
    draw_parameters(seed);
    make_projections();
}

DilatedAttention::~DilatedAttention() = default;

DilatedAttentionParameters DilatedAttention::zero_parameters() const {
    const auto d = static_cast<std::size_t>(options_.d_model),
               heads = static_cast<std::size_t>(options_.num_heads),
               kv = static_cast<std::size_t>(kv_width());
    const auto zeros = [](std::size_t count) { return std::vector<float>(count, 0.0F); };
    const auto norm = [&](bool wanted, std::size_t width) {
        return NormParameters{zeros(wanted ? width : 0), zeros(wanted ? width : 0)};
    };
    DilatedAttentionParameters p;
    p.query = {zeros(d * d), zeros(d)};
    p.key = {zeros(kv * d), zeros(kv)};
    p.value = p.key;
    p.output = p.query;
    p.query_norm = p.key_norm = norm(options_.qk_norm, static_cast<std::size_t>(head_dim()));
    p.sub_norm = norm(options_.sub_layer_norm, d);
    p.gates = zeros(options_.gates ? branches_.size() * heads : 0);
    p.rel_pos_bias =
        zeros(options_.use_rel_pos_bias ? heads * static_cast<std::size_t>(options_.rel_pos_buckets) : 0);
    return p;
}

void DilatedAttention::draw_parameters(std::uint64_t seed) {
    parameters_ = zero_parameters();
    std::mt19937_64 random(seed);
    for (LinearParameters* linear :
         {&parameters_.query, &parameters_.key, &parameters_.value, &parameters_.output}) {
        const double bound = std::sqrt(
            6.0 / static_cast<double>(static_cast<std::size_t>(options_.d_model) + linear->bias.size()));
        // Not std::uniform_real_distribution, which each standard library draws in its own way.
        for (float& weight : linear->weight)
            weight = static_cast<float>(bound * (static_cast<double>(random() >> 11) * 0x1p-52 - 1.0));
    }
    for (NormParameters* norm : {&parameters_.query_norm, &parameters_.key_norm, &parameters_.sub_norm})
        std::fill(norm->gamma.begin(), norm->gamma.end(), 1.0F);
}

void DilatedAttention::make_projections() {
    const std::int64_t d = options_.d_model;
    const auto make = [&](const LinearParameters& linear, std::int64_t out) {
        return std::make_unique<Projection>(*backend_, linear, out, d);
    };
    query_ = make(parameters_.query, d);
    key_ = make(parameters_.key, kv_width());
    value_ = make(parameters_.value, kv_width());
    output_ = make(parameters_.output, d);
}

void DilatedAttention::set_parameters(DilatedAttentionParameters p) {
    const DilatedAttentionParameters& like = parameters_;
    require_size("query weight", p.query.weight, like.query.weight);
    require_size("query bias", p.query.bias, like.query.bias);
    require_size("key weight", p.key.weight, like.key.weight);
    require_size("key bias", p.key.bias, like.key.bias);
    require_size("value weight", p.value.weight, like.value.weight);
    require_size("value bias", p.value.bias, like.value.bias);
    require_size("output weight", p.output.weight, like.output.weight);
    require_size("output bias", p.output.bias, like.output.bias);
    require_size("query norm gamma", p.query_norm.gamma, like.query_norm.gamma);
    require_size("query norm beta", p.query_norm.beta, like.query_norm.beta);
    require_size("key norm gamma", p.key_norm.gamma, like.key_norm.gamma);
    require_size("key norm beta", p.key_norm.beta, like.key_norm.beta);
    require_size("sub-layer norm gamma", p.sub_norm.gamma, like.sub_norm.gamma);
    require_size("sub-layer norm beta", p.sub_norm.beta, like.sub_norm.beta);
    require_size("gates", p.gates, like.gates);
    require_size("relative position bias", p.rel_pos_bias, like.rel_pos_bias);
    parameters_ = std::move(p);
    last_.reset();
    make_projections();
}

void DilatedAttention::check_input(const char* name, std::span<const float> x, std::int64_t batch,
                                   std::int64_t length) const {
    const std::int64_t d = options_.d_model;
    require(batch >= 0 && length >= 0, "a batch of " + std::to_string(batch) + " sequences of length " +
                                           std::to_string(length) + " makes no sense");
    require(static_cast<std::int64_t>(x.size()) == batch * length * d,
            std::string(name) + " has " + std::to_string(x.size()) + " elements, not " +
                std::to_string(batch * length * d) + " = " + std::to_string(batch) + " * " +
                std::to_string(length) + " * " + std::to_string(d));
    for (std::size_t i = 0; i < x.size(); ++i)
        if (!std::isfinite(x[i])) {
            const auto at = static_cast<std::int64_t>(i);
            refuse(std::string(name) + " is " + std::to_string(x[i]) + " at [" +
                   std::to_string(at / d / length) + ", " + std::to_string(at / d % length) + ", " +
                   std::to_string(at % d) + "]");
        }
}

std::vector<float> DilatedAttention::forward(std::span<const float> x, std::int64_t batch,
                                             std::int64_t length) {
    check_input("input", x, batch, length);
    Pass pass;
    pass.batch = batch;
    pass.length = length;
    pass.x.assign(x.begin(), x.end());
    return run(pass);
}

std::vector<float> DilatedAttention::forward_training(std::span<const float> x, std::int64_t batch,
                                                      std::int64_t length, std::uint64_t dropout_seed) {
    check_input("input", x, batch, length);
    last_ = std::make_unique<Pass>();
    last_->batch = batch;
    last_->length = length;
    last_->dropout = options_.dropout;
    last_->dropout_seed = dropout_seed;
    last_->x.assign(x.begin(), x.end());
    return run(*last_);
}

std::vector<float> DilatedAttention::run(Pass& pass) const {
    const std::int64_t rows = pass.rows(), d = options_.d_model;
    pass.q = query_->forward(pass.x, rows);
    pass.k = key_->forward(pass.x, rows);
    pass.v = value_->forward(pass.x, rows);
    transform(pass);
    pass.mixed.resize(static_cast<std::size_t>(rows * d));
    pass.lse.resize(branches_.size() * static_cast<std::size_t>(rows * options_.num_heads));
    for (std::int64_t i = 0; i < pass.batch; ++i) backend_->attention(item(pass, i).problem);
    if (!options_.sub_layer_norm) return output_->forward(pass.mixed, rows);
    pass.normalized.resize(pass.mixed.size());
    if (rows > 0)
        backend_->add_layer_norm(view(pass.mixed, 0, rows, d), {}, parameters_.sub_norm.gamma.data(),
                                 parameters_.sub_norm.beta.data(), options_.norm_epsilon,
                                 view(pass.normalized, 0, rows, d));
    return output_->forward(pass.normalized, rows);
}

void DilatedAttention::transform(Pass& pass) const {
    const std::int64_t rows = pass.rows(), d = options_.d_model, n = pass.length;
    const NormParameters &q_norm = parameters_.query_norm, &k_norm = parameters_.key_norm;
    if (options_.qk_norm) {
        pass.projected_q = pass.q;
        pass.projected_k = pass.k;
        apply_head_norm(view(pass.q, 0, rows, d), options_.num_heads, q_norm.gamma.data(), q_norm.beta.data(),
                        options_.norm_epsilon);
        apply_head_norm(view(pass.k, 0, rows, kv_width()), options_.num_kv_heads, k_norm.gamma.data(),
                        k_norm.beta.data(), options_.norm_epsilon);
    }
    for (std::int64_t i = 0; options_.use_xpos && i < pass.batch; ++i) {
        apply_xpos(view(pass.q, i * n, n, d), options_.num_heads, 0, n / 2, Side::Query);
        apply_xpos(view(pass.k, i * n, n, kv_width()), options_.num_kv_heads, 0, n / 2, Side::Key);
    }
}

DilatedAttention::Item DilatedAttention::item(const Pass& pass, std::int64_t index) const {
    const std::int64_t n = pass.length, d = options_.d_model, kv = kv_width();
    Item item;
    item.keys.assign(branches_.size(),
                     {pass.k.data() + index * n * kv, pass.v.data() + index * n * kv, kv, 0, n, false});
    kernels::AttentionProblem& p = item.problem;
    p.length = p.queries = n;
    p.heads = options_.num_heads;
    p.kv_heads = options_.num_kv_heads;
    p.head_dim = head_dim();
    p.branches = branches_;
    p.keys = item.keys;
    p.rule = options_.offset_rule;
    p.layer = options_.layer;
    p.causal = options_.causal;
    p.q = pass.q.data() + index * n * d;
    p.out = const_cast<float*>(pass.mixed.data()) + index * n * d;
    p.q_stride = p.out_stride = d;
    p.lse = const_cast<float*>(pass.lse.data()) +
            index * n * static_cast<std::int64_t>(branches_.size()) * options_.num_heads;
    p.gates = or_null(parameters_.gates);
    if (options_.use_rel_pos_bias)
        p.relative_bias = {parameters_.rel_pos_bias.data(), options_.rel_pos_buckets,
                           options_.rel_pos_max_distance};
    p.dropout = pass.dropout;
    p.dropout_seed = pass.dropout_seed + static_cast<std::uint64_t>(index);
    return item;
}

DilatedAttention::Gradients DilatedAttention::backward(std::span<const float> dresult) const {
    require(last_ != nullptr, "backward without forward_training");
    const Pass& pass = *last_;
    check_input("gradient of the result", dresult, pass.batch, pass.length);
    const std::int64_t rows = pass.rows(), d = options_.d_model;
    Gradients g{std::vector<float>(pass.x.size()), zero_parameters()};
    const std::vector<float> dy(dresult.begin(), dresult.end());
    std::vector<float> dmixed(pass.mixed.size());
    g.parameters.output =
        output_->backward(options_.sub_layer_norm ? pass.normalized : pass.mixed, dy, rows, dmixed);
    if (options_.sub_layer_norm)
        kernels::head_norm_backward(view(pass.mixed, 0, rows, d), view(dmixed, 0, rows, d), 1,
                                    parameters_.sub_norm.gamma.data(), options_.norm_epsilon,
                                    g.parameters.sub_norm.gamma.data(), g.parameters.sub_norm.beta.data());
    std::vector<float> dq(pass.q.size()), dk(pass.k.size()), dv(pass.v.size());
    attention_backward(pass, dmixed, dq, dk, dv, g.parameters);
    transform_backward(pass, dq, dk, g.parameters);
    g.parameters.query = query_->backward(pass.x, dq, rows, g.input);
    g.parameters.key = key_->backward(pass.x, dk, rows, g.input);
    g.parameters.value = value_->backward(pass.x, dv, rows, g.input);
    return g;
}

void DilatedAttention::attention_backward(const Pass& pass, const std::vector<float>& dmixed,
                                          std::vector<float>& dq, std::vector<float>& dk,
                                          std::vector<float>& dv,
                                          DilatedAttentionParameters& gradients) const {
    const std::int64_t n = pass.length, d = options_.d_model, kv = kv_width();
    for (std::int64_t i = 0; i < pass.batch; ++i) {
        const std::vector<kernels::KeyGradients> dkeys(branches_.size(),
                                                       {dk.data() + i * n * kv, dv.data() + i * n * kv, kv});
        kernels::AttentionGradients g;
        g.dout = dmixed.data() + i * n * d;
        g.dout_stride = d;
        g.dq = dq.data() + i * n * d;
        g.dq_stride = d;
        g.dkeys = dkeys;
        g.dgates = or_null(gradients.gates);
        g.drelative_bias = or_null(gradients.rel_pos_bias);
        backend_->attention_backward(item(pass, i).problem, g);
    }
}

void DilatedAttention::transform_backward(const Pass& pass, std::vector<float>& dq, std::vector<float>& dk,
                                          DilatedAttentionParameters& gradients) const {
    const std::int64_t rows = pass.rows(), d = options_.d_model, n = pass.length, kv = kv_width();
    for (std::int64_t i = 0; options_.use_xpos && i < pass.batch; ++i) {
        kernels::xpos_backward(view(dq, i * n, n, d), options_.num_heads, 0, n / 2, Side::Query);
        kernels::xpos_backward(view(dk, i * n, n, kv), options_.num_kv_heads, 0, n / 2, Side::Key);
    }
    if (!options_.qk_norm) return;
    NormParameters &q_norm = gradients.query_norm, &k_norm = gradients.key_norm;
    kernels::head_norm_backward(view(pass.projected_q, 0, rows, d), view(dq, 0, rows, d), options_.num_heads,
                                parameters_.query_norm.gamma.data(), options_.norm_epsilon,
                                q_norm.gamma.data(), q_norm.beta.data());
    kernels::head_norm_backward(view(pass.projected_k, 0, rows, kv), view(dk, 0, rows, kv),
                                options_.num_kv_heads, parameters_.key_norm.gamma.data(),
                                options_.norm_epsilon, k_norm.gamma.data(), k_norm.beta.data());
}

}  // namespace corpuscope::longnet
