// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/empty_state.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/icons.h"
#include "ui/widgets/long_words.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {

EmptyState::EmptyState(const QString& icon_name, const QString& title, const QString& text,
                       const QString& button, QWidget* parent)
    : QWidget(parent),
      icon_name_(icon_name),
      icon_(new QLabel(this)),
      title_(new QLabel(this)),
      text_(new QLabel(this)),
      button_(new QPushButton(this)) {
    title_->setFont(scaled_font(font(), 1.25, true));
    for (QLabel* label : {icon_, title_, text_}) {
        label->setAlignment(Qt::AlignHCenter);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(label != icon_);
    }
    text_->setMaximumWidth(kGrid * 56);
    text_->setMinimumWidth(kGrid * 20);
    button_->setAutoDefault(false);
    connect(button_, &QPushButton::clicked, this, &EmptyState::actionRequested);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGrid * 2, kGrid * 2, kGrid * 2, kGrid * 2);
    layout->setSpacing(kGrid);
    layout->addStretch(2);
    layout->addWidget(icon_);
    layout->addWidget(title_);
    auto* row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(text_, 100);
    row->addStretch();
    layout->addLayout(row);
    layout->addSpacing(kGrid);
    layout->addWidget(button_, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    setTexts(title, text, button);
    applyColours();
}

void EmptyState::setTexts(const QString& title, const QString& text, const QString& button) {
    title_->setText(title);
    text_->setText(breakable(text));
    button_->setText(button);
    button_->setVisible(!button.isEmpty());
}

void EmptyState::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) applyColours();
    QWidget::changeEvent(event);
}

void EmptyState::applyColours() { icon_->setPixmap(own_icon(icon_name_, Tone::Muted).pixmap(40, 40)); }

}  // namespace corpuscope::ui
