// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/summary/summary_page.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSlider>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/widgets/citation_chip.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/focus_ring.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/quote_card.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {
constexpr int kColumnWidth = kGrid * 104;
enum Scope { WholeCorpus, Selection };
}  // namespace

SummaryPage::SummaryPage(QWidget* parent)
    : QWidget(parent),
      scope_(new QComboBox(this)),
      length_(new QSlider(Qt::Horizontal, this)),
      length_text_(new QLabel(this)),
      start_(new QPushButton(tr("Su&mmarize"), this)),
      copy_(new QPushButton(icon(QStringLiteral("edit-copy")), tr("&Copy as Markdown"), this)),
      stack_(new QStackedWidget(this)),
      empty_(new EmptyState(QStringLiteral("view-summary"), {}, {}, {}, this)),
      list_(new QScrollArea(this)) {
    make_controls();
    list_->setWidgetResizable(true);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setAccessibleName(tr("Summary"));
    new FocusRing(list_);
    stack_->addWidget(empty_);
    stack_->addWidget(list_);
    auto* controls = new FlowLayout;
    controls->setContentsMargins(kGrid * 2, kGrid * 2, kGrid * 2, 0);
    controls->setSpacing(kGrid);
    controls->addWidget(scope_);
    controls->addWidget(length_);
    controls->addWidget(length_text_);
    controls->addWidget(start_);
    controls->addWidget(copy_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(controls);
    layout->addWidget(stack_, 1);
    connect(empty_, &EmptyState::actionRequested, this, [this] {
        if (has_documents_) {
            summarize();
        } else {
            emit openFolderRequested();
        }
    });
    setLibrary({});
}

void SummaryPage::make_controls() {
    scope_->addItem(tr("Whole corpus"));
    scope_->setAccessibleName(tr("What to summarize"));
    scope_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    length_->setRange(3, 40);
    length_->setValue(8);
    length_->setPageStep(5);
    length_->setFixedWidth(kGrid * 18);
    length_->setAccessibleName(tr("Length in sentences"));
    const auto show_length = [this](int sentences) {
        length_text_->setText(tr("%1 sentences").arg(sentences));
    };
    connect(length_, &QSlider::valueChanged, this, show_length);
    show_length(length_->maximum());
    length_text_->setFixedWidth(length_text_->sizeHint().width());
    show_length(length_->value());
    start_->setAutoDefault(false);
    copy_->setAutoDefault(false);
    copy_->setEnabled(false);
    connect(start_, &QPushButton::clicked, this, [this] { summarize(); });
    connect(copy_, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(markdown(summary_, summary_scope_)); });
}

void SummaryPage::setLibrary(const app::LibraryInfo& info) {
    has_documents_ = info.counts.ready > 0;
    scope_->setEnabled(has_documents_);
    length_->setEnabled(has_documents_);
    set_busy(job_ != 0);
    empty_->setTexts(
        has_documents_ ? tr("No summary yet") : tr("Nothing to summarize yet"),
        has_documents_
            ? tr("A summary is made of sentences of your documents: the most central one of each "
                 "topic, in reading order, each with its place.")
            : tr("Once documents are read, this page says what they are about in their own words."),
        has_documents_ ? tr("Summarize the whole corpus") : tr("Open folder …"));
}

void SummaryPage::clear() {
    job_ = 0;
    summary_ = {};
    set_busy(false);
    copy_->setEnabled(false);
    stack_->setCurrentWidget(empty_);
}

void SummaryPage::set_busy(bool busy) {
    start_->setEnabled(!busy && has_documents_);
    start_->setText(busy ? tr("Summarizing …") : tr("Su&mmarize"));
    empty_->button()->setEnabled(!busy);
}

void SummaryPage::setSelection(const std::vector<DocumentId>& documents, const QString& name) {
    selection_ = documents;
    const bool was_selection = scope_->currentIndex() == Selection;
    if (scope_->count() > Selection) scope_->removeItem(Selection);
    if (!documents.empty()) {
        scope_->addItem(name);
        if (was_selection) scope_->setCurrentIndex(Selection);
    }
}

void SummaryPage::summarize(bool selection) {
    if (selection && scope_->count() > Selection) scope_->setCurrentIndex(Selection);
    summary_scope_ = scope_->currentText();
    emit summaryRequested(scope_->currentIndex() == Selection ? selection_ : std::vector<DocumentId>{},
                          length_->value());
}

void SummaryPage::setJob(app::JobId job) {
    job_ = job;
    set_busy(true);
}

void SummaryPage::setSummary(app::JobId job, const answers::Summary& summary) {
    if (job != job_) return;
    job_ = 0;
    set_busy(false);
    copy_->setEnabled(!summary.sentences.empty());
    summary_ = summary;
    fill();
    stack_->setCurrentWidget(list_);
}

bool SummaryPage::setFailed(app::JobId job, const QString& reason) {
    if (job != job_ || job == 0) return false;
    job_ = 0;
    set_busy(false);
    emit failed(tr("The summary could not be made"), reason);
    return true;
}

void SummaryPage::fill() {
    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(kGrid * 2, kGrid * 2, kGrid * 2, kGrid * 2);
    auto* holder = new QWidget(page);
    holder->setMaximumWidth(kColumnWidth);
    auto* column = new QVBoxLayout(holder);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGrid);
    row->addWidget(holder, 1000);
    row->addStretch(1);
    for (const answers::SummarySentence& sentence : summary_.sentences) {
        if (!sentence.topic.empty()) {
            auto* topic = new QLabel(topic_line(sentence), holder);
            topic->setObjectName(QStringLiteral("topic"));
            topic->setTextFormat(Qt::PlainText);
            topic->setWordWrap(true);
            topic->setForegroundRole(QPalette::PlaceholderText);
            column->addWidget(topic);
        }
        auto* card = new QuoteCard(QuoteCard::Style::Answer, place_of(sentence), -1, {}, holder);
        connect(card, &QuoteCard::opened, this, &SummaryPage::placeOpened);
        column->addWidget(card);
        column->addSpacing(kGrid);
    }
    if (summary_.sentences.empty())
        column->addWidget(new QLabel(tr("There is no sentence to quote there."), holder));
    auto* coverage =
        new QLabel(summary_scope_ + QStringLiteral(" · ") + Format::coverage(summary_.coverage), holder);
    coverage->setTextFormat(Qt::PlainText);
    coverage->setWordWrap(true);
    coverage->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(coverage);
    column->addStretch();
    list_->setWidget(page);
    list_->verticalScrollBar()->setValue(0);
}

QString SummaryPage::topic_line(const answers::SummarySentence& sentence) {
    QStringList words;
    for (const std::string& word : sentence.topic) words << QString::fromStdString(word);
    //: The words that a part of the text is about, and how much of the text is
    return tr("%1 · %2 of the text").arg(words.join(QStringLiteral(", ")), Format::share(sentence.share));
}

QString SummaryPage::markdown(const answers::Summary& summary, const QString& scope) {
    QString text = QStringLiteral("# %1\n\n").arg(scope);
    for (const answers::SummarySentence& sentence : summary.sentences) {
        const QString topic =
            sentence.topic.empty() ? QString() : QStringLiteral("**%1**: ").arg(topic_line(sentence));
        text += QStringLiteral("- %1%2 (%3)\n")
                    .arg(topic, QString::fromStdString(sentence.text).simplified(),
                         CitationChip::describe(place_of(sentence), -1));
    }
    return text + u'\n' + Format::coverage(summary.coverage) + u'\n';
}

}  // namespace corpuscope::ui
