// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/worker/worker.h"

#include <QThread>
#include <deque>
#include <unordered_map>

#include "app/worker/job.h"
#include "app/worker/reader.h"
#include "app/worker/writer.h"

namespace corpuscope::app {

struct Worker::State {
    explicit State(WorkerOptions given) : options(std::move(given)), writer(options) {
        writer.moveToThread(&writing);
        answering.moveToThread(&answers);
        computing.moveToThread(&computations);
        writing.setObjectName(QStringLiteral("writer"));
        answers.setObjectName(QStringLiteral("answers"));
        computations.setObjectName(QStringLiteral("computations"));
    }

    ~State() {
        cancelAll();
        // Behind what was asked for: quitting at once would forget what is to be removed.
        QMetaObject::invokeMethod(&writer, [this] { writing.quit(); });
        for (auto* thread : {&answers, &computations}) thread->quit();
        for (auto* thread : {&writing, &answers, &computations}) thread->wait();
    }

    void start() {
        for (auto* thread : {&writing, &answers, &computations}) thread->start();
    }

    void cancelIndexing() {
        for (const auto& job : indexing) job.control->cancel();
    }

    void cancelAll() {
        cancelIndexing();
        for (const auto& [id, control] : running) control->cancel();
    }

    Job newJob() {
        Job job{.id = ++lastJob};
        running.emplace(job.id, job.control);
        return job;
    }

    void cancelJob(JobId id) {
        if (const auto job = running.find(id); job != running.end()) job->second->cancel();
    }

    WorkerOptions options;
    Writer writer;
    Reader answering;  ///< questions, summaries, texts: soon done
    Reader computing;  ///< maps and exports, which may take minutes
    QThread writing, answers, computations;

    struct Removal {
        Job job;
        std::vector<DocumentId> documents;
    };

