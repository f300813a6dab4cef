// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "engine/indexing/indexer.h"
#include "ui/widgets/format.h"

class QLabel;
class QProgressBar;
class QToolButton;

namespace corpuscope::ui {

class ElidedLabel;

/// How far reading and encoding are, with pause and cancel. Hidden while nothing is under way.
class IndexingBar : public QWidget {
    Q_OBJECT
 public:
    explicit IndexingBar(QWidget* parent = nullptr);

    void setStarted();
    void setProgress(const indexing::Progress& progress);
    void setPaused(bool paused);
    void setEnded();
    QToolButton* pauseButton() const { return pause_; }
    QToolButton* cancelButton() const { return cancel_; }
    QString text() const;       ///< all of it
    QString shownText() const;  ///< what there is room for
    QSize sizeHint() const override;

 signals:
    void pauseRequested();
    void resumeRequested();
    void cancelRequested();

 private:
    void show_text();

    QProgressBar* bar_;
    ElidedLabel* text_;
    QToolButton* pause_;
    QToolButton* cancel_;
    bool paused_ = false;
    ProgressText progress_;
    QString document_;  ///< being read
};

}  // namespace corpuscope::ui
