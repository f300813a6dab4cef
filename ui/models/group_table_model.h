// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "engine/library/library.h"

namespace corpuscope::ui {

/// Documents counted by format: a row a format with documents, passages, tokens and failures, most documents
/// first.
class GroupTableModel : public QAbstractTableModel {
    Q_OBJECT
 public:
    enum Column { Name, Documents, Passages, Tokens, Failed, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setDocuments(const std::vector<library::DocumentRecord>& documents);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
    struct Group {
        QString name;
        std::int64_t documents = 0, passages = 0, tokens = 0, failed = 0;
        bool operator==(const Group&) const = default;
    };
    std::vector<Group> groups_;
};

}  // namespace corpuscope::ui
