// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/quote_card.h"

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include "engine/answers/quotable.h"
#include "ui/models/wrapped_lines.h"
#include "ui/widgets/citation_chip.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/long_words.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

/// The headings above the innermost one.
QString outer_heading(const QString& path) {
    const qsizetype last = path.lastIndexOf(QStringLiteral(" › "));
    return last < 0 ? QString() : path.left(last);
}

QString quoted_lines(const QString& text) {
    QStringList lines;
    for (const std::string& line : answers::lines_of_quote(text.toStdString()))
        lines << QString::fromStdString(line);
    return lines.join(u'\n');
}

}  // namespace

QuoteCard::QuoteCard(Style style, const Place& place, double score, const WordMatcher& words, QWidget* parent)
    : QFrame(parent),
      style_(style),
      place_(place),
      words_(words),
      text_(new QLabel(this)),
      chip_(new CitationChip(place, score, this)) {
    text_->setTextFormat(Qt::RichText);
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    if (style == Style::Answer) text_->setFont(scaled_font(font(), 1.1));
    connect(chip_, &CitationChip::opened, this, &QuoteCard::opened);

    auto* copy = new QAction(icon(QStringLiteral("edit-copy")), tr("Copy with the citation"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, [this] { QGuiApplication::clipboard()->setText(citation()); });
    chip_->addAction(copy);
    chip_->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("copyCitation"));
    button->setIcon(copy->icon());
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::NoFocus);  // the chip has the same by the keyboard
    button->setToolTip(
        tr("Copy with the citation (%1)").arg(copy->shortcut().toString(QKeySequence::NativeText)));
    button->setAccessibleName(copy->text());
    connect(button, &QToolButton::clicked, copy, &QAction::trigger);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGrid * 2, kGrid * 3 / 2, kGrid * 2, kGrid * 3 / 2);
    layout->setSpacing(kGrid);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    auto* heading = new ElidedLabel(Qt::ElideLeft, this);
    heading->setObjectName(QStringLiteral("headingPath"));
    heading->setText(chip_->names_heading() ? outer_heading(place.heading) : place.heading);
    heading->setMuted(true);
    // What the chip leaves over: a citation cut short says less than a path cut short.
    heading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    row->addWidget(chip_);
    row->addWidget(heading, 1);
    row->addWidget(button);
    layout->addLayout(row);
    layout->insertWidget(style == Style::Answer ? 0 : 1, text_);
    fill();
}

QString QuoteCard::citation() const {
    return tr("“%1” (%2)").arg(shown_text(), CitationChip::describe(place_, -1));
}

void QuoteCard::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) fill();
    QFrame::changeEvent(event);
}

void QuoteCard::paintEvent(QPaintEvent*) {
    const Colours colours = colours_of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(colours.line);
    painter.setBrush(colours.card);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    if (style_ == Style::Answer) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colours.accent);
        painter.drawRoundedRect(QRectF(1, kGrid, 3, height() - kGrid * 2), 1.5, 1.5);
    }
}

QString QuoteCard::shown_text() const {
    return style_ == Style::Answer ? quoted_lines(place_.text)
                                   : with_wrapped_lines_joined(place_.text.trimmed());
}

void QuoteCard::fill() {
    const Colours colours = colours_of(palette());
    const bool answer = style_ == Style::Answer;
    const QString quoted = answer ? tr("“%1”").arg(shown_text()) : shown_text();
    text_->setText(
        QStringLiteral("<div style=\"line-height:125%\">%1</div>")
            .arg(breakable_html(lit_html(quoted, answer ? std::vector<TextSpan>{} : words_.find(quoted),
                                         colours.lit.name()))));
}

}  // namespace corpuscope::ui
