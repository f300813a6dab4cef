// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/import.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <stdexcept>
#include <vector>

#include "engine/longnet/calibration.h"
#include "engine/longnet/half.h"
#include "engine/longnet/json.h"
#include "engine/longnet/parallel.h"
#include "engine/longnet/quantization.h"
#include "engine/longnet/safetensors.h"
#include "engine/longnet/weight_reader.h"

namespace corpuscope::longnet {
namespace {

// Elements that share a scale. The token table is half of the model and its error is averaged over a unit's
// tokens, so it has the coarser groups.
constexpr std::int64_t kMatrixGroup = 32;
constexpr std::int64_t kTableGroup = 96;
// What rounding does to values and to the feed-forward network late in the stack reaches the vectors with no
// later layer to even it out: these matrices of the last layers are a fifteenth of a small model and half of
// its rounding error, and stay in bf16.
constexpr int kExactLayers = 2;
constexpr int kExactValueLayers = 3;

std::int64_t positive(const Json& json, const char* key) {
    const std::int64_t value = json.at(key).integer();
    if (value <= 0) throw std::runtime_error("\"" + std::string(key) + "\" is " + std::to_string(value));
    return value;
}

void expect(const Json& json, const char* key, const std::string& wanted) {
    const Json* found = json.find(key);
    if (found != nullptr && found->string() != wanted)
        throw std::runtime_error("\"" + std::string(key) + "\" is \"" + found->string() + "\"; only \"" +
                                 wanted + "\" can be imported");
}

Config config_of_bert(const Json& json) {
    json.at("model_type");
    expect(json, "model_type", "bert");
    expect(json, "hidden_act", "gelu");
    expect(json, "position_embedding_type", "absolute");
    Config config;
    config.layers = static_cast<int>(positive(json, "num_hidden_layers"));
    config.heads = static_cast<int>(positive(json, "num_attention_heads"));
    config.d_model = positive(json, "hidden_size");
    config.d_ffn = positive(json, "intermediate_size");
    config.max_positions = positive(json, "max_position_embeddings");
    config.vocabulary = positive(json, "vocab_size");
    if (const Json* epsilon = json.find("layer_norm_eps"))
        config.layer_norm_epsilon = static_cast<float>(epsilon->number());
    config.window = static_cast<int>(std::min<std::int64_t>(config.window, config.max_positions));
    return config;
}

/// Collects tensors for one safetensors file and owns their data.
class TensorCollector {
 public:
    void add_floats(const std::string& name, std::vector<std::int64_t> shape, std::vector<float> values) {
        add(name, TensorType::F32, std::move(shape), std::move(values), floats_);
    }

    void add_matrix(const std::string& name, std::int64_t rows, std::int64_t columns,
                    const std::vector<float>& values, Storage storage, std::int64_t group,
                    const RoundingFeedback* feedback) {
        if (storage == Storage::Bf16) {
            std::vector<std::uint16_t> rounded(values.size());
            std::ranges::transform(values, rounded.begin(), float_to_bf16);
            add(name, TensorType::BF16, {rows, columns}, std::move(rounded), halves_);
            return;
        }
        QuantizedMatrix quantized = quantize_matrix(values, rows, columns, group, feedback);
        add(name, TensorType::I8, {rows, columns}, std::move(quantized.values), bytes_);
        add(name + ".scale", TensorType::BF16, {rows, columns / quantized.group}, std::move(quantized.scales),
            halves_);
    }

    const std::vector<Tensor>& tensors() const { return tensors_; }

 private:
    template <typename T>
    void add(const std::string& name, TensorType type, std::vector<std::int64_t> shape, std::vector<T> values,
             std::deque<std::vector<T>>& owner) {
        owner.push_back(std::move(values));
        tensors_.push_back({name, type, std::move(shape), std::as_bytes(std::span(owner.back()))});
    }

    std::deque<std::vector<float>> floats_;
    std::deque<std::vector<std::uint16_t>> halves_;
    std::deque<std::vector<std::int8_t>> bytes_;
    std::vector<Tensor> tensors_;
};

/// Rounding feedback of one layer's products; empty where nothing is rounded.
struct LayerFeedback {
    std::optional<RoundingFeedback> qkv, output, up, down;
};

/// Takes over the tensors of a BERT, whose names may begin with "bert.".
class BertImporter {
 public:
    BertImporter(const SafetensorsFile& file, const Config& config, Storage storage)
        : file_(file), config_(config), storage_(storage) {
        if (file.find(kTokenTable) == nullptr && file.find(std::string("bert.") + kTokenTable) != nullptr)
            prefix_ = "bert.";
    }

