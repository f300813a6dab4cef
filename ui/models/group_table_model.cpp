// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/models/group_table_model.h"

#include <QMap>
#include <algorithm>

#include "ui/widgets/format.h"

namespace corpuscope::ui {

void GroupTableModel::setDocuments(const std::vector<library::DocumentRecord>& documents) {
    QMap<QString, Group> by_name;
    for (const library::DocumentRecord& record : documents) {
        const QString name = record.format.empty() ? tr("not read") : QString::fromStdString(record.format);
        Group& group = by_name[name];
        group.name = name;
        ++group.documents;
        group.passages += record.passages;
        group.tokens += record.tokens;
        if (record.state == library::DocumentState::Failed) ++group.failed;
    }
    std::vector<Group> groups(by_name.begin(), by_name.end());
    std::stable_sort(groups.begin(), groups.end(),
                     [](const Group& a, const Group& b) { return a.documents > b.documents; });
    const int before = rowCount(), after = static_cast<int>(groups.size());
    if (after > before) {
        beginInsertRows({}, before, after - 1);
        groups_.insert(groups_.end(), groups.begin() + before, groups.end());
        endInsertRows();
    } else if (after < before) {
        beginRemoveRows({}, after, before - 1);
        groups_.resize(static_cast<std::size_t>(after));
        endRemoveRows();
    }
    for (int row = 0; row < after; ++row) {
        Group& group = groups_[static_cast<std::size_t>(row)];
        if (group == groups[static_cast<std::size_t>(row)]) continue;
        group = groups[static_cast<std::size_t>(row)];
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

int GroupTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(groups_.size());
}

int GroupTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant GroupTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    if (role == Qt::TextAlignmentRole && index.column() != Name)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    if (role != Qt::DisplayRole) return {};
    const Group& group = groups_[static_cast<std::size_t>(index.row())];
    switch (index.column()) {
        case Name:
            return group.name;
        case Documents:
            return Format::count(group.documents);
        case Passages:
            return Format::count(group.passages);
        case Tokens:
            return Format::count(group.tokens);
        case Failed:
            return group.failed > 0 ? Format::count(group.failed) : QString();
    }
    return {};
}

QVariant GroupTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment((section == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Name:
            return tr("Format");
        case Documents:
            return tr("Documents");
        case Passages:
            return tr("Passages");
        case Tokens:
            return tr("Tokens");
        case Failed:
            return tr("Failed");
    }
    return {};
}

}  // namespace corpuscope::ui
