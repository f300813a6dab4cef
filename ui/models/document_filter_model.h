// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSortFilterProxyModel>

namespace corpuscope::ui {

/// Documents whose name, folder or title contains every word of the text asked for; folders stay while
/// something below them does.
class DocumentFilterModel : public QSortFilterProxyModel {
    Q_OBJECT
 public:
    explicit DocumentFilterModel(QObject* parent = nullptr);
    void setText(const QString& text);
    void setOnlyFailed(bool only);
    bool onlyFailed() const { return only_failed_; }

 protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
    QStringList words_;
    bool only_failed_ = false;
};

}  // namespace corpuscope::ui