    /// Views of data that the importer owns.
    const std::vector<Tensor>& take(kernels::Backend& backend) {
        const std::int64_t d = config_.d_model;
        take_matrix(kTokenTable, config_.vocabulary, d, storage_, kTableGroup);
        // Few numbers that every token passes through.
        take_matrix("embeddings.position_embeddings.weight", config_.max_positions, d, Storage::Bf16, 0);
        take_as_is("embeddings.token_type_embeddings.weight", 2);
        take_norm("embeddings.LayerNorm");
        std::vector<LayerMoments> moments;
        if (storage_ == Storage::Int8)
            moments = measure_moments({{}, config_, read_weights(file_, config_, prefix_), {}}, backend);
        for (int layer = 0; layer < config_.layers; ++layer) {
            LayerFeedback feedback;
            if (!moments.empty())
                feedback = feedback_of(moments[static_cast<std::size_t>(layer)], backend.threads());
            take_layer(layer, feedback);
        }
        if (file_.find(kNeighbourBiasTensor) != nullptr) {
            prefix_.clear();
            take_as_is(kNeighbourBiasTensor, 2);
        }
        return collector_.tensors();
    }

 private:
    static LayerFeedback feedback_of(const LayerMoments& moments, int threads) {
        LayerFeedback feedback;
        const std::array<std::pair<const SecondMoment*, std::optional<RoundingFeedback>*>, 4> parts = {
            {{&moments.down, &feedback.down},
             {&moments.qkv, &feedback.qkv},
             {&moments.output, &feedback.output},
             {&moments.up, &feedback.up}}};
        parallel_for(threads, std::ssize(parts), [&](std::int64_t i, int) {
            const auto& [moment, result] = parts[static_cast<std::size_t>(i)];
            result->emplace(*moment);
        });
        return feedback;
    }

    void take_layer(int layer, const LayerFeedback& feedback) {
        const std::int64_t d = config_.d_model;
        const std::string name = layer_prefix(layer);
        const auto late = [&](int layers) {
            return layer >= config_.layers - layers ? Storage::Bf16 : storage_;
        };
        take_linear(name + "attention.self.query", d, d, storage_, feedback.qkv);
        take_linear(name + "attention.self.key", d, d, storage_, feedback.qkv);
        take_linear(name + "attention.self.value", d, d, late(kExactValueLayers), feedback.qkv);
        take_linear(name + "attention.output.dense", d, d, storage_, feedback.output);
        take_norm(name + "attention.output.LayerNorm");
        take_linear(name + "intermediate.dense", config_.d_ffn, d, late(kExactLayers), feedback.up);
        take_linear(name + "output.dense", d, config_.d_ffn, storage_, feedback.down);
        take_norm(name + "output.LayerNorm");
    }

    void take_linear(const std::string& name, std::int64_t out, std::int64_t in, Storage storage,
                     const std::optional<RoundingFeedback>& feedback) {
        take_matrix(name + ".weight", out, in, storage, kMatrixGroup, feedback ? &*feedback : nullptr);
        take_as_is(name + ".bias", 1);
    }

    void take_norm(const std::string& name) {
        take_as_is(name + ".weight", 1);
        take_as_is(name + ".bias", 1);
    }

    void take_matrix(const std::string& name, std::int64_t rows, std::int64_t columns, Storage storage,
                     std::int64_t group, const RoundingFeedback* feedback = nullptr) {
        collector_.add_matrix(name, rows, columns, read_matrix(file_, prefix_ + name, rows, columns), storage,
                              group, feedback);
    }

    void take_as_is(const std::string& name, std::size_t dimensions) {
        const Tensor& tensor = file_.at(prefix_ + name);
        if (tensor.shape.size() != dimensions)
            throw std::runtime_error(file_.path().string() + ": tensor " + tensor.name + " has " +
                                     std::to_string(tensor.shape.size()) + " dimensions");
        collector_.add_floats(name, tensor.shape, file_.floats(tensor));
    }

    const SafetensorsFile& file_;
    const Config& config_;
    Storage storage_;
    std::string prefix_;
    TensorCollector collector_;
};

}  // namespace

Config import_weights(const std::filesystem::path& folder, const std::filesystem::path& out,
                      const std::string& name, Storage storage) {
    const std::filesystem::path config_file = folder / "config.json";
    const MappedFile mapped(config_file);
    Config config;
    try {
        const auto bytes = mapped.bytes();
        config = config_of_bert(Json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(config_file.string() + ": " + error.what());
    }
    config.name = name;
    const SafetensorsFile file(folder / "model.safetensors");
    BertImporter importer(file, config, storage);
    write_safetensors(out / "model.safetensors", importer.take(*kernels::make_backend("cpu")),
                      {{"format", "corpuscope"}});
    write_config(out / "config.json", config);
    return config;
}

}  // namespace corpuscope::longnet