    std::deque<Job> indexing;      ///< under way and waiting, oldest first
    std::deque<Removal> removals;  ///< the same
    std::unordered_map<JobId, std::shared_ptr<Control>> running;
    JobId lastJob = 0, lastMap = 0;
};

Worker::Worker(WorkerOptions options, QObject* parent)
    : QObject(parent), state_(std::make_unique<State>(std::move(options))) {
    connectWriter();
    for (auto* reader : {&state_->answering, &state_->computing}) connectReader(reader);
    connect(&state_->writer, &Writer::sessionOpened, &state_->answering, &Reader::warmUp);
    state_->start();
}

Worker::~Worker() = default;

void Worker::connectWriter() {
    const auto* writer = &state_->writer;
    connect(writer, &Writer::opened, this, &Worker::libraryOpened);
    connect(writer, &Writer::openFailed, this, &Worker::libraryFailed);
    connect(writer, &Writer::changed, this, &Worker::libraryChanged);
    connect(writer, &Writer::started, this, &Worker::indexingStarted);
    connect(writer, &Writer::progressed, this, &Worker::indexingProgress);
    connect(writer, &Writer::removeFailed, this, &Worker::removalFailed);
    connect(writer, &Writer::removed, this, [this] {
        state_->removals.pop_front();
        announceRemovals();
    });
    connect(writer, &Writer::finished, this, [this](const indexing::Report& report) {
        state_->indexing.pop_front();
        emit indexingFinished(report);
    });
    connect(writer, &Writer::cancelled, this, [this] {
        state_->indexing.pop_front();
        emit indexingCancelled();
    });
    connect(writer, &Writer::failed, this, [this](const QString& reason) {
        state_->indexing.pop_front();
        emit indexingFailed(reason);
    });
}

void Worker::connectReader(Reader* reader) {
    connect(&state_->writer, &Writer::sessionOpened, reader, &Reader::open);
    connect(&state_->writer, &Writer::changed, reader,
            [reader](const LibraryInfo& info) { reader->libraryChanged(info.counts); });
    const auto forget = [this](JobId job) { state_->running.erase(job); };
    connect(reader, &Reader::answered, this, forget);
    connect(reader, &Reader::summarized, this, forget);
    connect(reader, &Reader::mapComputed, this, forget);
    connect(reader, &Reader::exported, this, forget);
    connect(reader, &Reader::textLoaded, this, forget);
    connect(reader, &Reader::failed, this, forget);
    connect(reader, &Reader::answered, this, &Worker::answered);
    connect(reader, &Reader::summarized, this, &Worker::summarized);
    connect(reader, &Reader::mapProgress, this, &Worker::mapProgress);
    connect(reader, &Reader::mapComputed, this, &Worker::mapComputed);
    connect(reader, &Reader::exportProgress, this, &Worker::exportProgress);
    connect(reader, &Reader::exported, this, &Worker::exported);
    connect(reader, &Reader::textLoaded, this, &Worker::textLoaded);
    connect(reader, &Reader::failed, this, &Worker::jobFailed);
}

void Worker::open() { openLibrary(state_->options.library, state_->options.read_only); }

void Worker::openLibrary(const QString& file, bool read_only) {
    state_->cancelAll();
    auto* writer = &state_->writer;
    QMetaObject::invokeMethod(writer, [=] { writer->open(file, read_only); });
}

void Worker::add(const QStringList& paths) {
    const Job job = state_->indexing.emplace_back();
    auto* writer = &state_->writer;
    QMetaObject::invokeMethod(writer, [=] { writer->add(job, paths); });
}

void Worker::refresh() {
    const Job job = state_->indexing.emplace_back();
    auto* writer = &state_->writer;
    QMetaObject::invokeMethod(writer, [=] { writer->refresh(job); });
}

void Worker::goOn() {
    const Job job = state_->indexing.emplace_back();
    auto* writer = &state_->writer;
    QMetaObject::invokeMethod(writer, [=] { writer->goOn(job); });
}

void Worker::remove(const std::vector<DocumentId>& documents) {
    const Job job;
    state_->removals.push_back({job, documents});
    auto* writer = &state_->writer;
    QMetaObject::invokeMethod(writer, [=] { writer->remove(job, documents); });
    announceRemovals();
}

void Worker::keep() {
    for (const auto& removal : state_->removals) removal.job.control->cancel();
    announceRemovals();
}

void Worker::announceRemovals() {
    std::vector<DocumentId> waiting;
    for (const auto& [job, documents] : state_->removals)
        if (!job.control->cancelled()) waiting.insert(waiting.end(), documents.begin(), documents.end());
    emit removalsChanged(waiting);
}

void Worker::pause() {
    for (const auto& job : state_->indexing) job.control->pause();
}

void Worker::resume() {
    for (const auto& job : state_->indexing) job.control->resume();
}

void Worker::cancel() { state_->cancelIndexing(); }

bool Worker::indexing() const { return !state_->indexing.empty(); }

bool Worker::paused() const { return indexing() && state_->indexing.front().control->paused(); }

JobId Worker::ask(const QString& question, int limit) {
    const Job job = state_->newJob();
    auto* reader = &state_->answering;
    QMetaObject::invokeMethod(reader, [=] { reader->ask(job, question, limit); });
    return job.id;
}

JobId Worker::summarize(const std::vector<DocumentId>& documents, int sentences) {
    const Job job = state_->newJob();
    auto* reader = &state_->answering;
    QMetaObject::invokeMethod(reader, [=] { reader->summarize(job, documents, sentences); });
    return job.id;
}

JobId Worker::computeMap(const attention::MapRequest& request) {
    state_->cancelJob(state_->lastMap);
    const Job job = state_->newJob();
    state_->lastMap = job.id;
    auto* reader = &state_->computing;
    QMetaObject::invokeMethod(reader, [=] { reader->computeMap(job, request); });
    return job.id;
}

JobId Worker::exportVectors(const QString& file, const exporting::Options& options) {
    const Job job = state_->newJob();
    auto* reader = &state_->computing;
    QMetaObject::invokeMethod(reader, [=] { reader->exportVectors(job, file, options); });
    return job.id;
}

JobId Worker::loadText(DocumentId document) {
    const Job job = state_->newJob();
    auto* reader = &state_->answering;
    QMetaObject::invokeMethod(reader, [=] { reader->loadText(job, document); });
    return job.id;
}

void Worker::cancelJob(JobId job) { state_->cancelJob(job); }

}  // namespace corpuscope::app
