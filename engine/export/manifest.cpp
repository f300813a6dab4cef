// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/manifest.h"

#include <QCryptographicHash>
#include <QFile>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "engine/export/vector_file.h"

namespace corpuscope::exporting {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

constexpr const char* kManifest = "manifest.json";

/// Of a manifest: the name of its export's file; empty where the file is there but no manifest of an export,
/// nothing where there is no such file.
std::optional<std::filesystem::path> file_described_by(const std::filesystem::path& manifest) {
    std::error_code error;
    if (!std::filesystem::exists(std::filesystem::symlink_status(manifest, error))) return std::nullopt;
    std::ifstream file(manifest);
    const auto json = nlohmann::json::parse(file, nullptr, false);
    const bool ours = json.is_object() && json.contains("corpus_hash") && json.contains("pooling") &&
                      json.contains("file") && json["file"].is_string();
    return ours ? json["file"].get<std::string>() : std::string();
}

std::string file_hash(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
        throw std::runtime_error(path.string() + ": " + file.errorString().toStdString());
    return hash.result().toHex().toStdString();
}

/// Of path and content of every document, so that two exports of the same corpus have the same hash.
std::string corpus_hash(const std::vector<library::DocumentRecord>& documents) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const auto& document : documents)
        hash.addData(QByteArray::fromStdString(document.path + '\0' + document.sha256 + '\n'));
    return hash.result().toHex().toStdString();
}

std::string_view pooling(Level level) {
    switch (level) {
        case Level::Token:
            return "none: the last hidden state of the token";
        case Level::Passage:
            return "mean over the positions of the passage's units, [CLS] and [SEP] included";
        case Level::Document:
            return "mean of the vectors of the document's units";
    }
    return {};
}

}  // namespace

std::filesystem::path rows_file(const std::filesystem::path& out) {
    auto path = out;
    path += ".rows.jsonl";
    return path;
}

std::filesystem::path manifest_file(const std::filesystem::path& out) {
    const auto shared = out.parent_path() / kManifest;
    auto own = out;
    own += std::string(".") + kManifest;
    const auto described = file_described_by(own);
    if (described && *described != out.filename())
        throw std::runtime_error(own.string() +
                                 ": is not the manifest of an export and would be replaced; export to "
                                 "another folder, or move it away");
    std::error_code error;
    const auto current = file_described_by(shared);
    const bool is_free = !current || *current == out.filename() ||
                         (!current->empty() && !std::filesystem::exists(out.parent_path() / *current, error));
    return is_free && !described ? shared : own;
}

bool is_name_of_manifest(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    return name == kManifest || name.ends_with(std::string(".") + kManifest);
}

std::string describe(const Row& row) {
    return dump({{"path", row.path}, {"start", row.range.begin}, {"end", row.range.end}, {"page", row.page}},
                -1);
}

std::string describe(const library::Library& library, const longnet::Encoder& encoder,
                     const std::vector<library::DocumentRecord>& documents, const Report& report,
                     const Options& options) {
    const auto& model = encoder.model();
    Json json = {{"file", report.file.filename().string()},
                 {"format", name_of(options.format)},
                 {"level", name_of(options.level)},
                 {"rows", report.rows},
                 {"dimension", report.dimension},
                 {"dtype", options.element == ElementType::F32 ? "f32" : "f16"}};
    if (!names_its_rows(options.format)) json["rows_file"] = rows_file(report.file).filename().string();
    json["range"] = "start and end are bytes of the document's extracted text, UTF-8";
    json["pooling"] = pooling(options.level);
    json["normalization"] = options.level == Level::Token ? "none" : "l2";
    json["model"] = {{"name", model.config.name}, {"hash", model.hash}};
    json["tokenizer"] = {{"kind", "SentencePiece"}, {"hash", file_hash(model.folder / "tokenizer.model")}};
    json["corpus_hash"] = corpus_hash(documents);
    json["documents"] = documents.size();
    json["generation"] = library.counts().generation;
    return dump(json, 2);
}

}  // namespace corpuscope::exporting
