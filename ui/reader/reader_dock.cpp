// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/reader_dock.h"

#include <QApplication>
#include <QSplitter>

#include "ui/reader/reader_pane.h"
#include "ui/view_memory.h"
#include "ui/widgets/theme.h"

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
    splitter_->setMinimumWidth(kGrid * 35);
    second_->setClosable(true);
    second_->hide();
    setWidget(splitter_);
    for (ReaderPane* pane : {first_, second_}) connect(pane, &ReaderPane::failed, this, &ReaderDock::failed);
    connect(second_, &ReaderPane::closeRequested, this, [this] {
        second_->hide();
        second_->clear();
    });
}

void ReaderDock::open(const Place& place, const QString& question) {
    bring_up();
    question_ = question;
    first_->open(place, WordMatcher(question));
}

void ReaderDock::find() {
    bring_up();
    active()->find();
}

void ReaderDock::step(int direction) {
    if (active()->hasDocument()) active()->step(direction);
}

ReaderPane* ReaderDock::active() const {
    const bool second = second_->isVisible() && second_->isAncestorOf(QApplication::focusWidget());
    return second ? second_ : first_;
}

void ReaderDock::saveView(LibraryView& view) const {
    const Place& place = first_->place();
    view.document = place.path;
    view.begin = place.range.begin;
    view.end = place.range.end;
    view.page = first_->page();
    view.visible = first_->visible();
    view.question = question_;
}

void ReaderDock::showView(const LibraryView& view, DocumentId document) {
    question_ = view.question;
    first_->restore({document, {view.begin, view.end}, view.page, view.document, {}, {}},
                    WordMatcher(view.question), view.visible);
}

void ReaderDock::openBoth(const Place& first, const Place& second) {
    bring_up();
    question_.clear();
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
