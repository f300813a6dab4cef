// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Everything slow, away from the thread of the window. Three threads stand behind it: one writes the library
// (adding, removing, refreshing), one answers (questions, summaries, texts) and one computes what may take
// minutes (maps, exports), so that questions are answered while a folder is still being read. Values go in
// and come out; nothing is shared.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <vector>

#include "engine/answers/answer.h"
#include "engine/attention/attention_map.h"
#include "engine/export/exporter.h"
#include "engine/indexing/indexer.h"
#include "engine/library/library.h"

namespace corpuscope::app {

/// Number of one request; its answer carries the same number, so that a view can let stale ones fall away.
using JobId = quint64;

/// What the status bar and the overview show.
struct LibraryInfo {
    QString file;
    QString model;    ///< name of the model
    QString backend;  ///< "CPU int8 (AVX2, 2 threads)"
    bool read_only = false;
    library::Counts counts;
    std::vector<library::DocumentRecord> documents;  ///< by path
    int layers = 0, heads = 0;                       ///< of the model, for the attention panel
};

struct LoadedText {
    library::DocumentRecord document;
    library::StoredText text;
};

struct WorkerOptions {
    QString library;  ///< file; empty: the default
    QString model;    ///< name or folder; empty: the default
    QString backend = QStringLiteral("auto");
    int threads = 0;
    bool read_only =
        false;  ///< another process may hold the library; adding, removing and refreshing then fail
};

class Worker : public QObject {
    Q_OBJECT
 public:
    explicit Worker(WorkerOptions options, QObject* parent = nullptr);
    /// Cancels what runs and waits for it; what was to be removed is. Nothing stored is lost.
    ~Worker() override;

    /// Opens (creates) the library and loads the model; libraryOpened or libraryFailed follows.
    void open();
    /// Another library file instead of the current one.
    void openLibrary(const QString& file, bool read_only = false);

    /// Indexing: one at a time, further calls queue up. indexingProgress*, then indexingFinished or
    /// indexingFailed.
    void add(const QStringList& paths);
    /// Waits behind indexing that is under way, which works on what is there: removalsChanged says so.
    void remove(const std::vector<DocumentId>& documents);
    /// What still waits to be removed stays.
    void keep();
    void refresh();
    /// Reads and encodes what an earlier run left waiting.
    void goOn();
    void pause();
    void resume();
    void cancel();  ///< indexing stops at the next checkpoint; adding the same paths goes on from there
    bool indexing() const;
    bool paused() const;

    // Questions are answered one after another, in the order in which they were asked.
    JobId ask(const QString& question, int limit = 5);
    JobId summarize(const std::vector<DocumentId>& documents, int sentences);
    JobId computeMap(const attention::MapRequest& request);  ///< cancels the map under way
    JobId exportVectors(const QString& file, const exporting::Options& options);
    JobId loadText(DocumentId document);
    /// The job ends soon in jobFailed, unless it was done before.
    void cancelJob(JobId job);

 signals:
    void libraryOpened(const corpuscope::app::LibraryInfo& info);
    /// `readable`: it could be opened for reading only (another process holds it, the disk is
    /// write-protected).
    void libraryFailed(const QString& reason, bool readable);
    /// After anything stored changed: a document was read, failed or removed, vectors came in.
    void libraryChanged(const corpuscope::app::LibraryInfo& info);

    void indexingStarted();
    void indexingProgress(const corpuscope::indexing::Progress& progress);
    void indexingFinished(const corpuscope::indexing::Report& report);
    void indexingCancelled();
    void indexingFailed(const QString& reason);

    /// What waits to be removed now; none: all of it is done, failed or was kept.
    void removalsChanged(const std::vector<corpuscope::DocumentId>& waiting);
    void removalFailed(const QString& reason);

    void answered(corpuscope::app::JobId job, const corpuscope::answers::Answer& answer);
    void summarized(corpuscope::app::JobId job, const corpuscope::answers::Summary& summary);
    void mapProgress(corpuscope::app::JobId job, double fraction);
    void mapComputed(corpuscope::app::JobId job, const corpuscope::attention::AttentionMap& map);
    void exportProgress(corpuscope::app::JobId job, double fraction);
    void exported(corpuscope::app::JobId job, const corpuscope::exporting::Report& report);
    void textLoaded(corpuscope::app::JobId job, const corpuscope::app::LoadedText& text);
    /// Any of the jobs above that ended without its answer.
    void jobFailed(corpuscope::app::JobId job, const QString& reason);

 private:
    void connectWriter();
    void announceRemovals();
    void connectReader(class Reader* reader);

    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace corpuscope::app
