// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/worker/worker.h"
#include "ui/models/history_model.h"
#include "ui/models/place.h"

class QComboBox;
class QListView;
class QSplitter;
class QStackedWidget;

namespace corpuscope::ui {

class AnswerView;
class EmptyState;

/// Questions asked in this window, and the answer to the one chosen.
class AskPage : public QWidget {
    Q_OBJECT
 public:
    explicit AskPage(QWidget* parent = nullptr);

    void setLibrary(const app::LibraryInfo& info);
    /// A question was sent off.
    void setAsked(app::JobId job, const QString& question);
    void setAnswer(app::JobId job, const answers::Answer& answer);
    bool setFailed(app::JobId job, const QString& reason);
    /// Questions of an earlier window on the same library, instead of those of another library.
    void setEarlier(const QStringList& questions);
    /// The question whose answer is shown.
    QString question() const;

    HistoryModel* history() const { return history_; }
    QSplitter* splitter() const { return splitter_; }
    EmptyState* emptyState() const { return empty_; }

 signals:
    void questionFieldRequested();
    void openFolderRequested();
    void askRequested(const QString& question);
    void placeOpened(const corpuscope::ui::Place& place);
    void failedRequested();

 protected:
    void resizeEvent(QResizeEvent* event) override;

 private:
    void show_row(int row);
    void choose_list();

    HistoryModel* history_;
    QListView* list_;
    QComboBox* picker_;  ///< the same questions where there is no room for the list
    AnswerView* view_;
    QSplitter* splitter_;
    QStackedWidget* stack_;
    EmptyState* empty_;
    QWidget* asked_ = nullptr;
    bool has_documents_ = false;
};

}  // namespace corpuscope::ui
