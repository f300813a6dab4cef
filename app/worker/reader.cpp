// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/worker/reader.h"

namespace corpuscope::app {

Reader::Reader() = default;

Reader::~Reader() = default;

void Reader::open(const SessionOptions& options, const LoadedModel& model) {
    session_ = std::make_unique<Session>(options, model);
    counts_ = {};
}

void Reader::warmUp() {
    try {
        if (session_) session_->answerer();
    } catch (const std::exception&) {
        // The question that needs it fails with the same reason, and there somebody is to read it.
        session_->forget_vectors();
    }
}

void Reader::libraryChanged(const library::Counts& counts) {
    const bool same = counts.ready == counts_.ready && counts.generation == counts_.generation &&
                      counts.units == counts_.units;
    counts_ = counts;
    if (session_ && !same) session_->forget_vectors();
}

void Reader::run(const Job& job, const std::function<void(Session&)>& work) {
    try {
        job.control->checkpoint();
        if (!session_) throw std::runtime_error("no library is open");
        work(*session_);
    } catch (const Cancelled&) {
        emit failed(job.id, tr("Stopped"));
    } catch (const std::exception& error) {
        emit failed(job.id, QString::fromUtf8(error.what()));
    }
}

void Reader::ask(const Job& job, const QString& question, int limit) {
    run(job, [&](Session& session) {
        emit answered(job.id, session.answerer().ask(question.toStdString(), limit));
    });
}

void Reader::summarize(const Job& job, const std::vector<DocumentId>& documents, int sentences) {
    run(job, [&](Session& session) {
        emit summarized(job.id, answers::summarize(session.library(), documents, sentences));
    });
}

void Reader::computeMap(const Job& job, const attention::MapRequest& request) {
    run(job, [&](Session& session) {
        const auto progress = [&](double fraction) { emit mapProgress(job.id, fraction); };
        emit mapComputed(job.id, attention::compute_map(session.library(), session.encoder(), request,
                                                        job.control.get(), progress));
    });
}

void Reader::exportVectors(const Job& job, const QString& file, exporting::Options options) {
    run(job, [&](Session& session) {
        options.control = job.control.get();
        options.progress = [&](double fraction) { emit exportProgress(job.id, fraction); };
        emit exported(job.id, exporting::export_vectors(session.library(), session.encoder(),
                                                        file.toStdString(), options));
    });
}

void Reader::loadText(const Job& job, DocumentId document) {
    run(job, [&](Session& session) {
        const auto record = session.library().document(document);
        if (!record) throw std::runtime_error("the document is no longer in the library");
        emit textLoaded(job.id, {*record, session.library().text(document)});
    });
}

}  // namespace corpuscope::app
