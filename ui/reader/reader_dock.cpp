// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/reader_dock.h"

#include <QSplitter>

#include "ui/reader/reader_pane.h"

namespace corpuscope::ui {

ReaderDock::ReaderDock(TextStore& texts, QWidget* parent)
    : QDockWidget(tr("Reader"), parent),
      splitter_(new QSplitter(Qt::Vertical, this)),
      first_(new ReaderPane(texts, this)),
      second_(new ReaderPane(texts, this)) {
    setObjectName(QStringLiteral("readerDock"));
    splitter_->addWidget(first_);
    splitter_->addWidget(second_);
    splitter_->setChildrenCollapsible(false);
    splitter_->setMinimumWidth(240);
    second_->setClosable(true);
    second_->hide();
    setWidget(splitter_);
    connect(second_, &ReaderPane::closeRequested, this, [this] {
        second_->hide();
        second_->clear();
    });
}

void ReaderDock::open(const Place& place, const WordMatcher& words) {
    bring_up();
    first_->open(place, words);
}

void ReaderDock::openBoth(const Place& first, const Place& second) {
    bring_up();
    first_->open(first, {});
    second_->open(second, {});
    second_->show();
}

void ReaderDock::clear() {
    first_->clear();
    second_->clear();
    second_->hide();
}

void ReaderDock::bring_up() {
    show();
    raise();
}

}  // namespace corpuscope::ui
