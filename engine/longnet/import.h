// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "engine/longnet/model.h"

namespace corpuscope::longnet {

/// How the matrices of an imported model are stored; vectors (biases, norms) stay float32.
enum class Storage : std::uint8_t {
    Int8,  ///< scaled for each run of elements of a row; 12 bits where 8 cost most
    Bf16   ///< half of float32
};

struct WeightImport {
    std::string name;  ///< of the model
    Storage storage = Storage::Int8;
    /// Pieces that begin and end a unit: what the weights are rounded for is measured with them around it.
    std::int32_t cls_id = 0, sep_id = 0;
};

/// Writes config.json and model.safetensors of our folder `out` (which exists) from a BERT-shaped Hugging
/// Face folder: config.json with "model_type": "bert", model.safetensors in F32, F16 or BF16, its names with
/// or without "bert.". A tensor neighbour_bias [layers, heads] is taken over where there is one; rows of
/// the pieces "[unused...]" of vocab.txt are left out. Throws
/// std::runtime_error naming the file and what is missing or unlike BERT.
Config import_weights(const std::filesystem::path& folder, const std::filesystem::path& out,
                      const WeightImport& import);

}  // namespace corpuscope::longnet
