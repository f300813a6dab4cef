// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/weight_reader.h"

#include <array>
#include <stdexcept>

namespace corpuscope::longnet {
namespace {

std::vector<float> read_vector(const SafetensorsFile& file, const std::string& name, std::int64_t size) {
    return file.floats(file.at(name, std::array{size}));
}

std::vector<float> dequantize(const SafetensorsFile& file, const Tensor& weight) {
    const std::int64_t rows = weight.shape[0];
    const std::int64_t columns = weight.shape[1];
    const Tensor& scale = file.at(weight.name + ".scale");
    const bool fits = scale.shape.size() == 2 && scale.shape[0] == rows && scale.shape[1] > 0 &&
                      columns % scale.shape[1] == 0;
    if (!fits)
        throw std::runtime_error(file.path().string() + ": tensor " + scale.name + " does not fit " +
                                 weight.name);
    const std::vector<float> scales = file.floats(scale);
    const std::int64_t group = columns / scale.shape[1];
    const auto* quantized = reinterpret_cast<const std::int8_t*>(weight.data.data());
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    for (std::size_t g = 0; g < scales.size(); ++g)
        for (std::size_t i = g * static_cast<std::size_t>(group);
             i < (g + 1) * static_cast<std::size_t>(group); ++i)
            values[i] = static_cast<float>(quantized[i]) * scales[g];
    return values;
}

void append(std::vector<float>& to, const std::vector<float>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

LayerWeights read_layer(const SafetensorsFile& file, const Config& config, const std::string& prefix) {
    const std::int64_t d = config.d_model;
    LayerWeights weights;
    for (const char* part : {"query", "key", "value"}) {
        const std::string name = prefix + "attention.self." + part;
        append(weights.qkv, read_matrix(file, name + ".weight", d, d));
        append(weights.qkv_bias, read_vector(file, name + ".bias", d));
    }
    weights.output = read_matrix(file, prefix + "attention.output.dense.weight", d, d);
    weights.output_bias = read_vector(file, prefix + "attention.output.dense.bias", d);
    weights.attention_norm = read_vector(file, prefix + "attention.output.LayerNorm.weight", d);
    weights.attention_norm_bias = read_vector(file, prefix + "attention.output.LayerNorm.bias", d);
    weights.up = read_matrix(file, prefix + "intermediate.dense.weight", config.d_ffn, d);
    weights.up_bias = read_vector(file, prefix + "intermediate.dense.bias", config.d_ffn);
    weights.down = read_matrix(file, prefix + "output.dense.weight", d, config.d_ffn);
    weights.down_bias = read_vector(file, prefix + "output.dense.bias", d);
    weights.output_norm = read_vector(file, prefix + "output.LayerNorm.weight", d);
    weights.output_norm_bias = read_vector(file, prefix + "output.LayerNorm.bias", d);
    return weights;
}

void read_neighbour_bias(const SafetensorsFile& file, const Config& config,
                         std::vector<LayerWeights>& layers) {
    const auto heads = static_cast<std::size_t>(config.heads);
    if (file.find(kNeighbourBiasTensor) == nullptr) {
        for (LayerWeights& layer : layers) layer.neighbour_bias.assign(heads, kDefaultNeighbourBias);
        return;
    }
    const std::array shape = {std::int64_t{config.layers}, std::int64_t{config.heads}};
    const std::vector<float> bias = file.floats(file.at(kNeighbourBiasTensor, shape));
    for (std::size_t l = 0; l < layers.size(); ++l)
        layers[l].neighbour_bias.assign(bias.begin() + static_cast<std::ptrdiff_t>(l * heads),
                                        bias.begin() + static_cast<std::ptrdiff_t>((l + 1) * heads));
}

}  // namespace

std::string layer_prefix(int layer) { return "encoder.layer." + std::to_string(layer) + "."; }

std::vector<float> read_matrix(const SafetensorsFile& file, const std::string& name, std::int64_t rows,
                               std::int64_t columns) {
    const Tensor& tensor = file.at(name, std::array{rows, columns});
    return tensor.type == TensorType::I8 ? dequantize(file, tensor) : file.floats(tensor);
}

Weights read_weights(const SafetensorsFile& file, const Config& config, const std::string& prefix) {
    Weights weights;
    weights.tokens = read_matrix(file, prefix + kTokenTable, config.vocabulary, config.d_model);
    weights.positions = read_matrix(file, prefix + "embeddings.position_embeddings.weight",
                                    config.max_positions, config.d_model);
    const Tensor& types = file.at(prefix + "embeddings.token_type_embeddings.weight");
    if (types.shape.size() != 2 || types.shape[0] < 1)
        throw std::runtime_error(file.path().string() + ": tensor " + types.name + " has no row 0");
    weights.segment = read_matrix(file, types.name, types.shape[0], config.d_model);
    weights.segment.resize(static_cast<std::size_t>(config.d_model));
    weights.embedding_norm = read_vector(file, prefix + "embeddings.LayerNorm.weight", config.d_model);
    weights.embedding_norm_bias = read_vector(file, prefix + "embeddings.LayerNorm.bias", config.d_model);
    for (int layer = 0; layer < config.layers; ++layer)
        weights.layers.push_back(read_layer(file, config, prefix + layer_prefix(layer)));
    read_neighbour_bias(file, config, weights.layers);
    return weights;
}

}  // namespace corpuscope::longnet
