// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/encoder.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>

#include "engine/longnet/layer_stack.h"
#include "engine/longnet/parallel.h"
#include "engine/longnet/pass.h"
#include "engine/longnet/pooling.h"

namespace corpuscope::longnet {

struct Encoder::State {
    State(std::shared_ptr<const Model> m, std::shared_ptr<kernels::Backend> b, kernels::Precision p)
        : model(std::move(m)), backend(std::move(b)), precision(p), stack(*model, *backend, precision) {}

    /// Last hidden states [ids.size() + 2, d_model] of one text by itself, in `memory.x`.
    struct TextMemory {
        TileMemory tile;
        DeviceMatrix x, qkv;
    };
    void encode_text(std::span<const std::int32_t> ids, TextMemory& memory) const;

    std::shared_ptr<const Model> model;
    std::shared_ptr<kernels::Backend> backend;
    kernels::Precision precision;
    LayerStack stack;
};

void Encoder::State::encode_text(std::span<const std::int32_t> text, TextMemory& memory) const {
    const Config& config = model->config;
    const auto rows = static_cast<std::int64_t>(text.size()) + 2;
    const std::int64_t d = config.d_model;
    std::vector<std::int32_t> ids = {config.cls_id};
    ids.insert(ids.end(), text.begin(), text.end());
    ids.push_back(config.sep_id);
    std::vector<std::int32_t> places(ids.size());
    std::iota(places.begin(), places.end(), 0);

    memory.tile.resize(*backend, config, rows);
    memory.x.resize(*backend, rows, d);
    memory.qkv.resize(*backend, rows, 3 * d);
    const kernels::Matrix x = memory.x.view(0, rows);
    stack.embed(ids, places, x);

    const kernels::Branch branch{rows, 1};
    const kernels::KeyRows keys{memory.qkv.data() + d, memory.qkv.data() + 2 * d, 3 * d, 0, rows, false};
    kernels::AttentionProblem problem;
    problem.length = problem.queries = rows;
    problem.heads = problem.kv_heads = config.heads;
    problem.head_dim = static_cast<int>(config.head_dim());
    problem.branches = {&branch, 1};
    problem.keys = {&keys, 1};
    problem.q = memory.qkv.data();
    problem.q_stride = 3 * d;
    problem.out = memory.tile.mixed.data();
    problem.out_stride = d;
    for (int layer = 0; layer < config.layers; ++layer) {
        stack.project(layer, x, memory.qkv.view(0, rows));
        backend->attention(problem);
        stack.transform(layer, memory.tile, x);
    }
}

Encoder::Encoder(std::shared_ptr<const Model> model, std::shared_ptr<kernels::Backend> backend,
                 kernels::Precision precision)
    : state_(std::make_unique<State>(std::move(model), std::move(backend), precision)) {}

Encoder::~Encoder() = default;

const Model& Encoder::model() const { return *state_->model; }
kernels::Backend& Encoder::backend() const { return *state_->backend; }
kernels::Precision Encoder::precision() const { return state_->precision; }

std::vector<float> Encoder::encode(const Units& units, const EncodeOptions& options, Observer* observer) {
    return Pass(*state_->model, state_->stack, *state_->backend, state_->precision, units, options, observer)
        .run();
}

std::vector<float> Encoder::encode_alone(std::span<const std::int32_t> ids) {
    const Config& config = state_->model->config;
    const std::vector<std::int32_t> text(
        ids.begin(), ids.begin() + std::min<std::ptrdiff_t>(std::ssize(ids), config.window - 2));
    const TokenStates tokens = encode_tokens({&text, 1});
    std::vector<float> vector(static_cast<std::size_t>(config.d_model));
    mean_of_rows(tokens.states.data(), tokens.offsets.back(), config.d_model, vector.data());
    return vector;
}

Encoder::TokenStates Encoder::encode_tokens(std::span<const std::vector<std::int32_t>> texts) {
    const Config& config = state_->model->config;
    kernels::Backend& backend = *state_->backend;
    const auto cut = [&](const std::vector<std::int32_t>& text) {
        return std::span(text).first(
            std::min(text.size(), static_cast<std::size_t>(config.max_positions - 2)));
    };
    TokenStates result;
    result.offsets.push_back(0);
    for (const auto& text : texts) {
        for (const std::int32_t id : text)
            if (id < 0 || id >= config.vocabulary)
                throw std::invalid_argument("token id " + std::to_string(id) +
                                            " is not in the vocabulary of " +
                                            std::to_string(config.vocabulary));
        result.offsets.push_back(result.offsets.back() + std::ssize(cut(text)) + 2);
    }
    result.states.resize(static_cast<std::size_t>(result.offsets.back() * config.d_model));

    const int threads = threads_for(backend);
    std::vector<State::TextMemory> memory(static_cast<std::size_t>(threads));
    parallel_for(threads, std::ssize(texts), [&](std::int64_t i, int thread) {
        const auto t = static_cast<std::size_t>(i);
        State::TextMemory& own = memory[static_cast<std::size_t>(thread)];
        state_->encode_text(cut(texts[t]), own);
        const std::int64_t rows = result.offsets[t + 1] - result.offsets[t];
        backend.download(result.states.data() + result.offsets[t] * config.d_model, own.x.data(),
                         static_cast<std::size_t>(rows * config.d_model) * sizeof(float));
    });
    return result;
}

}  // namespace corpuscope::longnet
