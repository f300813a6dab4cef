// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/citation_chip.h"

#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QScrollArea>
#include <QStyle>

#include "ui/widgets/format.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {

CitationChip::CitationChip(const Place& place, double score, QWidget* parent)
    : QAbstractButton(parent), place_(place) {
    setObjectName(QStringLiteral("citation"));
    setText(describe(place, score));
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Open the citation %1").arg(text()));
    const QString path = literal(place.path);
    setToolTip(plain_tool_tip(place.heading.isEmpty() ? path : path + u'\n' + literal(place.heading)));
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    connect(this, &QAbstractButton::clicked, this, [this] { emit opened(place_); });
}

QString CitationChip::describe(const Place& place, double score) {
    QStringList parts{Format::file_name(place.path)};
    if (place.page > 0) {
        parts << Format::page(place.path, place.page);
    } else if (!place.heading.isEmpty()) {
        parts << literal(place.heading.split(QStringLiteral(" › ")).constLast());
    }
    if (score >= 0) parts << QLocale().toString(score, 'f', 2);
    return parts.join(QStringLiteral(" · "));
}

bool CitationChip::names_heading() const { return place_.page == 0 && !place_.heading.isEmpty(); }

QSize CitationChip::sizeHint() const {
    return {fontMetrics().horizontalAdvance(text()) + kGrid * 2 + 2, fontMetrics().height() + kGrid};
}

/// The file's name is cut short first, since page and score are what one looks for.
QString CitationChip::text_within(int width) const {
    const QString name = Format::file_name(place_.path), rest = text().mid(name.size());
    const int left = width - fontMetrics().horizontalAdvance(rest);
    if (left < fontMetrics().horizontalAdvance(QStringLiteral("mmm…")))
        return fontMetrics().elidedText(text(), Qt::ElideMiddle, width);
    return fontMetrics().elidedText(name, Qt::ElideMiddle, left) + rest;
}

QSize CitationChip::minimumSizeHint() const {
    return {std::min(sizeHint().width(), kGrid * 10), sizeHint().height()};
}

void CitationChip::paintEvent(QPaintEvent*) {
    const Colours colours = colours_of(palette());
    const bool hot = underMouse() || isDown();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(mix(palette().color(QPalette::Base), colours.accent, isDown() ? 0.28 : hot ? 0.2 : 0.1));
    painter.setPen(
        QPen(hasFocus() ? colours.accent : mix(palette().color(QPalette::Base), colours.accent, 0.45),
             hasFocus() ? 2 : 1));
    const double radius = height() / 2.0 - 1;
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), radius, radius);
    painter.setPen(mix(palette().color(QPalette::Text), colours.accent, 0.7));
    const QRect inside = rect().adjusted(kGrid, 0, -kGrid, 0);
    painter.drawText(inside, Qt::AlignCenter, text_within(inside.width()));
}

void CitationChip::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        click();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

void CitationChip::focusInEvent(QFocusEvent* event) {
    QAbstractButton::focusInEvent(event);
    for (QWidget* above = parentWidget(); above != nullptr; above = above->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(above)) area->ensureWidgetVisible(this);
}

void CitationChip::enterEvent(QEnterEvent* event) {
    update();
    QAbstractButton::enterEvent(event);
}

void CitationChip::leaveEvent(QEvent* event) {
    update();
    QAbstractButton::leaveEvent(event);
}

}  // namespace corpuscope::ui
