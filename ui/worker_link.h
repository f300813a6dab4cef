// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

#include "app/worker/worker.h"
#include "ui/panels.h"

namespace corpuscope::ui {

/// Carries what panels ask for to the worker and what it answers back to the panel that asked. Panels know
/// nothing of the worker.
class WorkerLink : public QObject {
    Q_OBJECT
 public:
    WorkerLink(app::Worker& worker, const Panels& panels, QObject* parent = nullptr);

    void ask(const QString& question);

 signals:
    /// A job failed whose panel has no place of its own to say so.
    void failed(const QString& title, const QString& reason);

 private:
    void link_indexing();
    void link_jobs();
    void link_requests();
    void job_failed(app::JobId job, const QString& reason);
    void show_library(const app::LibraryInfo& info);

    app::Worker& worker_;
    Panels panels_;
    bool open_ = false;  ///< a library is
};

}  // namespace corpuscope::ui
