// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Folder → library: finds the documents, reads what is new or changed, cuts passages, encodes, stores.
//
// The library is one sequence, which grows at its end like a log: what waits for vectors is read behind it,
// against the keys and values that earlier passes kept (longnet::KeptContext), with a generation of its own;
// what was removed or changed leaves a hole. Where half of the library's tokens or more came since the last
// pass over everything, or where the sequence would become too long, everything is read anew as one sequence,
// and so it is by refresh(). A pass that was cut short is gone on with by the next
// call, whichever it is, as long as its documents are the same; the states between its layers lie in
// "<library>.encoding" until its vectors are stored.
//
// A library has vectors of one model. Adding with another one cuts all documents again from their stored
// text, and all are encoded anew.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/documents/passages.h"
#include "engine/documents/process/reading_process.h"
#include "engine/documents/reader.h"
#include "engine/indexing/unit_encoder.h"
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
    std::int64_t tokens_done = 0,
                 tokens_total = 0;  ///< of the encoding pass; tokens_done grows evenly through its layers
    double tokens_per_second = 0;
    double seconds_left = -1;  ///< of the phase; < 0: not known yet
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
    /// Documents and folders among what was given that cannot be read: tried in this run, or not tried again
    /// because nothing changed since they were.
    std::vector<FailedDocument> failed;
};

struct Options {
    documents::Limits limits;
    documents::ReadingProcess* reader = nullptr;  ///< null: documents are read in this process
    Control* control = nullptr;
    std::function<void(const Progress&)>
        progress;  ///< called on the calling thread, at most some 20 times a second
};

/// Share of the library's tokens that wait or came since the last pass over everything, from which on the
/// next pass is one again.
inline constexpr double kWholePassShare = 0.5;

/// Not safe on several threads at once. The library is open for writing. After Cancelled or a kill, the same
/// call goes on from what was stored. Throws LibraryError (disk full, ...), Cancelled, ReadingProcessError,
/// what the encoder throws; documents that cannot be read are listed in the report instead.
class Indexer {
 public:
    Indexer(library::Library& library, longnet::Encoder& encoder,
            std::shared_ptr<const tokenizer::Tokenizer> tokenizer);
    Indexer(library::Library& library, std::unique_ptr<UnitEncoder> encoder,
            documents::TokenizeFunction tokenize);

    /// Files and folders (recursively; hidden entries and links are passed over). What is unchanged by size
    /// and time of modification, else by content, stays as it is. A document that failed is tried again when
    /// it changed or is named itself. Documents below a given folder that are gone from the disk are removed
    /// from the library, unless the folder they were in cannot be looked into or the given one is empty.
    Report add(std::span<const std::filesystem::path> paths, const Options& options);

    /// Encodes the whole library anew as one sequence (a new generation).
    Report refresh(const Options& options);

 private:
    library::Library& library_;
    std::unique_ptr<UnitEncoder> encoder_;
    documents::TokenizeFunction tokenize_;
};

}  // namespace corpuscope::indexing
