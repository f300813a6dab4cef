// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "engine/longnet/import.h"

namespace corpuscope {

struct ImportOptions {
    std::string name;  ///< empty: the source folder's
    longnet::Storage storage = longnet::Storage::Int8;
};

/// Makes a model folder `out` (config.json, model.safetensors, tokenizer.model, README.md) of a BERT-shaped
/// Hugging Face folder (config.json, model.safetensors, vocab.txt). `out` is new, empty or a model that was
/// made by an import, which is replaced; it changes once all is written. Throws std::runtime_error naming the
/// file and the reason.
void import_model(const std::filesystem::path& folder, const std::filesystem::path& out,
                  const ImportOptions& options);

}  // namespace corpuscope
