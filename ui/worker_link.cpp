// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/worker_link.h"

#include "ui/ask/ask_page.h"
#include "ui/attention/attention_page.h"
#include "ui/export/export_dialog.h"
#include "ui/library_dock/library_dock.h"
#include "ui/models/text_store.h"
#include "ui/overview/overview_page.h"
#include "ui/summary/summary_page.h"
#include "ui/toolbar/indexing_bar.h"
#include "ui/widgets/engine_text.h"

namespace corpuscope::ui {

using app::Worker;

namespace {

/// What an export has rows of: what waits for its vectors is not among it.
library::Counts with_vectors(const app::LibraryInfo& info) {
    library::Counts counts = info.counts;
    counts.passages = counts.tokens = 0;
    for (const library::DocumentRecord& record : info.documents) {
        if (record.state != library::DocumentState::Ready) continue;
        counts.passages += record.passages;
        counts.tokens += record.tokens;
    }
    return counts;
}

}  // namespace

WorkerLink::WorkerLink(Worker& worker, const Panels& panels, QObject* parent)
    : QObject(parent), worker_(worker), panels_(panels) {
    connect(&worker_, &Worker::libraryOpened, this, [this](const app::LibraryInfo& info) {
        open_ = true;
        panels_.texts->clear();
        panels_.ask->setEarlier({});
        panels_.summary->clear();
        panels_.attention->clear();
        show_library(info);
    });
    connect(&worker_, &Worker::libraryChanged, this, &WorkerLink::show_library);
    connect(&worker_, &Worker::libraryFailed, panels_.overview, [this](const QString& reason) {
        // The library that was open before stays so.
        if (!open_) panels_.overview->setLibraryFailed(engine_text(reason));
    });
    link_indexing();
    link_jobs();
    link_requests();
}

void WorkerLink::show_library(const app::LibraryInfo& info) {
    panels_.texts->keepOnly(info.documents);
    panels_.library->setLibrary(info);
    panels_.overview->setLibrary(info);
    panels_.ask->setLibrary(info);
    panels_.summary->setLibrary(info);
    panels_.attention->setLibrary(info);
    panels_.exporting->setCounts(with_vectors(info));
}

void WorkerLink::link_indexing() {
    IndexingBar* bar = panels_.progress;
    connect(&worker_, &Worker::indexingStarted, bar, &IndexingBar::setStarted);
    connect(&worker_, &Worker::indexingProgress, bar, &IndexingBar::setProgress);
    connect(&worker_, &Worker::indexingFinished, bar, &IndexingBar::setEnded);
    connect(&worker_, &Worker::indexingCancelled, bar, &IndexingBar::setEnded);
    connect(&worker_, &Worker::indexingFailed, bar, &IndexingBar::setEnded);
    connect(bar, &IndexingBar::pauseRequested, &worker_, &Worker::pause);
    connect(bar, &IndexingBar::resumeRequested, &worker_, &Worker::resume);
    connect(bar, &IndexingBar::cancelRequested, &worker_, &Worker::cancel);
}

void WorkerLink::link_jobs() {
    connect(&worker_, &Worker::answered, panels_.ask, &AskPage::setAnswer);
    connect(&worker_, &Worker::summarized, panels_.summary, &SummaryPage::setSummary);
    connect(&worker_, &Worker::mapProgress, panels_.attention, &AttentionPage::setProgress);
    connect(&worker_, &Worker::mapComputed, panels_.attention, &AttentionPage::setMap);
    connect(&worker_, &Worker::exportProgress, panels_.exporting, &ExportDialog::setProgress);
    connect(&worker_, &Worker::exported, panels_.exporting, &ExportDialog::setExported);
    connect(&worker_, &Worker::textLoaded, panels_.texts, &TextStore::put);
    connect(&worker_, &Worker::jobFailed, this, &WorkerLink::job_failed);
}

void WorkerLink::link_requests() {
    connect(panels_.texts, &TextStore::wanted, this,
            [this](DocumentId document) { panels_.texts->setJob(document, worker_.loadText(document)); });
    connect(panels_.ask, &AskPage::askRequested, this, &WorkerLink::ask);
    connect(panels_.summary, &SummaryPage::summaryRequested, this,
            [this](const std::vector<DocumentId>& documents, int sentences) {
                panels_.summary->setJob(worker_.summarize(documents, sentences));
            });
    connect(panels_.attention, &AttentionPage::mapRequested, this,
            [this](const attention::MapRequest& request) {
                panels_.attention->setJob(worker_.computeMap(request));
            });
    connect(panels_.exporting, &ExportDialog::exportRequested, this,
            [this](const QString& file, const exporting::Options& options) {
                panels_.exporting->setJob(worker_.exportVectors(file, options));
            });
    connect(panels_.exporting, &ExportDialog::cancelRequested, &worker_, &Worker::cancelJob);
    connect(panels_.attention, &AttentionPage::cancelRequested, &worker_, &Worker::cancelJob);
    connect(panels_.summary, &SummaryPage::failed, this, &WorkerLink::failed);
    connect(panels_.attention, &AttentionPage::failed, this, &WorkerLink::failed);
    connect(panels_.library, &LibraryDock::removeRequested, &worker_, &Worker::remove);
    connect(&worker_, &Worker::removalsChanged, panels_.library, &LibraryDock::setLeaving);
    connect(panels_.overview, &OverviewPage::refreshRequested, &worker_, &Worker::refresh);
}

void WorkerLink::ask(const QString& question) { panels_.ask->setAsked(worker_.ask(question), question); }

void WorkerLink::job_failed(app::JobId job, const QString& reason) {
    // Each panel knows its own jobs; one that nobody waits for any more was replaced by a newer one.
    const QString said = engine_text(reason);
    panels_.ask->setFailed(job, said) || panels_.summary->setFailed(job, said) ||
        panels_.attention->setFailed(job, said) || panels_.exporting->setFailed(job, said) ||
        panels_.texts->fail(job, said);
}

}  // namespace corpuscope::ui
