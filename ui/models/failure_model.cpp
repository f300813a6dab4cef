// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/models/failure_model.h"

#include <algorithm>
#include <map>

#include "ui/widgets/engine_text.h"
#include "ui/widgets/format.h"
#include "ui/widgets/literal_text.h"

namespace corpuscope::ui {

void FailureModel::setDocuments(const std::vector<library::DocumentRecord>& documents) {
    std::map<QString, Row> wanted;
    for (const library::DocumentRecord& record : documents) {
        if (record.state != library::DocumentState::Failed) continue;
        const QString path = QString::fromStdString(record.path);
        wanted[path] = {record.id, path, engine_text(record.reason)};
    }
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (wanted.contains(rows_[static_cast<std::size_t>(row)].path)) continue;
        beginRemoveRows({}, row, row);
        rows_.erase(rows_.begin() + row);
        endRemoveRows();
    }
    int row = 0;
    for (const auto& [path, item] : wanted) {
        const auto at = rows_.begin() + row;
        if (at == rows_.end() || at->path != path) {
            beginInsertRows({}, row, row);
            rows_.insert(at, item);
            endInsertRows();
        } else if (at->reason != item.reason || at->id != item.id) {
            *at = item;
            emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
        }
        ++row;
    }
}

DocumentId FailureModel::document(int row) const {
    return row >= 0 && row < rowCount() ? rows_[static_cast<std::size_t>(row)].id : DocumentId{};
}

int FailureModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int FailureModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant FailureModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    if (role == Qt::ToolTipRole) return plain_tool_tip(literal(row.path) + u'\n' + row.reason);
    if (role != Qt::DisplayRole) return {};
    return index.column() == Name ? Format::file_name(row.path) : row.reason;
}

QVariant FailureModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
    if (role != Qt::DisplayRole) return {};
    return section == Name ? tr("Document") : tr("Reason");
}

}  // namespace corpuscope::ui
