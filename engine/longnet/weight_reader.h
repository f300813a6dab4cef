// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// How weights are stored in model.safetensors. Tensor names are those of a Hugging Face BERT. A matrix is
// F32, F16, BF16, or I8 [out, in] with a tensor NAME.scale [out, groups] beside it: element (o, i) is int8[o,
// i] * scale[o, i / (in / groups)].
#pragma once

#include <string>
#include <vector>

#include "engine/longnet/model.h"
#include "engine/longnet/safetensors.h"

namespace corpuscope::longnet {

/// Names of the tensors of one layer start with "encoder.layer.N.".
std::string layer_prefix(int layer);

inline constexpr const char* kTokenTable = "embeddings.word_embeddings.weight";
/// [layers, heads]; kDefaultNeighbourBias where the model has none.
inline constexpr const char* kNeighbourBiasTensor = "neighbour_bias";
inline constexpr float kDefaultNeighbourBias = -3.0f;

/// Matrix `name` of this shape, as float. Throws std::runtime_error naming file and tensor.
std::vector<float> read_matrix(const SafetensorsFile& file, const std::string& name, std::int64_t rows,
                               std::int64_t columns);

/// All weights of the encoder that `config` describes. Tensor names have `prefix` before them.
Weights read_weights(const SafetensorsFile& file, const Config& config, const std::string& prefix = {});

}  // namespace corpuscope::longnet
