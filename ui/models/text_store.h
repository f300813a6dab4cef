// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <memory>

#include "app/worker/worker.h"

namespace corpuscope::ui {

/// The texts of the documents looked at last, for the reader and for hovering over the attention map. Asks
/// for a text that it lacks once and says when it is there.
class TextStore : public QObject {
    Q_OBJECT
 public:
    using Text = std::shared_ptr<const app::LoadedText>;

    explicit TextStore(QObject* parent = nullptr);

    /// Null: not there yet (or failed); `wanted` was emitted and `ready` or `failed` follows.
    Text get(DocumentId document);
    /// The request that `wanted` made.
    void setJob(DocumentId document, app::JobId job);
    void put(app::JobId job, const app::LoadedText& text);
    /// Whether the job was one of these.
    bool fail(app::JobId job, const QString& reason);
    /// Forgets texts of documents that are gone or have changed.
    void keepOnly(const std::vector<library::DocumentRecord>& documents);
    void clear();

 signals:
    void wanted(corpuscope::DocumentId document);
    void ready(corpuscope::DocumentId document);
    void failed(corpuscope::DocumentId document, const QString& reason);

 private:
    void make_room();

    QHash<qint64, Text> texts_;
    QList<qint64> order_;  ///< least recently used first
    QHash<app::JobId, qint64> jobs_;
    QSet<qint64> waiting_;
};

}  // namespace corpuscope::ui
