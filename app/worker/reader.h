// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <functional>
#include <memory>

#include "app/session.h"
#include "app/worker/job.h"

namespace corpuscope::app {

/// A side of the worker that only reads the library. Lives on a thread of its own; every method runs there.
class Reader : public QObject {
    Q_OBJECT
 public:
    Reader();
    ~Reader() override;

    void open(const SessionOptions& options, const LoadedModel& model);
    /// Makes now what the first question needs, so that it is answered at once.
    void warmUp();
    /// Vectors may have been stored or dropped since the last question.
    void libraryChanged(const library::Counts& counts);

    void ask(const Job& job, const QString& question, int limit);
    void summarize(const Job& job, const std::vector<DocumentId>& documents, int sentences);
    void computeMap(const Job& job, const attention::MapRequest& request);
    void exportVectors(const Job& job, const QString& file, exporting::Options options);
    void loadText(const Job& job, DocumentId document);

 signals:
    void answered(corpuscope::app::JobId job, const corpuscope::answers::Answer& answer);
    void summarized(corpuscope::app::JobId job, const corpuscope::answers::Summary& summary);
    void mapProgress(corpuscope::app::JobId job, double fraction);
    void mapComputed(corpuscope::app::JobId job, const corpuscope::attention::AttentionMap& map);
    void exportProgress(corpuscope::app::JobId job, double fraction);
    void exported(corpuscope::app::JobId job, const corpuscope::exporting::Report& report);
    void textLoaded(corpuscope::app::JobId job, const corpuscope::app::LoadedText& text);
    void failed(corpuscope::app::JobId job, const QString& reason);

 private:
    void run(const Job& job, const std::function<void(Session&)>& work);

    std::unique_ptr<Session> session_;
    library::Counts counts_;
};

}  // namespace corpuscope::app
