// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/notice.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {

Notice::Notice(const QString& text, QWidget* parent)
    : QFrame(parent), icon_(new QLabel(this)), label_(new QLabel(text, this)) {
    label_->setWordWrap(true);
    label_->setTextFormat(Qt::PlainText);
    label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    icon_->setPixmap(own_icon(QStringLiteral("dialog-information"), Tone::Warning).pixmap(20, 20));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kGrid * 2, kGrid * 3 / 2, kGrid * 2, kGrid * 3 / 2);
    layout->setSpacing(kGrid);
    layout->addWidget(icon_, 0, Qt::AlignTop);
    layout->addWidget(label_, 1);
    setAccessibleName(text);
}

QString Notice::text() const { return label_->text(); }

void Notice::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        icon_->setPixmap(own_icon(QStringLiteral("dialog-information"), Tone::Warning).pixmap(20, 20));
    }
    QFrame::changeEvent(event);
}

void Notice::paintEvent(QPaintEvent*) {
    const QColor tone = colours_of(palette()).warning;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(mix(palette().color(QPalette::Base), tone, 0.35));
    painter.setBrush(mix(palette().color(QPalette::Base), tone, 0.1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

}  // namespace corpuscope::ui
