// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/manifest.h"

#include <QCryptographicHash>
#include <QFile>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "engine/export/vector_file.h"

namespace corpuscope::exporting {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
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

bool may_replace(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(std::filesystem::symlink_status(path, error))) return true;
    std::ifstream file(path);
    const Json json = Json::parse(file, nullptr, false);
    return json.is_object() && json.contains("corpus_hash") && json.contains("pooling");
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
