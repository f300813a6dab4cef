// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What a verb or a worker thread works with: a library, a model on a backend, and what is built from the two.
// Each part is made when it is first asked for, so that `status` loads no model and `encode` opens no
// library.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "engine/answers/answerer.h"
#include "engine/documents/process/reading_process.h"
#include "engine/library/library.h"
#include "engine/longnet/encoder.h"
#include "engine/longnet/model.h"
#include "engine/search/searcher.h"
#include "engine/tokenizer/tokenizer.h"

namespace corpuscope::app {

struct SessionOptions {
    std::filesystem::path library;   ///< empty: the default library
    std::string model = "default";   ///< name or folder
    std::string backend = "auto";    ///< as kernels::make_backend takes it
    std::string precision = "auto";  ///< "f32", "bf16", "int8", "auto": what the backend does fastest
    int threads = 0;                 ///< 0: one a physical core
};

/// The parts of a model that several sessions can share: immutable and safe on several threads.
struct LoadedModel {
    std::shared_ptr<const longnet::Model> model;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
};
LoadedModel load(const std::string& name_or_folder);

/// Throws std::invalid_argument for a name that is none of those of SessionOptions::precision but "auto".
kernels::Precision precision_from(const std::string& name);
std::string to_string(kernels::Precision precision);

/// Not safe on several threads at once. Throws what its parts throw (LibraryError, std::runtime_error, ...).
class Session {
 public:
    explicit Session(SessionOptions options, LoadedModel model = {});
    ~Session();

    const SessionOptions& options() const { return options_; }
    std::filesystem::path library_file() const;

    /// The mode of the first call holds for the session.
    library::Library& library(library::OpenMode mode = library::OpenMode::ReadOnly);
    const LoadedModel& model();
    longnet::Encoder& encoder();
    documents::ReadingProcess& reader() { return reader_; }
    search::Searcher& searcher();
    answers::Answerer& answerer();

    /// After vectors were stored: the next search reads them again.
    void forget_vectors();

    /// For people: "CPU int8 (AVX2, 2 threads)".
    std::string backend_line();

 private:
    SessionOptions options_;
    LoadedModel model_;
    std::unique_ptr<library::Library> library_;
    documents::ReadingProcess reader_;
    std::unique_ptr<longnet::Encoder> encoder_;
    std::unique_ptr<search::Searcher> searcher_;
    std::unique_ptr<answers::Answerer> answerer_;
};

}  // namespace corpuscope::app
