// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/banner.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include "ui/widgets/icons.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/long_words.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {

Banner::Banner(QWidget* parent)
    : QFrame(parent),
      icon_(new QLabel(this)),
      label_(new QLabel(this)),
      buttons_(new QHBoxLayout),
      close_(new QToolButton(this)) {
    setObjectName(QStringLiteral("banner"));
    setAutoFillBackground(true);
    label_->setWordWrap(true);
    label_->setTextFormat(Qt::RichText);
    label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    close_->setIcon(icon(QStringLiteral("window-close")));
    close_->setAutoRaise(true);
    close_->setToolTip(tr("Close this message"));
    close_->setAccessibleName(tr("Close this message"));
    connect(close_, &QToolButton::clicked, this, &Banner::hide);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kGrid * 2, kGrid, kGrid, kGrid);
    layout->setSpacing(kGrid);
    layout->addWidget(icon_, 0, Qt::AlignTop);
    layout->addWidget(label_, 1);
    buttons_->setSpacing(kGrid);
    layout->addLayout(buttons_);
    layout->addWidget(close_);
    hide();
}

quint64 Banner::showMessage(Kind kind, const QString& title, const QString& reason,
                            const std::vector<Action>& actions) {
    kind_ = kind;
    QString html = QStringLiteral("<b>%1</b>").arg(literal(title).toHtmlEscaped());
    for (const QString& line : reason.split(u'\n', Qt::SkipEmptyParts))
        html += QStringLiteral("<br>") + literal(line).toHtmlEscaped();
    label_->setText(breakable_html(html));
    while (QLayoutItem* item = buttons_->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const Action& action : actions) {
        auto* button = new QPushButton(action.text, this);
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, [this, run = action.run] {
            hide();
            run();
        });
        buttons_->addWidget(button);
    }
    setAccessibleName(title + QStringLiteral(". ") + reason);
    applyColours();
    show();
    return ++message_;
}

void Banner::withdraw(quint64 message) {
    if (message == message_) hide();
}

QString Banner::text() const { return label_->text().remove(QChar(0x200b)); }

void Banner::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && parentWidget() != nullptr &&
        palette().color(QPalette::Base) != parentWidget()->palette().color(QPalette::Base)) {
        applyColours();
    }
    QFrame::changeEvent(event);
}

void Banner::applyColours() {
    const QPalette parent = parentWidget() != nullptr ? parentWidget()->palette() : palette();
    const Colours colours = colours_of(parent);
    const bool error = kind_ == Kind::Error;
    const QColor tone = error ? colours.bad : kind_ == Kind::Warning ? colours.warning : colours.accent;
    QPalette own = parent;
    own.setColor(QPalette::Window, mix(parent.color(QPalette::Base), tone, 0.14));
    setPalette(own);
    const QString name = error                    ? QStringLiteral("dialog-error")
                         : kind_ == Kind::Warning ? QStringLiteral("dialog-warning")
                                                  : QStringLiteral("dialog-information");
    const Tone icon_tone = error ? Tone::Bad : kind_ == Kind::Warning ? Tone::Warning : Tone::Accent;
    icon_->setPixmap(own_icon(name, icon_tone).pixmap(20, 20));
}

}  // namespace corpuscope::ui
