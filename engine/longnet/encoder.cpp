// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/encoder.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "engine/longnet/block_size.h"
#include "engine/longnet/layer_stack.h"
#include "engine/longnet/parallel.h"
#include "engine/longnet/pass.h"
#include "engine/longnet/pooling.h"
#include "engine/longnet/row_reader.h"
#include "engine/longnet/text_runner.h"

namespace corpuscope::longnet {

struct Encoder::State {
    State(std::shared_ptr<const Model> m, std::shared_ptr<kernels::Backend> b, kernels::Precision p)
        : model(std::move(m)), backend(std::move(b)), precision(p), stack(*model, *backend, precision) {
        for (int i = 0; i < tile_threads(*backend); ++i) {
            runners.emplace_back(stack, model->config, *backend);
            readers.emplace_back(*backend);
        }
    }

    std::shared_ptr<const Model> model;
    std::shared_ptr<kernels::Backend> backend;
    kernels::Precision precision;
    LayerStack stack;
    std::vector<TextRunner> runners;  ///< one a thread
    std::vector<RowReader> readers;
};

Encoder::Encoder(std::shared_ptr<const Model> model, std::shared_ptr<kernels::Backend> backend,
                 kernels::Precision precision)
    : state_(std::make_unique<State>(std::move(model), std::move(backend), precision)) {}

Encoder::~Encoder() = default;

const Model& Encoder::model() const { return *state_->model; }
kernels::Backend& Encoder::backend() const { return *state_->backend; }
kernels::Precision Encoder::precision() const { return state_->precision; }

std::vector<float> Encoder::encode(const Units& units, const EncodeOptions& options, Observer* observer) {
    return Pass(*state_->model, state_->stack, *state_->backend, units, options, observer).run();
}

bool Encoder::continues(const Units& units, const EncodeOptions& options) const {
    const Config& config = state_->model->config;
    const std::int64_t begin = continuation_begin(config, options.before);
    const std::int64_t block = block_that_fits(*state_->backend, config, state_->precision, options.block);
    try {
        check_continuation(config, options.before, largest_segment(config, block),
                           lay_out(units, config, begin).length);
        return true;
    } catch (const std::invalid_argument&) {
        return false;
    }
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

    parallel_for(backend, std::ssize(texts), [&](std::int64_t i, int thread) {
        const auto t = static_cast<std::size_t>(i);
        TextRunner& runner = state_->runners[static_cast<std::size_t>(thread)];
        runner.run(cut(texts[t]));
        state_->readers[static_cast<std::size_t>(thread)].read(
            runner.x(), result.states.data() + result.offsets[t] * config.d_model);
    });
    return result;
}

}  // namespace corpuscope::longnet
