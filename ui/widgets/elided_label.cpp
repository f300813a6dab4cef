// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/elided_label.h"

#include <QEvent>
#include <QPainter>
#include <algorithm>

#include "ui/widgets/literal_text.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {
constexpr qsizetype kLeastCut = 5;  ///< characters, the ellipsis among them: fewer say nothing
}

ElidedLabel::ElidedLabel(Qt::TextElideMode mode, QWidget* parent) : QFrame(parent), mode_(mode) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString& text) { setTexts({text}); }

void ElidedLabel::setTexts(const QStringList& texts) {
    QStringList shown;
    for (const QString& text : texts) shown << literal(text);
    if (shown == texts_) return;
    texts_ = shown;
    setAccessibleName(text());
    updateTip();
    updateGeometry();
    update();
}

QString ElidedLabel::shownText() const {
    const auto fits = [this](const QString& text) {
        return fontMetrics().horizontalAdvance(text) <= width();
    };
    const auto found = std::find_if(texts_.begin(), texts_.end(), fits);
    if (found != texts_.end() || texts_.isEmpty()) return found == texts_.end() ? QString() : *found;
    const QString cut = fontMetrics().elidedText(texts_.constLast(), mode_, width());
    return cut.size() > kLeastCut ? cut : QString();
}

void ElidedLabel::setDetail(const QString& detail) {
    detail_ = literal(detail);
    updateTip();
}

void ElidedLabel::setMuted(bool muted) {
    muted_ = muted;
    update();
}

QSize ElidedLabel::sizeHint() const {
    return {fontMetrics().horizontalAdvance(text()) + 2, fontMetrics().height() + 2};
}

QSize ElidedLabel::minimumSizeHint() const {
    return {std::min(sizeHint().width(), fontMetrics().averageCharWidth() * 6), fontMetrics().height() + 2};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(muted_ ? colours_of(palette()).muted : palette().color(foregroundRole()));
    painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft, shownText());
}

void ElidedLabel::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    updateTip();
}

void ElidedLabel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange) {
        updateTip();
        updateGeometry();
    }
    QFrame::changeEvent(event);
}

void ElidedLabel::updateTip() {
    QStringList lines;
    if (shownText() != text() || !detail_.isEmpty()) lines << text();
    if (!detail_.isEmpty()) lines << detail_;
    setToolTip(plain_tool_tip(lines.join(u'\n')));
}

}  // namespace corpuscope::ui
