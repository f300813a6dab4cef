// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/worker/worker.h"
#include "ui/models/place.h"

class QComboBox;
class QLabel;
class QPushButton;
class QScrollArea;
class QSlider;
class QStackedWidget;

namespace corpuscope::ui {

class EmptyState;

/// The most central sentences of the corpus or of some documents, each with what it is about and its
/// citation.
class SummaryPage : public QWidget {
    Q_OBJECT
 public:
    explicit SummaryPage(QWidget* parent = nullptr);

    void setLibrary(const app::LibraryInfo& info);
    /// Forgets the summary: another library is open.
    void clear();
    void setSelection(const std::vector<DocumentId>& documents, const QString& name);
    void setJob(app::JobId job);
    void setSummary(app::JobId job, const answers::Summary& summary);
    bool setFailed(app::JobId job, const QString& reason);
    /// Summarizes what the pickers say; `selection` switches to the selected documents first.
    void summarize(bool selection = false);
    EmptyState* emptyState() const { return empty_; }

    static QString markdown(const answers::Summary& summary, const QString& scope);

 signals:
    void summaryRequested(const std::vector<corpuscope::DocumentId>& documents, int sentences);
    void openFolderRequested();
    void placeOpened(const corpuscope::ui::Place& place);
    void failed(const QString& title, const QString& reason);

 private:
    void make_controls();
    void fill();
    void set_busy(bool busy);
    /// "harbour, pilot, fog · 12 % of the text"
    static QString topic_line(const answers::SummarySentence& sentence);

    std::vector<DocumentId> selection_;
    bool has_documents_ = false;
    app::JobId job_ = 0;
    answers::Summary summary_;
    QString summary_scope_;

    QComboBox* scope_;
    QSlider* length_;
    QLabel* length_text_;
    QPushButton* start_;
    QPushButton* copy_;
    QStackedWidget* stack_;
    EmptyState* empty_;
    QScrollArea* list_;
};

}  // namespace corpuscope::ui
