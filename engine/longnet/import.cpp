// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/import.h"

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
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

/// How a matrix is stored; see weight_reader.h. Group: elements that share a scale, 0 for a whole row.
struct MatrixFormat {
    enum class Kind : std::uint8_t { Bf16, Int8, Int12 } kind = Kind::Bf16;
    std::int64_t group = 0;
};

constexpr MatrixFormat kBf16;
// The token table is half of the model and its error is averaged over a unit's tokens, so it has the coarser
// groups; the second feed-forward matrix, on long rows of uneven numbers, the finer ones.
constexpr MatrixFormat kTableFormat = {MatrixFormat::Kind::Int8, 96};
constexpr MatrixFormat kMatrixFormat = {MatrixFormat::Kind::Int8, 32};
constexpr MatrixFormat kDownFormat = {MatrixFormat::Kind::Int8, 16};
// Rounding to int8 costs the vectors most in the first feed-forward matrix, and in the values of the last
// layers, which reach the vectors with no later layer to even them out. 4 bits more make both exact for all
// purposes.
constexpr MatrixFormat kFineFormat = {MatrixFormat::Kind::Int12, 0};
constexpr int kFineValueLayers = 3;

/// The ranges of pieces "[unused...]" in vocab.txt, [ranges, 2]: first, number. No text has them, so their
/// rows need not be stored.
std::vector<std::int32_t> unused_pieces(const std::filesystem::path& vocabulary, std::int64_t size) {
    std::vector<std::int32_t> ranges;
    std::ifstream file(vocabulary, std::ios::binary);
    std::string line;
    for (std::int32_t id = 0; id < size && std::getline(file, line); ++id) {
        if (!line.starts_with("[unused")) continue;
        if (!ranges.empty() && *(ranges.end() - 2) + ranges.back() == id)
            ++ranges.back();
        else
            ranges.insert(ranges.end(), {id, 1});
    }
    return ranges;
}

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

    void add_integers(const std::string& name, std::vector<std::int64_t> shape,
                      std::vector<std::int32_t> values) {
        add(name, TensorType::I32, std::move(shape), std::move(values), integers_);
    }

    void add_matrix(const std::string& name, std::int64_t rows, std::int64_t columns,
                    const std::vector<float>& values, const MatrixFormat& format,
                    const RoundingFeedback* feedback, int threads) {
        if (format.kind == MatrixFormat::Kind::Bf16) {
            std::vector<std::uint16_t> rounded(values.size());
            std::ranges::transform(values, rounded.begin(), float_to_bf16);
            add(name, TensorType::BF16, {rows, columns}, std::move(rounded), halves_);
            return;
        }
        const bool fine = format.kind == MatrixFormat::Kind::Int12 && columns % 2 == 0;
        QuantizedMatrix quantized =
            quantize_matrix(values, rows, columns, {fine ? 12 : 8, format.group, threads}, feedback);
        add_whole_numbers(name, rows, columns, quantized.values, fine);
        add(name + kScaleSuffix, TensorType::BF16, {rows, columns / quantized.group},
            std::move(quantized.scales), halves_);
    }

    const std::vector<Tensor>& tensors() const { return tensors_; }

 private:
    void add_whole_numbers(const std::string& name, std::int64_t rows, std::int64_t columns,
                           const std::vector<std::int16_t>& values, bool fine) {
        std::vector<std::int8_t> high(values.size());
        std::ranges::transform(values, high.begin(), [fine](std::int16_t value) {
            return static_cast<std::int8_t>(fine ? value >> 4 : value);
        });
        add(name, TensorType::I8, {rows, columns}, std::move(high), bytes_);
        if (!fine) return;
        std::vector<std::uint8_t> low(values.size() / 2);
        for (std::size_t i = 0; i < low.size(); ++i)
            low[i] = static_cast<std::uint8_t>((values[2 * i] & 15) | (values[2 * i + 1] & 15) << 4);
        add(name + kLowSuffix, TensorType::U8, {rows, columns / 2}, std::move(low), low_bits_);
    }

    template <typename T>
    void add(const std::string& name, TensorType type, std::vector<std::int64_t> shape, std::vector<T> values,
             std::deque<std::vector<T>>& owner) {
        owner.push_back(std::move(values));
        tensors_.push_back({name, type, std::move(shape), std::as_bytes(std::span(owner.back()))});
    }

    std::deque<std::vector<float>> floats_;
    std::deque<std::vector<std::uint16_t>> halves_;
    std::deque<std::vector<std::int8_t>> bytes_;
    std::deque<std::vector<std::uint8_t>> low_bits_;
    std::deque<std::vector<std::int32_t>> integers_;
    std::vector<Tensor> tensors_;
};

/// Rounding feedback of one layer's products; empty where nothing is rounded.
struct LayerFeedback {
    std::optional<RoundingFeedback> qkv, output, up, down;
};

