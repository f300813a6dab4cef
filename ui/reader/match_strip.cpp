// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/match_strip.h"

#include <QMouseEvent>
#include <QPainter>

#include "ui/widgets/theme.h"

namespace corpuscope::ui {

MatchStrip::MatchStrip(QWidget* parent) : QWidget(parent) {
    setFixedWidth(kGrid * 3 / 2);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Matches in the document"));
    setToolTip(tr("Where in the document the citation and words of the question are"));
}

void MatchStrip::setMarks(std::vector<Mark> marks) {
    marks_ = std::move(marks);
    update();
}

void MatchStrip::paintEvent(QPaintEvent*) {
    const Colours colours = colours_of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), mix(palette().color(QPalette::Base), palette().color(QPalette::Text), 0.04));
    for (const bool citation : {false, true}) {
        const QColor colour =
            citation ? colours.accent : mix(palette().color(QPalette::Base), colours.warning, 0.7);
        for (const Mark& mark : marks_) {
            if (mark.citation != citation) continue;
            const int y = static_cast<int>(mark.at * (height() - 4));
            painter.fillRect(citation ? QRect(1, y, width() - 2, 4) : QRect(3, y, width() - 6, 2), colour);
        }
    }
}

void MatchStrip::mousePressEvent(QMouseEvent* event) {
    if (height() > 0) emit jumped(std::clamp(event->position().y() / height(), 0.0, 1.0));
}

}  // namespace corpuscope::ui
