// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/focus_ring.h"

#include <QFocusEvent>
#include <QPainter>

#include "ui/widgets/theme.h"

namespace corpuscope::ui {

FocusRing::FocusRing(QWidget* watched) : QWidget(watched) {
    setObjectName(QStringLiteral("focusRing"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    watched->installEventFilter(this);
    hide();
}

bool FocusRing::eventFilter(QObject* watched, QEvent* event) {
    auto* widget = static_cast<QWidget*>(watched);
    switch (event->type()) {
        case QEvent::FocusIn: {
            const Qt::FocusReason reason = static_cast<QFocusEvent*>(event)->reason();
            const bool by_key = reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason ||
                                reason == Qt::ShortcutFocusReason || reason == Qt::OtherFocusReason;
            // A menu or another window had the keyboard for a while only.
            if (reason == Qt::PopupFocusReason || reason == Qt::ActiveWindowFocusReason) break;
            setGeometry(widget->rect());
            raise();
            setVisible(by_key);
            break;
        }
        case QEvent::FocusOut:
            if (const Qt::FocusReason reason = static_cast<QFocusEvent*>(event)->reason();
                reason != Qt::PopupFocusReason && reason != Qt::ActiveWindowFocusReason)
                hide();
            break;
        case QEvent::Resize:
            setGeometry(widget->rect());
            break;
        default:
            break;
    }
    return QWidget::eventFilter(watched, event);
}

void FocusRing::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(QPen(colours_of(palette()).accent, 2));
    painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
}

}  // namespace corpuscope::ui
