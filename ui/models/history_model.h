// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractListModel>
#include <optional>
#include <vector>

#include "app/worker/worker.h"

namespace corpuscope::ui {

/// The questions asked in this window with their answers, newest first, and those of earlier ones.
class HistoryModel : public QAbstractListModel {
    Q_OBJECT
 public:
    enum class State { Earlier, Waiting, Answered, NotAnswered, Failed };
    struct Entry {
        app::JobId job = 0;
        QString question;
        State state = State::Waiting;
        answers::Answer answer;
        QString reason;  ///< why it failed
    };

    using QAbstractListModel::QAbstractListModel;

    void add(app::JobId job, const QString& question);
    /// These alone, asked in an earlier window: their answers are not kept.
    void setEarlier(const QStringList& questions);
    QStringList questions() const;  ///< newest first, each once
    /// Row of the job; -1 where it is not one of these, or no longer.
    int setAnswer(app::JobId job, const answers::Answer& answer);
    int setFailed(app::JobId job, const QString& reason);
    const Entry* entry(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

 private:
    int row_of(app::JobId job) const;
    static QString tool_tip(const Entry& entry);

    std::vector<Entry> entries_;
};

}  // namespace corpuscope::ui
