// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/session.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "engine/models.h"
#include "kernels/backend.h"

namespace corpuscope::app {

LoadedModel load(const std::string& name_or_folder) {
    const auto folder = find_model(name_or_folder);
    return {longnet::load_model(folder), tokenizer::Tokenizer::load(folder / "tokenizer.model")};
}

kernels::Precision precision_from(const std::string& name) {
    if (name == "f32") return kernels::Precision::F32;
    if (name == "bf16") return kernels::Precision::BF16;
    if (name == "int8") return kernels::Precision::Int8;
    throw std::invalid_argument("precision " + name + ": not one of f32, bf16, int8");
}

std::string to_string(kernels::Precision precision) {
    switch (precision) {
        case kernels::Precision::F32:
            return "f32";
        case kernels::Precision::BF16:
            return "bf16";
        case kernels::Precision::Int8:
            return "int8";
    }
    return {};
}

Session::Session(SessionOptions options, LoadedModel model)
    : options_(std::move(options)), model_(std::move(model)) {}

Session::~Session() = default;

std::filesystem::path Session::library_file() const {
    return options_.library.empty() ? library::default_library_file() : options_.library;
}

library::Library& Session::library(library::OpenMode mode) {
    if (library_) return *library_;
    const auto file = library_file();
    std::error_code ignored;
    if (mode == library::OpenMode::ReadOnly && !std::filesystem::exists(file, ignored))
        throw library::LibraryError(file.string() +
                                    ": there is no library yet; add a folder first: corpuscope add FOLDER");
    library_ = library::Library::open(file, mode);
    return *library_;
}

const LoadedModel& Session::model() {
    if (!model_.model) model_ = load(options_.model);
    return model_;
}

longnet::Encoder& Session::encoder() {
    if (!encoder_) {
        std::shared_ptr<kernels::Backend> backend = kernels::make_backend(options_.backend, options_.threads);
        const auto precision =
            options_.precision == "auto" ? backend->fastest_precision() : precision_from(options_.precision);
        encoder_ = std::make_unique<longnet::Encoder>(model().model, std::move(backend), precision);
    }
    return *encoder_;
}

search::Searcher& Session::searcher() {
    if (!searcher_) {
        library::check_model(library(),
                             library::model_identity(model().model->config.name, model().model->hash));
        searcher_ = std::make_unique<search::Searcher>(library(), search::VectorIndex::build(library()),
                                                       encoder(), model().tokenizer);
    }
    return *searcher_;
}

answers::Answerer& Session::answerer() {
    if (!answerer_) answerer_ = std::make_unique<answers::Answerer>(library(), searcher());
    return *answerer_;
}

void Session::forget_vectors() {
    answerer_.reset();
    searcher_.reset();
}

std::string Session::backend_line() {
    const auto& backend = encoder().backend();
    std::string name(backend.name());
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
    return name + ' ' + to_string(encoder().precision()) + " (" + backend.description() + ')';
}

}  // namespace corpuscope::app
