// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <array>

#include "app/worker/worker.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace corpuscope::ui {

class ElidedLabel;
class EmptyState;
class FailureModel;
class GroupTableModel;

/// The corpus in numbers: how much there is, of what kind, and what could not be read.
class OverviewPage : public QWidget {
    Q_OBJECT
 public:
    explicit OverviewPage(QWidget* parent = nullptr);
    void setLibrary(const app::LibraryInfo& info);
    /// The library could not be opened: says so and why, and offers what can be done.
    void setLibraryFailed(const QString& reason);
    EmptyState* emptyState() const { return empty_; }

 signals:
    void openFolderRequested();
    void addFilesRequested();
    void openLibraryRequested();
    void exportRequested();
    void refreshRequested();
    void failedRequested();
    void documentRequested(corpuscope::DocumentId document);

 protected:
    void resizeEvent(QResizeEvent* event) override;

 private:
    enum Figure { Documents, Passages, Tokens, Size, FigureCount };
    QWidget* make_figures();
    QWidget* make_facts();
    void make_tables(QWidget* page);
    void fit_columns();

    QStackedWidget* stack_;
    EmptyState* empty_;
    bool library_failed_ = false;
    std::array<QLabel*, FigureCount> figures_{};
    std::array<QLabel*, FigureCount> captions_{};
    ElidedLabel *file_, *model_, *backend_;
    GroupTableModel* groups_;
    FailureModel* failures_;
    QTableView *group_view_, *failure_view_;
    QWidget* failure_section_;
};

}  // namespace corpuscope::ui
