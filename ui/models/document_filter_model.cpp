// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/models/document_filter_model.h"

#include <algorithm>

#include "ui/models/document_tree_model.h"

namespace corpuscope::ui {

DocumentFilterModel::DocumentFilterModel(QObject* parent) : QSortFilterProxyModel(parent) {
    setRecursiveFilteringEnabled(true);
}

void DocumentFilterModel::setText(const QString& text) {
    words_ = text.simplified().split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

void DocumentFilterModel::setOnlyFailed(bool only) {
    only_failed_ = only;
    invalidateFilter();
}

bool DocumentFilterModel::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (index.data(DocumentTreeModel::IdRole).toLongLong() == 0)
        return false;  // a folder stands for what is in it
    if (only_failed_ && index.data(DocumentTreeModel::FailedRole).toLongLong() == 0) return false;
    const QString where = index.data(DocumentTreeModel::SearchRole).toString();
    return std::all_of(words_.begin(), words_.end(),
                       [&](const QString& word) { return where.contains(word, Qt::CaseInsensitive); });
}

}  // namespace corpuscope::ui
