// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "engine/library/library.h"
#include "engine/longnet/encoder.h"
#include "engine/progress.h"

namespace corpuscope::exporting {

enum class Level : std::uint8_t { Token, Passage, Document };
enum class Format : std::uint8_t { Npy, Npz, Safetensors, Jsonl, Csv, Tsv, Parquet };
enum class ElementType : std::uint8_t { F32, F16 };

std::optional<Level> level_from(std::string_view name);
std::optional<Format> format_from(std::string_view name);
std::string_view name_of(Level level);
std::string_view name_of(Format format);

struct Options {
    Level level = Level::Passage;
    Format format = Format::Npy;
    ElementType element = ElementType::F32;
    Control* control = nullptr;
    std::function<void(double)> progress;  ///< 0..1
};

struct Report {
    std::filesystem::path file, manifest;
    std::int64_t rows = 0, dimension = 0;
};

/// Writes the vectors to `out` and what they are (model hash, dimension, pooling, normalization, tokenizer,
/// corpus hash) to manifest.json beside it, or, where that describes another file, to `out`.manifest.json;
/// Report::manifest says which. Where each row comes from stands in the row itself (jsonl, csv,
/// tsv, parquet) or in `out`.rows.jsonl (npy, npz, safetensors). All are written under temporary names and
/// renamed when complete. Throws std::runtime_error naming the file, Cancelled.
Report export_vectors(const library::Library& library, longnet::Encoder& encoder,
                      const std::filesystem::path& out, const Options& options);

}  // namespace corpuscope::exporting
