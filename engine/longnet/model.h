// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A model is a folder: config.json, model.safetensors, tokenizer.model, README.md (the model card).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "kernels/attention.h"
#include "kernels/types.h"

namespace corpuscope::longnet {

/// config.json of a model folder.
struct Config {
    std::string name;
    int layers = 0;
    int heads = 0;
    std::int64_t d_model = 0;
    std::int64_t d_ffn = 0;
    std::int64_t max_positions = 0;
    std::int64_t vocabulary = 0;
    float layer_norm_epsilon = 1e-12f;
    int window = 256;  ///< positions of branch 0, which a unit never straddles
    int branch_growth =
        4;  ///< each further branch grows by this in segment and rate, until it covers the sequence
    int unit_tokens = 16;      ///< a unit is closed as soon as it has this many tokens
    float outer_gate = -2.0f;  ///< of every branch but the first
    std::int32_t cls_id = 101;
    std::int32_t sep_id = 102;

    std::int64_t head_dim() const { return d_model / heads; }
};

/// Throws std::runtime_error naming the file and the setting that is missing, of the wrong kind or out of
/// range.
Config read_config(const std::filesystem::path& file);
void write_config(const std::filesystem::path& file, const Config& config);

/// Branches (256, 1), (1024, 4), (4096, 16), ... until one covers `length` positions.
std::vector<kernels::Branch> branches_for(const Config& config, std::int64_t length);
/// Segment of the largest of them that `positions` hold, at least a window.
std::int64_t largest_segment(const Config& config, std::int64_t positions);

struct LayerWeights {
    // [out, in] row-major and [out]
    std::vector<float> qkv, qkv_bias;        // [3 d_model, d_model]
    std::vector<float> output, output_bias;  // [d_model, d_model]
    std::vector<float> attention_norm, attention_norm_bias;
    std::vector<float> up, up_bias;      // [d_ffn, d_model]
    std::vector<float> down, down_bias;  // [d_model, d_ffn]
    std::vector<float> output_norm, output_norm_bias;
    std::vector<float> neighbour_bias;  // [heads]
};

struct Weights {
    std::vector<float> tokens;     // [vocabulary, d_model]
    std::vector<float> positions;  // [max_positions, d_model]
    std::vector<float> segment;    // [d_model]: row 0 of BERT's token types
    std::vector<float> embedding_norm, embedding_norm_bias;
    std::vector<LayerWeights> layers;
};

struct Model {
    std::filesystem::path folder;
    Config config;
    Weights weights;
    std::string hash;  ///< SHA-256 of model.safetensors, hex: tells which model made a vector
};

/// Throws std::runtime_error naming the file and what is wrong with it (cut short, wrong shape, unknown type,
/// ...).
std::shared_ptr<const Model> load_model(const std::filesystem::path& folder);

}  // namespace corpuscope::longnet
