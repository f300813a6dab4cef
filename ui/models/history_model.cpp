// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/models/history_model.h"

#include "ui/widgets/icons.h"
#include "ui/widgets/literal_text.h"

namespace corpuscope::ui {

void HistoryModel::add(app::JobId job, const QString& question) {
    for (int row = rowCount() - 1; row >= 0; --row) {
        const Entry& entry = entries_[static_cast<std::size_t>(row)];
        if (entry.state != State::Earlier || entry.question != question) continue;
        beginRemoveRows({}, row, row);
        entries_.erase(entries_.begin() + row);
        endRemoveRows();
    }
    beginInsertRows({}, 0, 0);
    entries_.insert(entries_.begin(), Entry{job, question, State::Waiting, {}, {}});
    endInsertRows();
}

void HistoryModel::setEarlier(const QStringList& questions) {
    beginResetModel();
    entries_.clear();
    for (const QString& question : questions) entries_.push_back({0, question, State::Earlier, {}, {}});
    endResetModel();
}

QStringList HistoryModel::questions() const {
    QStringList all;
    for (const Entry& entry : entries_) all << entry.question;
    all.removeDuplicates();
    return all;
}

int HistoryModel::setAnswer(app::JobId job, const answers::Answer& answer) {
    const int row = row_of(job);
    if (row < 0) return row;
    Entry& entry = entries_[static_cast<std::size_t>(row)];
    entry.answer = answer;
    entry.state = answer.answered ? State::Answered : State::NotAnswered;
    emit dataChanged(index(row), index(row));
    return row;
}

int HistoryModel::setFailed(app::JobId job, const QString& reason) {
    const int row = row_of(job);
    if (row < 0) return row;
    Entry& entry = entries_[static_cast<std::size_t>(row)];
    entry.reason = reason;
    entry.state = State::Failed;
    emit dataChanged(index(row), index(row));
    return row;
}

const HistoryModel::Entry* HistoryModel::entry(int row) const {
    return row >= 0 && row < rowCount() ? &entries_[static_cast<std::size_t>(row)] : nullptr;
}

int HistoryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    const Entry* found = index.isValid() ? entry(index.row()) : nullptr;
    if (found == nullptr) return {};
    if (role == Qt::DisplayRole) return found->question;
    if (role == Qt::DecorationRole) {
        switch (found->state) {
            case State::Earlier:
                return own_icon(QStringLiteral("question"), Tone::Muted);
            case State::Waiting:
                return own_icon(QStringLiteral("state-pending"), Tone::Muted);
            case State::Answered:
                return own_icon(QStringLiteral("state-ready"), Tone::Good);
            case State::NotAnswered:
                return own_icon(QStringLiteral("question"), Tone::Warning);
            case State::Failed:
                return own_icon(QStringLiteral("state-failed"), Tone::Bad);
        }
    }
    if (role == Qt::ToolTipRole) return plain_tool_tip(tool_tip(*found));
    return {};
}

QString HistoryModel::tool_tip(const Entry& entry) {
    switch (entry.state) {
        case State::Earlier:
            return tr("%1\nAsked earlier").arg(entry.question);
        case State::Waiting:
            return tr("%1\nWaiting for the answer").arg(entry.question);
        case State::Answered:
            return tr("%1\nAnswered").arg(entry.question);
        case State::NotAnswered:
            return tr("%1\nThe documents do not answer this").arg(entry.question);
        case State::Failed:
            return tr("%1\nFailed: %2").arg(entry.question, entry.reason);
    }
    return {};
}

int HistoryModel::row_of(app::JobId job) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (entries_[i].job == job && entries_[i].state != State::Earlier) return static_cast<int>(i);
    }
    return -1;
}

}  // namespace corpuscope::ui
