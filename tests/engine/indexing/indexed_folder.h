// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A folder of documents, a library beside it and an indexer with a made-up encoder, for tests.
#pragma once

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "engine/indexing/indexer.h"
#include "tests/engine/indexing/fake_encoder.h"

namespace corpuscope::indexing::testing {

class IndexedFolder {
 protected:
    void open() {
        folder_ = std::make_unique<QTemporaryDir>();
        const std::filesystem::path root = std::filesystem::canonical(folder_->path().toStdString());
        docs_ = root / "docs";
        file_ = root / "test.corpuscope";
        std::filesystem::create_directories(docs_);
        library_ = library::Library::open(file_, library::OpenMode::ReadWrite);
        auto encoder = std::make_unique<FakeEncoder>();
        encoder_ = encoder.get();
        indexer_ = std::make_unique<Indexer>(*library_, std::move(encoder), tokenize);
    }

    /// The library has to be sound after whatever was done to it.
    void close() {
        QCOMPARE(library_->verify(), std::vector<std::string>{});
        indexer_.reset();
        library_.reset();
        std::filesystem::remove_all(docs_);
        folder_.reset();
    }

    void write(const std::string& name, const std::string& text) {
        std::filesystem::create_directories((docs_ / name).parent_path());
        std::ofstream(docs_ / name, std::ios::binary) << text;
    }
    static std::string numbered(const std::string& stem, int number) {
        std::string name = stem;
        name += std::to_string(number);
        return name += ".txt";
    }
    static std::string article(int seed, int sentences = 12) {
        std::string text = "Article number " + std::to_string(seed) + "\n\n";
        for (int s = 0; s < sentences; ++s) {
            text += "Sentence " + std::to_string(s) + " of article " + std::to_string(seed) +
                    " tells of animals, of rivers and of the weather in the mountains. ";
        }
        return text + "\n";
    }
    Report add(const std::filesystem::path& path, Control* control = nullptr) {
        Options options;
        options.control = control;
        const std::vector<std::filesystem::path> paths = {path};
        return indexer_->add(paths, options);
    }
    library::DocumentRecord record(const std::string& name) const {
        return library_->find((docs_ / name).string()).value_or(library::DocumentRecord{});
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::filesystem::path docs_, file_;
    std::unique_ptr<library::Library> library_;
    FakeEncoder* encoder_ = nullptr;
    std::unique_ptr<Indexer> indexer_;
};

}  // namespace corpuscope::indexing::testing
