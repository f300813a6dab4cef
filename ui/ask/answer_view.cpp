// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/ask/answer_view.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

#include "ui/widgets/engine_text.h"
#include "ui/widgets/focus_ring.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/long_words.h"
#include "ui/widgets/notice.h"
#include "ui/widgets/quote_card.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {
constexpr int kColumnWidth = kGrid * 104;  ///< about 100 characters a line
}

AnswerView::AnswerView(QWidget* parent) : QScrollArea(parent) {
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Answer"));
    new FocusRing(this);
    start();
}

void AnswerView::start() {
    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(kGrid * 2, kGrid * 2, kGrid * 2, kGrid * 2);
    auto* holder = new QWidget(page);
    holder->setMaximumWidth(kColumnWidth);
    column_ = new QVBoxLayout(holder);
    column_->setContentsMargins(0, 0, 0, 0);
    column_->setSpacing(kGrid);
    row->addWidget(holder, 1000);
    row->addStretch(1);
    setWidget(page);
}

void AnswerView::changeEvent(QEvent* event) {
    QScrollArea::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || entry_.question.isEmpty()) return;
    const int scroll = verticalScrollBar()->value();
    show(HistoryModel::Entry(entry_));  // colours of links are fixed when their label is made
    verticalScrollBar()->setValue(scroll);
}

void AnswerView::show(const HistoryModel::Entry& shown) {
    entry_ = shown;
    const HistoryModel::Entry& entry = entry_;
    start();
    auto* question = new QLabel(breakable(entry.question), this);
    question->setFont(scaled_font(font(), 1.35, true));
    question->setWordWrap(true);
    question->setTextFormat(Qt::PlainText);
    question->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column_->addWidget(question);
    switch (entry.state) {
        case HistoryModel::State::Earlier:
            add_text(tr("Asked in an earlier window, whose answers are not kept."), TextStyle::Muted);
            add_retry();
            break;
        case HistoryModel::State::Waiting:
            add_text(tr("Looking through the corpus …"), TextStyle::Muted);
            break;
        case HistoryModel::State::Failed:
            add_notice(tr("This question could not be answered: %1").arg(entry.reason));
            add_retry();
            break;
        case HistoryModel::State::Answered:
        case HistoryModel::State::NotAnswered:
            show_answer(entry);
            break;
    }
    column_->addStretch();
    verticalScrollBar()->setValue(0);
}

void AnswerView::show_answer(const HistoryModel::Entry& entry) {
    const answers::Answer& answer = entry.answer;
    const WordMatcher words(entry.question);
    const QString note = engine_text(answer.note);
    if (answer.about_library && answer.answered) {
        add_text(note, TextStyle::Statement);
    } else if (!answer.answered) {
        add_notice(note.isEmpty() ? tr("The documents do not answer this. The nearest passages are below.")
                                  : note);
    } else if (!note.isEmpty()) {
        add_text(note);
    }
    for (const answers::CitedAnswer& quote : answer.answers) {
        auto* card = new QuoteCard(QuoteCard::Style::Answer, place_of(quote), quote.score, words, this);
        card->setObjectName(QStringLiteral("answerCard"));
        connect(card, &QuoteCard::opened, this, &AnswerView::placeOpened);
        column_->addWidget(card);
    }
    add_coverage(answer.coverage);
    if (!answer.passages.empty()) add_section(answer.answered ? tr("Passages") : tr("Nearest passages"));
    for (const answers::CitedPassage& passage : answer.passages) {
        auto* card = new QuoteCard(QuoteCard::Style::Passage, place_of(passage), -1, words, this);
        card->setObjectName(QStringLiteral("passageCard"));
        connect(card, &QuoteCard::opened, this, &AnswerView::placeOpened);
        column_->addWidget(card);
    }
}

void AnswerView::add_text(const QString& text, TextStyle style) {
    auto* label = new QLabel(breakable(text), this);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    if (style == TextStyle::Muted) label->setForegroundRole(QPalette::PlaceholderText);
    if (style == TextStyle::Statement) label->setFont(scaled_font(font(), 1.1));
    column_->addWidget(label);
}

void AnswerView::add_retry() {
    auto* retry = new QPushButton(tr("Ask again"), this);
    retry->setAutoDefault(false);
    connect(retry, &QPushButton::clicked, this, [this] {
        const QString question = entry_.question;  // asking shows another entry
        emit retryRequested(question);
    });
    column_->addWidget(retry, 0, Qt::AlignLeft);
}

void AnswerView::add_section(const QString& title) {
    auto* label = new QLabel(title, this);
    label->setFont(scaled_font(font(), 1.1, true));
    column_->addSpacing(kGrid);
    column_->addWidget(label);
}

void AnswerView::add_notice(const QString& text) {
    auto* notice = new Notice(breakable(text), this);
    notice->setObjectName(QStringLiteral("notAnswered"));
    column_->addWidget(notice);
}

void AnswerView::add_coverage(const answers::Coverage& coverage) {
    QString text = Format::coverage(coverage, QStringLiteral("failed"));
    text.replace(QStringLiteral("<a "),
                 QStringLiteral("<a style=\"color:%1\" ").arg(colours_of(palette()).accent.name()));
    auto* label = new QLabel(text, this);
    label->setObjectName(QStringLiteral("coverage"));
    label->setTextFormat(Qt::RichText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextBrowserInteraction);
    label->setForegroundRole(QPalette::PlaceholderText);
    connect(label, &QLabel::linkActivated, this, &AnswerView::failedRequested);
    column_->addWidget(label);
}

}  // namespace corpuscope::ui
