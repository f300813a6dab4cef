// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <chrono>
#include <functional>
#include <memory>

#include "app/session.h"
#include "app/worker/job.h"

namespace corpuscope::app {

/// The side of the worker that changes the library. Lives on a thread of its own; every method runs there.
class Writer : public QObject {
    Q_OBJECT
 public:
    explicit Writer(WorkerOptions options);
    ~Writer() override;

    /// A library that cannot be opened leaves the one before it in use, unless it is the same file.
    void open(const QString& file, bool readOnly);
    void add(const Job& job, const QStringList& paths);
    void refresh(const Job& job);
    void goOn(const Job& job);
    /// Nothing where the job was cancelled.
    void remove(const Job& job, const std::vector<DocumentId>& documents);

 signals:
    /// The other threads open the same library with the same model.
    void sessionOpened(const corpuscope::app::SessionOptions& options,
                       const corpuscope::app::LoadedModel& model);
    void opened(const corpuscope::app::LibraryInfo& info);
    void openFailed(const QString& reason, bool readable);
    void changed(const corpuscope::app::LibraryInfo& info);

    // After `started` exactly one of finished, cancelled and failed.
    void started();
    void progressed(const corpuscope::indexing::Progress& progress);
    void finished(const corpuscope::indexing::Report& report);
    void cancelled();
    void failed(const QString& reason);

    void removed();  ///< or kept, or it failed
    void removeFailed(const QString& reason);

 private:
    using Indexing = std::function<indexing::Report(indexing::Indexer&, const indexing::Options&)>;
    void index(const Job& job, const Indexing& work);
    void announceProgress(const indexing::Progress& progress);
    void announceChange();
    Session& writableSession();
    LibraryInfo info();

    WorkerOptions options_;
    bool readOnly_ = false;
    LoadedModel model_;
    std::unique_ptr<Session> session_;
    std::unique_ptr<library::Library>
        observer_;  ///< sees what is committed, also while a transaction is open

    // libraryChanged is held back so that listing many documents never takes a noticeable share of the time.
    std::chrono::steady_clock::time_point nextChange_;
    indexing::Progress announced_;
};

}  // namespace corpuscope::app
