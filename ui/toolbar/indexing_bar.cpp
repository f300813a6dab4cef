// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/toolbar/indexing_bar.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QToolButton>

#include "ui/widgets/elided_label.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {
constexpr int kBarWidth = kGrid * 14, kTextWidth = kGrid * 40;
}

IndexingBar::IndexingBar(QWidget* parent)
    : QWidget(parent),
      bar_(new QProgressBar(this)),
      text_(new ElidedLabel(Qt::ElideRight, this)),
      pause_(new QToolButton(this)),
      cancel_(new QToolButton(this)) {
    setObjectName(QStringLiteral("indexingBar"));
    bar_->setFixedWidth(kBarWidth);
    bar_->setAccessibleName(tr("Progress of reading"));
    text_->setMaximumWidth(kTextWidth);
    text_->setMinimumWidth(kGrid * 9);
    text_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
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

/// The same whatever there is to say, so that the question beside it keeps its place.
QSize IndexingBar::sizeHint() const {
    const int buttons = pause_->sizeHint().width() + cancel_->sizeHint().width();
    return {kBarWidth + kTextWidth + buttons + kGrid * 4, QWidget::sizeHint().height()};
}

void IndexingBar::setStarted() {
    setPaused(false);
    cancel_->setEnabled(true);
    setProgress({});
    show();
}

void IndexingBar::setProgress(const indexing::Progress& progress) {
    progress_ = describe(progress);
    bar_->setRange(0, progress_.percent < 0 ? 0 : 100);
    if (progress_.percent >= 0) bar_->setValue(progress_.percent);
    bar_->setFormat(QStringLiteral("%p %"));
    document_ = literal(progress.current);
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
    const auto join = [](QStringList parts) {
        parts.removeAll(QString());
        return parts.join(QStringLiteral(" · "));
    };
    // How long it takes is what one waits for; where there is little room it stands alone.
    const QString left = paused_ ? tr("paused") : progress_.left;
    const QString all = join({progress_.text, paused_ ? QString() : progress_.speed, left});
    text_->setTexts({all, join({progress_.text, left}), left.isEmpty() ? progress_.text : left});
    setToolTip(plain_tool_tip(all + (document_.isEmpty() ? QString() : u'\n' + document_)));
}

QString IndexingBar::text() const { return text_->text(); }
QString IndexingBar::shownText() const { return text_->shownText(); }

}  // namespace corpuscope::ui