/// Takes over the tensors of a BERT, whose names may begin with "bert.".
class BertImporter {
 public:
    BertImporter(const SafetensorsFile& file, const Config& config, Storage storage,
                 kernels::Backend& backend)
        : file_(file), config_(config), storage_(storage), backend_(backend) {
        if (file.find(kTokenTable) == nullptr && file.find(std::string("bert.") + kTokenTable) != nullptr)
            prefix_ = "bert.";
    }

    /// Views of data that the importer owns. `unused`: see unused_pieces.
    const std::vector<Tensor>& take(const std::vector<std::int32_t>& unused) {
        take_table(unused);
        // Few numbers that every token passes through.
        take_matrix("embeddings.position_embeddings.weight", config_.max_positions, config_.d_model, kBf16);
        take_as_is("embeddings.token_type_embeddings.weight", 2);
        take_norm("embeddings.LayerNorm");
        std::vector<LayerMoments> moments;
        if (storage_ == Storage::Int8)
            moments = measure_moments({{}, config_, read_weights(file_, config_, prefix_), {}}, backend_);
        for (int layer = 0; layer < config_.layers; ++layer) {
            LayerFeedback feedback;
            if (!moments.empty())
                feedback = feedback_of(moments[static_cast<std::size_t>(layer)], backend_.threads());
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

    void take_table(const std::vector<std::int32_t>& unused) {
        const std::int64_t d = config_.d_model;
        std::vector<float> values = read_matrix(file_, prefix_ + kTokenTable, config_.vocabulary, d);
        std::int64_t rows = config_.vocabulary;
        for (std::size_t i = unused.size(); i > 0; i -= 2) {
            const auto first = values.begin() + unused[i - 2] * d;
            values.erase(first, first + unused[i - 1] * d);
            rows -= unused[i - 1];
        }
        collector_.add_matrix(kTokenTable, rows, d, values, chosen(kTableFormat), nullptr,
                              backend_.threads());
        if (!unused.empty())
            collector_.add_integers(std::string(kTokenTable) + kAbsentSuffix, {std::ssize(unused) / 2, 2},
                                    unused);
    }

    /// `format` where weights are to be int8.
    MatrixFormat chosen(const MatrixFormat& format) const {
        return storage_ == Storage::Int8 ? format : kBf16;
    }

    void take_layer(int layer, const LayerFeedback& feedback) {
        const std::int64_t d = config_.d_model;
        const std::string name = layer_prefix(layer);
        const bool late = layer >= config_.layers - kFineValueLayers;
        take_linear(name + "attention.self.query", d, d, kMatrixFormat, feedback.qkv);
        take_linear(name + "attention.self.key", d, d, kMatrixFormat, feedback.qkv);
        take_linear(name + "attention.self.value", d, d, late ? kFineFormat : kMatrixFormat, feedback.qkv);
        take_linear(name + "attention.output.dense", d, d, kMatrixFormat, feedback.output);
        take_norm(name + "attention.output.LayerNorm");
        take_linear(name + "intermediate.dense", config_.d_ffn, d, kFineFormat, feedback.up);
        take_linear(name + "output.dense", d, config_.d_ffn, kDownFormat, feedback.down);
        take_norm(name + "output.LayerNorm");
    }

    void take_linear(const std::string& name, std::int64_t out, std::int64_t in, const MatrixFormat& format,
                     const std::optional<RoundingFeedback>& feedback) {
        take_matrix(name + ".weight", out, in, chosen(format), feedback ? &*feedback : nullptr);
        take_as_is(name + ".bias", 1);
    }

    void take_norm(const std::string& name) {
        take_as_is(name + ".weight", 1);
        take_as_is(name + ".bias", 1);
    }

    void take_matrix(const std::string& name, std::int64_t rows, std::int64_t columns,
                     const MatrixFormat& format, const RoundingFeedback* feedback = nullptr) {
        collector_.add_matrix(name, rows, columns, read_matrix(file_, prefix_ + name, rows, columns), format,
                              feedback, backend_.threads());
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
    kernels::Backend& backend_;
    std::string prefix_;
    TensorCollector collector_;
};

}  // namespace

Config import_weights(const std::filesystem::path& folder, const std::filesystem::path& out,
                      const WeightImport& import) {
    const std::filesystem::path config_file = folder / "config.json";
    const MappedFile mapped(config_file);
    Config config;
    try {
        const auto bytes = mapped.bytes();
        config = config_of_bert(Json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(config_file.string() + ": " + error.what());
    }
    config.name = import.name;
    config.cls_id = import.cls_id;
    config.sep_id = import.sep_id;
    const SafetensorsFile file(folder / "model.safetensors");
    const auto backend = kernels::make_backend("cpu");
    BertImporter importer(file, config, import.storage, *backend);
    write_safetensors(out / "model.safetensors",
                      importer.take(unused_pieces(folder / "vocab.txt", config.vocabulary)),
                      {{"format", "corpuscope"}});
    write_config(out / "config.json", config);
    return config;
}

}  // namespace corpuscope::longnet
