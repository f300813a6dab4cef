// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/ask/ask_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QListView>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/ask/answer_view.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {
constexpr int kListFrom = kGrid * 70;  ///< width from which on the questions stand beside the answer
}

AskPage::AskPage(QWidget* parent)
    : QWidget(parent),
      history_(new HistoryModel(this)),
      list_(new QListView(this)),
      picker_(new QComboBox(this)),
      view_(new AnswerView(this)),
      splitter_(new QSplitter(Qt::Horizontal, this)),
      stack_(new QStackedWidget(this)),
      empty_(new EmptyState(QStringLiteral("question"), {}, {}, {}, this)) {
    list_->setModel(history_);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setTextElideMode(Qt::ElideRight);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setAccessibleName(tr("Questions asked"));
    list_->setMinimumWidth(kGrid * 15);
    list_->setSpacing(2);
    picker_->setModel(history_);
    picker_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    picker_->setMinimumContentsLength(10);
    picker_->setAccessibleName(list_->accessibleName());
    picker_->setToolTip(list_->accessibleName());
    splitter_->addWidget(list_);
    splitter_->addWidget(view_);
    splitter_->setStretchFactor(1, 1);
    splitter_->setSizes({kGrid * 25, kGrid * 80});
    splitter_->setChildrenCollapsible(true);
    splitter_->setCollapsible(1, false);
    view_->setMinimumWidth(kGrid * 30);
    stack_->addWidget(empty_);
    auto* asked = new QWidget(this);
    auto* column = new QVBoxLayout(asked);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(kGrid, kGrid, kGrid, 0);
    row->addWidget(picker_);
    column->addLayout(row);
    column->addWidget(splitter_, 1);
    stack_->addWidget(asked);
    asked_ = asked;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(stack_);

    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& current) {
                picker_->setCurrentIndex(current.row());
                show_row(current.row());
            });
    connect(picker_, &QComboBox::activated, this,
            [this](int question) { list_->setCurrentIndex(history_->index(question)); });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(history_, signal, this, &AskPage::choose_list);
    connect(history_, &QAbstractItemModel::modelReset, this, &AskPage::choose_list);
    connect(view_, &AnswerView::placeOpened, this, &AskPage::placeOpened);
    connect(view_, &AnswerView::failedRequested, this, &AskPage::failedRequested);
    connect(view_, &AnswerView::retryRequested, this, &AskPage::askRequested);
    connect(empty_, &EmptyState::actionRequested, this, [this] {
        if (has_documents_) {
            emit questionFieldRequested();
        } else {
            emit openFolderRequested();
        }
    });
    setLibrary({});
}

void AskPage::setLibrary(const app::LibraryInfo& info) {
    has_documents_ = info.counts.ready + info.counts.read > 0;
    empty_->setTexts(
        has_documents_ ? tr("Ask the corpus") : tr("No documents yet"),
        has_documents_
            ? tr("Answers are sentences of your documents, word for word, each with the place that "
                 "it comes from. Type a question in the field above.")
            : tr("Open a folder, and ask all of it at once. Answers are sentences of your "
                 "documents, each with the place that it comes from."),
        has_documents_ ? tr("Type a question") : tr("Open folder …"));
}

void AskPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    choose_list();
}

/// Beside the answer, or where that needs the room above it and folded up.
void AskPage::choose_list() {
    const bool beside = width() >= kListFrom;
    list_->setVisible(beside);
    picker_->setVisible(!beside && history_->rowCount() > 1);
}

void AskPage::setAsked(app::JobId job, const QString& question) {
    history_->add(job, question);
    stack_->setCurrentWidget(asked_);
    list_->setCurrentIndex(history_->index(0));
    show_row(0);
}

void AskPage::setEarlier(const QStringList& questions) {
    history_->setEarlier(questions);
    stack_->setCurrentWidget(questions.isEmpty() ? static_cast<QWidget*>(empty_) : asked_);
    list_->setCurrentIndex(history_->index(0));
}

void AskPage::setAnswer(app::JobId job, const answers::Answer& answer) {
    const int row = history_->setAnswer(job, answer);
    if (row >= 0 && row == list_->currentIndex().row()) show_row(row);
}

bool AskPage::setFailed(app::JobId job, const QString& reason) {
    const int row = history_->setFailed(job, reason);
    if (row >= 0 && row == list_->currentIndex().row()) show_row(row);
    return row >= 0;
}

QString AskPage::question() const {
    const HistoryModel::Entry* entry = history_->entry(list_->currentIndex().row());
    return entry != nullptr ? entry->question : QString();
}

void AskPage::show_row(int row) {
    if (const HistoryModel::Entry* entry = history_->entry(row)) view_->show(*entry);
}

}  // namespace corpuscope::ui
