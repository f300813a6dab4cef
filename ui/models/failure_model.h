// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "engine/library/library.h"

namespace corpuscope::ui {

/// The documents that could not be read, with the reason, by path.
class FailureModel : public QAbstractTableModel {
    Q_OBJECT
 public:
    enum Column { Name, Reason, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setDocuments(const std::vector<library::DocumentRecord>& documents);
    DocumentId document(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
    struct Row {
        DocumentId id;
        QString path, reason;
    };
    std::vector<Row> rows_;
};

}  // namespace corpuscope::ui
