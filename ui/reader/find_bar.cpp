// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/find_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {

FindBar::FindBar(QWidget* parent)
    : QWidget(parent),
      field_(new QLineEdit(this)),
      count_(new QLabel(this)),
      previous_(new QToolButton(this)),
      next_(new QToolButton(this)),
      close_(new QToolButton(this)) {
    setObjectName(QStringLiteral("findBar"));
    field_->setPlaceholderText(tr("Find in this document"));
    field_->setAccessibleName(tr("Find in this document"));
    field_->setClearButtonEnabled(true);
    field_->setAcceptDrops(false);  // the window opens what is dropped
    field_->installEventFilter(this);
    count_->setForegroundRole(QPalette::PlaceholderText);
    const auto set = [](QToolButton* button, const QString& icon_name, const QString& tip) {
        button->setIcon(icon(icon_name));
        button->setAutoRaise(true);
        button->setToolTip(tip);
        button->setAccessibleName(tip);
    };
    set(previous_, QStringLiteral("go-up"), tr("Previous place (Shift+Return)"));
    set(next_, QStringLiteral("go-down"), tr("Next place (Return)"));
    set(close_, QStringLiteral("window-close"), tr("Close the search (Escape)"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(kGrid * 2, kGrid / 2, kGrid, kGrid / 2);
    row->setSpacing(kGrid / 2);
    row->addWidget(field_, 1);
    row->addSpacing(kGrid / 2);
    row->addWidget(count_);
    row->addWidget(previous_);
    row->addWidget(next_);
    row->addWidget(close_);
    connect(field_, &QLineEdit::textChanged, this, &FindBar::queryChanged);
    connect(previous_, &QToolButton::clicked, this, [this] { emit stepped(-1); });
    connect(next_, &QToolButton::clicked, this, [this] { emit stepped(1); });
    connect(close_, &QToolButton::clicked, this, &FindBar::close_bar);
    setFound(-1, 0);
    hide();
}

void FindBar::start() {
    const bool was_hidden = isHidden();
    show();
    field_->setFocus(Qt::ShortcutFocusReason);
    field_->selectAll();
    if (was_hidden) emit queryChanged(field_->text());
}

void FindBar::close_bar() {
    if (isHidden()) return;
    const bool had_keyboard = field_->hasFocus();
    hide();
    emit queryChanged({});
    if (had_keyboard) emit closed();
}

void FindBar::setFound(int current, int count) {
    const bool typed = !field_->text().trimmed().isEmpty();
    count_->setText(!typed       ? QString()
                    : count == 0 ? tr("Not found")
                                 : tr("%1 of %2").arg(Format::count(current + 1), Format::count(count)));
    previous_->setEnabled(count > 0);
    next_->setEnabled(count > 0);
}

QString FindBar::text() const { return count_->text(); }

bool FindBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched != field_ || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            emit stepped(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
            return true;
        case Qt::Key_Escape:
            close_bar();
            return true;
        default:
            return QWidget::eventFilter(watched, event);
    }
}

}  // namespace corpuscope::ui
