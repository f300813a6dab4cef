// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFile>
#include <QTemporaryDir>
#include <memory>

#include "engine/indexing/indexer.h"
#include "engine/models.h"
#include "kernels/backend.h"

namespace corpuscope::tests {

/// Two short documents, read and encoded with the default model into a library of their own.
class SmallCorpus {
 public:
    SmallCorpus() {
        write("documents/lamp.txt",
              "The lamp burns colza oil. It is lit at dusk, and it is trimmed twice before midnight.\n\n"
              "In fog the keeper rings the bell by hand every two minutes, for as long as the fog lasts.\n");
        write("documents/rules, \"old\".txt",
              "Ships pay a due of three shillings for every ton of coal. A pilot must be taken on board.\n");
        const auto folder = find_model("default");
        model = longnet::load_model(folder);
        tokenizer = tokenizer::Tokenizer::load(folder / "tokenizer.model");
        encoder = std::make_unique<longnet::Encoder>(model, kernels::make_backend("cpu", 2),
                                                     kernels::Precision::F32);
        library = library::Library::open(path("library"), library::OpenMode::ReadWrite);
        const std::vector<std::filesystem::path> paths = {path("documents")};
        indexing::Indexer(*library, *encoder, tokenizer).add(paths, {});
    }

    std::filesystem::path path(const char* name) const { return folder.filePath(name).toStdString(); }

    QTemporaryDir folder;
    std::shared_ptr<const longnet::Model> model;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::unique_ptr<longnet::Encoder> encoder;
    std::unique_ptr<library::Library> library;

 private:
    void write(const char* name, const QByteArray& text) const {
        std::filesystem::create_directories(path(name).parent_path());
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s", qPrintable(file.errorString()));
    }
};

}  // namespace corpuscope::tests
