// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Folder → library: finds the documents, reads what is new or changed, cuts passages, encodes, stores.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/documents/reader.h"
#include "engine/library/library.h"
#include "engine/longnet/encoder.h"
#include "engine/progress.h"
#include "engine/tokenizer/tokenizer.h"

namespace corpuscope::indexing {

enum class Phase : std::uint8_t { Scanning, Reading, Encoding, Storing, Done };

struct Progress {
    Phase phase = Phase::Scanning;
    std::int64_t documents_done = 0, documents_total = 0;
    std::int64_t bytes_done = 0, bytes_total = 0;
    std::int64_t tokens_done = 0, tokens_total = 0;  ///< of the encoding pass; tokens_done grows evenly through its layers
    double tokens_per_second = 0;
    double seconds_left = -1;  ///< < 0: not known yet
    std::string current;       ///< path at hand while reading
};

struct FailedDocument {
    std::string path;
    std::string reason;
};

struct Report {
    std::int64_t added = 0, updated = 0, unchanged = 0, removed = 0;
    std::int64_t tokens_encoded = 0;
    double read_seconds = 0, encode_seconds = 0, store_seconds = 0;
    std::vector<FailedDocument> failed;  ///< documents and folders that could not be read in this run
};

struct Options {
    documents::Limits limits;
    Control* control = nullptr;
    std::function<void(const Progress&)> progress;  ///< called on the calling thread, at most some 20 times a second
};

/// Not safe on several threads at once. The library is open for writing. After Cancelled or a kill, the same call goes
/// on from what was stored.
class Indexer {
 public:
    Indexer(library::Library& library, longnet::Encoder& encoder, std::shared_ptr<const tokenizer::Tokenizer> tokenizer);

    /// Files and folders (recursively; hidden entries and links out of the folder are passed over). Documents below a
    /// given folder that are gone from the disk are removed from the library.
    Report add(std::span<const std::filesystem::path> paths, const Options& options);

    /// Encodes the whole library anew as one sequence (a new generation).
    Report refresh(const Options& options);

 private:
    library::Library& library_;
    longnet::Encoder& encoder_;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer_;
};

}  // namespace corpuscope::indexing
