// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/model.h"

#include "engine/longnet/safetensors.h"
#include "engine/longnet/sha256.h"
#include "engine/longnet/weight_reader.h"

namespace corpuscope::longnet {

std::shared_ptr<const Model> load_model(const std::filesystem::path& folder) {
    auto model = std::make_shared<Model>();
    model->folder = folder;
    model->config = read_config(folder / "config.json");
    const SafetensorsFile file(folder / "model.safetensors");
    model->weights = read_weights(file, model->config);
    model->hash = sha256_hex(file.bytes());
    return model;
}

}  // namespace corpuscope::longnet
