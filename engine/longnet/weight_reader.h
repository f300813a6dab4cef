// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// How weights are stored in model.safetensors. Tensor names are those of a Hugging Face BERT. A matrix is
// F32, F16, BF16, or one of whole numbers:
//   int8   I8 [out, in] and NAME.scale [out, groups]: element (o, i) is I8[o, i] * scale[o, i / (in /
//   groups)] int12  the same and NAME.low U8 [out, in / 2], four more bits of two elements a byte, the even
//   one's lower:
//          element (o, i) is (16 * I8[o, i] + (low[o, i / 2] >> 4 * (i % 2) & 15)) * scale[...]
// Rows of the token table that no text uses may be absent: NAME.absent I32 [ranges, 2] tells their first row
// and their number, ascending; they are zero, and the table has only the others.
#pragma once

#include <string>
#include <vector>

#include "engine/longnet/model.h"
#include "engine/longnet/safetensors.h"

namespace corpuscope::longnet {

/// Names of the tensors of one layer start with "encoder.layer.N.".
std::string layer_prefix(int layer);

inline constexpr const char* kTokenTable = "embeddings.word_embeddings.weight";
inline constexpr const char* kScaleSuffix = ".scale";
inline constexpr const char* kLowSuffix = ".low";
inline constexpr const char* kAbsentSuffix = ".absent";
/// [layers, heads]; kDefaultNeighbourBias where the model has none.
inline constexpr const char* kNeighbourBiasTensor = "neighbour_bias";
inline constexpr float kDefaultNeighbourBias = -3.0f;

/// Matrix `name` of this shape, as float, with memory for `room` numbers where that is more. Throws
/// std::runtime_error naming file and tensor, also for numbers that are not finite.
std::vector<float> read_matrix(const SafetensorsFile& file, const std::string& name, std::int64_t rows,
                               std::int64_t columns, std::int64_t room = 0);

/// All weights of the encoder that `config` describes. Tensor names have `prefix` before them.
Weights read_weights(const SafetensorsFile& file, const Config& config, const std::string& prefix = {});

}  // namespace corpuscope::longnet
