// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/weight_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <ranges>
#include <stdexcept>

namespace corpuscope::longnet {
namespace {

constexpr std::uint32_t kExponent = 0x7f800000U;  // all of it set: infinity or not a number

/// Without a branch in the loop: the token table alone has millions of numbers.
bool all_finite(std::span<const float> values) {
    std::uint32_t found = 0;
    for (const float value : values)
        found |= static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent);
    return found == 0;
}

[[noreturn]] void holds_nonsense(const SafetensorsFile& file, const std::string& name, float value,
                                 std::ptrdiff_t element) {
    throw std::runtime_error(file.path().string() + ": tensor " + name + " holds " + std::to_string(value) +
                             " as element " + std::to_string(element));
}

/// One number that is not finite would spread over every vector of a corpus.
void expect_finite(const SafetensorsFile& file, const std::string& name, std::span<const float> values) {
    if (all_finite(values)) return;
    const auto bad = std::ranges::find_if_not(values, [](float value) { return std::isfinite(value); });
    holds_nonsense(file, name, *bad, bad - values.begin());
}

std::vector<float> read_finite(const SafetensorsFile& file, const Tensor& tensor) {
    std::vector<float> values = file.floats(tensor);
    expect_finite(file, tensor.name, values);
    return values;
}

std::vector<float> read_vector(const SafetensorsFile& file, const std::string& name, std::int64_t size) {
    return read_finite(file, file.at(name, std::array{size}));
}

[[noreturn]] void does_not_fit(const SafetensorsFile& file, const Tensor& part, const std::string& name) {
    throw std::runtime_error(file.path().string() + ": tensor " + part.name + " does not fit " + name);
}

/// The four more bits of int12, where there are any: two elements a byte.
void add_low_bits(const SafetensorsFile& file, const Tensor& weight, std::span<float> values) {
    const Tensor* low = file.find(weight.name + kLowSuffix);
    if (low == nullptr) return;
    const bool fits = low->type == TensorType::U8 && weight.shape[1] % 2 == 0 &&
                      low->shape == std::vector{weight.shape[0], weight.shape[1] / 2};
    if (!fits) does_not_fit(file, *low, weight.name);
    for (std::size_t i = 0; i < low->data.size(); ++i) {
        const auto bits = static_cast<unsigned>(low->data[i]);
        values[2 * i] = 16 * values[2 * i] + static_cast<float>(bits & 15U);
        values[2 * i + 1] = 16 * values[2 * i + 1] + static_cast<float>(bits >> 4);
    }
}

std::vector<float> dequantize(const SafetensorsFile& file, const Tensor& weight, std::int64_t room) {
    const std::int64_t rows = weight.shape[0];
    const std::int64_t columns = weight.shape[1];
    const Tensor& scale = file.at(weight.name + kScaleSuffix);
    const bool fits = scale.shape.size() == 2 && scale.shape[0] == rows && scale.shape[1] > 0 &&
                      columns % scale.shape[1] == 0;
    if (!fits) does_not_fit(file, scale, weight.name);
    const std::vector<float> scales = read_finite(file, scale);
    const auto group = static_cast<std::size_t>(columns / scale.shape[1]);
    const auto* quantized = reinterpret_cast<const std::int8_t*>(weight.data.data());
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(std::max(room, rows * columns)));
    values.assign(quantized, quantized + rows * columns);
    add_low_bits(file, weight, values);
    for (std::size_t g = 0; g < scales.size(); ++g)
        for (std::size_t i = g * group; i < (g + 1) * group; ++i) values[i] *= scales[g];
    expect_finite(file, weight.name, values);
    return values;
}

struct RowRange {
    std::int64_t first = 0, count = 0;
};

std::vector<RowRange> read_absent(const SafetensorsFile& file, const std::string& name, std::int64_t rows) {
    const Tensor* tensor = file.find(name + kAbsentSuffix);
    if (tensor == nullptr) return {};
    if (tensor->shape.size() != 2 || tensor->shape[1] != 2) does_not_fit(file, *tensor, name);
    const std::vector<std::int32_t> numbers = file.integers(*tensor);
    std::vector<RowRange> ranges;
    std::int64_t end = 0;
    for (std::size_t i = 0; i < numbers.size(); i += 2) {
        ranges.push_back({numbers[i], numbers[i + 1]});
        if (ranges.back().first < end || ranges.back().count < 0) does_not_fit(file, *tensor, name);
        end = ranges.back().first + ranges.back().count;
    }
    if (end > rows) does_not_fit(file, *tensor, name);
    return ranges;
}

/// The token table, with zeros where rows are absent.
std::vector<float> read_table(const SafetensorsFile& file, const std::string& name, std::int64_t rows,
                              std::int64_t columns) {
    const std::vector<RowRange> absent = read_absent(file, name, rows);
    std::int64_t stored = rows;
    for (const RowRange& range : absent) stored -= range.count;
    std::vector<float> values = read_matrix(file, name, stored, columns, rows * columns);
    values.resize(static_cast<std::size_t>(rows * columns));
    // From the back, so that every row is moved once, to where only rows stand that were moved before.
    const auto row = [&](std::int64_t number) { return values.begin() + number * columns; };
    std::int64_t end = rows;
    for (const RowRange& range : absent | std::views::reverse) {
        const std::int64_t after = range.first + range.count;
        std::move_backward(row(stored - (end - after)), row(stored), row(end));
        stored -= end - after;
        end = range.first;
        std::fill(row(end), row(after), 0.0f);
    }
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
    // Minus infinity closes a unit's view of the others.
    const auto usable = [](float value) { return value < std::numeric_limits<float>::infinity(); };
    if (const auto bad = std::ranges::find_if_not(bias, usable); bad != bias.end())
        holds_nonsense(file, kNeighbourBiasTensor, *bad, bad - bias.begin());
    for (std::size_t l = 0; l < layers.size(); ++l)
        layers[l].neighbour_bias.assign(bias.begin() + static_cast<std::ptrdiff_t>(l * heads),
                                        bias.begin() + static_cast<std::ptrdiff_t>((l + 1) * heads));
}

}  // namespace

std::string layer_prefix(int layer) { return "encoder.layer." + std::to_string(layer) + "."; }

std::vector<float> read_matrix(const SafetensorsFile& file, const std::string& name, std::int64_t rows,
                               std::int64_t columns, std::int64_t room) {
    const Tensor& tensor = file.at(name, std::array{rows, columns});
    return tensor.type == TensorType::I8 ? dequantize(file, tensor, room) : read_finite(file, tensor);
}

Weights read_weights(const SafetensorsFile& file, const Config& config, const std::string& prefix) {
    Weights weights;
    weights.tokens = read_table(file, prefix + kTokenTable, config.vocabulary, config.d_model);
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
