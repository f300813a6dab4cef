// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/toolbar/indexing_bar.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QToolButton>

#include "ui/widgets/elided_label.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {

IndexingBar::IndexingBar(QWidget* parent)
    : QWidget(parent),
      bar_(new QProgressBar(this)),
      text_(new ElidedLabel(Qt::ElideRight, this)),
      pause_(new QToolButton(this)),
      cancel_(new QToolButton(this)) {
    setObjectName(QStringLiteral("indexingBar"));
    bar_->setFixedWidth(kGrid * 14);
    bar_->setAccessibleName(tr("Progress of reading"));
    text_->setFixedWidth(kGrid * 40);
    pause_->setAutoRaise(true);
    cancel_->setAutoRaise(true);
    cancel_->setIcon(icon(QStringLiteral("process-stop")));
    cancel_->setToolTip(tr("Stop reading; what was read stays, and the same folder goes on from there"));
    cancel_->setAccessibleName(tr("Stop reading"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kGrid, 0, 0, 0);
    layout->setSpacing(kGrid / 2);
    layout->addWidget(bar_);
    layout->addSpacing(kGrid / 2);
    layout->addWidget(text_);
    layout->addWidget(pause_);
    layout->addWidget(cancel_);
    connect(pause_, &QToolButton::clicked, this, [this] {
        if (paused_) {
            emit resumeRequested();
        } else {
            emit pauseRequested();
        }
        setPaused(!paused_);
    });
    connect(cancel_, &QToolButton::clicked, this, [this] {
        cancel_->setEnabled(false);
        emit cancelRequested();
    });
    setEnded();
}

void IndexingBar::setStarted() {
    setPaused(false);
    cancel_->setEnabled(true);
    setProgress({});
    show();
}

void IndexingBar::setProgress(const indexing::Progress& progress) {
    const ProgressText text = describe(progress);
    bar_->setRange(0, text.percent < 0 ? 0 : 100);
    if (text.percent >= 0) bar_->setValue(text.percent);
    bar_->setFormat(QStringLiteral("%p %"));
    progress_ = text.text;
    detail_ = text.detail;
    setToolTip(QString::fromStdString(progress.current));
    show_text();
}

void IndexingBar::setPaused(bool paused) {
    paused_ = paused;
    pause_->setIcon(
        icon(paused ? QStringLiteral("media-playback-start") : QStringLiteral("media-playback-pause")));
    const QString name = paused ? tr("Go on reading") : tr("Pause reading");
    pause_->setToolTip(name);
    pause_->setAccessibleName(name);
    show_text();
}

void IndexingBar::setEnded() {
    hide();
    setPaused(false);
}

void IndexingBar::show_text() {
    const QString detail = paused_ ? tr("paused") : detail_;
    text_->setText(detail.isEmpty() ? progress_ : progress_ + QStringLiteral(" · ") + detail);
}

QString IndexingBar::text() const { return text_->text(); }

}  // namespace corpuscope::ui
