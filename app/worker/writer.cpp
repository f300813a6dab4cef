// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/worker/writer.h"

#include <algorithm>
#include <filesystem>

namespace corpuscope::app {
namespace {

constexpr auto kChangeInterval = std::chrono::milliseconds(250);
constexpr int kChangeShare = 20;  ///< at most 1/20 of the time goes into listing what changed

std::vector<std::filesystem::path> toPaths(const QStringList& names) {
    std::vector<std::filesystem::path> paths;
    for (const auto& name : names) paths.emplace_back(name.toStdString());
    return paths;
}

bool isSameFile(const std::filesystem::path& a, const std::filesystem::path& b) {
    std::error_code ignored;
    return std::filesystem::weakly_canonical(a, ignored) == std::filesystem::weakly_canonical(b, ignored);
}

bool isReadable(const std::filesystem::path& file) {
    try {
        library::Library::open(file.empty() ? library::default_library_file() : file,
                               library::OpenMode::ReadOnly);
        return true;
    } catch (const std::exception&) {
        return false;  // what is wrong with it is being reported already
    }
}

}  // namespace

Writer::Writer(WorkerOptions options) : options_(std::move(options)) {}

Writer::~Writer() = default;

void Writer::open(const QString& file, bool readOnly) {
    try {
        SessionOptions options;
        options.library = file.toStdString();
        if (!options_.model.isEmpty()) options.model = options_.model.toStdString();
        options.backend = options_.backend.toStdString();
        options.threads = options_.threads;
        if (!model_.model) model_ = load(options.model);
        auto session = std::make_unique<Session>(options, model_);
        if (session_ && isSameFile(session_->library_file(), session->library_file())) session_.reset();
        session->library(readOnly ? library::OpenMode::ReadOnly : library::OpenMode::ReadWrite);
        session->encoder();
        auto observer = library::Library::open(session->library_file(), library::OpenMode::ReadOnly);
        session_ = std::move(session);
        observer_ = std::move(observer);
        readOnly_ = readOnly;
        emit sessionOpened(options, model_);
        emit opened(info());
    } catch (const std::exception& error) {
        emit openFailed(QString::fromUtf8(error.what()), !readOnly && isReadable(file.toStdString()));
    }
}

Session& Writer::writableSession() {
    if (!session_) throw std::runtime_error("no library is open");
    if (readOnly_)
        throw std::runtime_error(session_->library_file().string() + ": was opened for reading only");
    return *session_;
}

void Writer::add(const Job& job, const QStringList& paths) {
    index(job, [&](indexing::Indexer& indexer, const indexing::Options& options) {
        return indexer.add(toPaths(paths), options);
    });
}

void Writer::refresh(const Job& job) {
    index(job, [](indexing::Indexer& indexer, const indexing::Options& options) {
        return indexer.refresh(options);
    });
}

void Writer::goOn(const Job& job) {
    index(job, [this](indexing::Indexer& indexer, const indexing::Options& options) {
        std::vector<std::filesystem::path> waiting;
        for (const auto& record : observer_->documents())
            if (record.state == library::DocumentState::Pending) waiting.emplace_back(record.path);
        // What was read and waits for its vectors is encoded by any call, also one without paths.
        return indexer.add(waiting, options);
    });
}

void Writer::index(const Job& job, const Indexing& work) {
    emit started();
    try {
        job.control->checkpoint();
        Session& session = writableSession();
        indexing::Indexer indexer(session.library(), session.encoder(), session.model().tokenizer);
        indexing::Options options;
        options.reader = &session.reader();
        options.control = job.control.get();
        options.progress = [this](const indexing::Progress& progress) { announceProgress(progress); };
        const auto report = work(indexer, options);
        announceChange();
        emit finished(report);
    } catch (const Cancelled&) {
        announceChange();
        emit cancelled();
    } catch (const std::exception& error) {
        announceChange();
        emit failed(QString::fromUtf8(error.what()));
    }
}

void Writer::announceProgress(const indexing::Progress& progress) {
    emit progressed(progress);
    const bool news =
        progress.phase != announced_.phase || progress.documents_done != announced_.documents_done;
    if (!news || std::chrono::steady_clock::now() < nextChange_) return;
    announced_ = progress;
    announceChange();
}

void Writer::remove(const Job& job, const std::vector<DocumentId>& documents) {
    if (!job.control->cancelled()) {
        try {
            auto& library = writableSession().library();
            library.in_transaction([&] {
                for (const auto document : documents) library.remove(document);
            });
        } catch (const std::exception& error) {
            emit removeFailed(QString::fromUtf8(error.what()));
        }
        announceChange();
    }
    emit removed();
}

void Writer::announceChange() {
    if (!session_) return;
    const auto begin = std::chrono::steady_clock::now();
    emit changed(info());
    const auto end = std::chrono::steady_clock::now();
    nextChange_ =
        end + std::max<std::chrono::steady_clock::duration>(kChangeInterval, kChangeShare * (end - begin));
}

LibraryInfo Writer::info() {
    // Absolute: it is remembered for another run, which may start in another folder.
    const auto file = std::filesystem::absolute(session_->library_file()).lexically_normal();
    return {.file = QString::fromStdString(file.string()),
            .model = QString::fromStdString(model_.model->config.name),
            .backend = QString::fromStdString(session_->backend_line()),
            .read_only = readOnly_,
            .counts = observer_->counts(),
            .documents = observer_->documents(),
            .layers = model_.model->config.layers,
            .heads = model_.model->config.heads};
}

}  // namespace corpuscope::app
