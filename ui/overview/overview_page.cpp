// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/overview/overview_page.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/models/failure_model.h"
#include "ui/models/group_table_model.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/engine_text.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/focus_ring.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

QTableView* make_table(QAbstractItemModel* model, const QString& name, QWidget* parent) {
    auto* view = new QTableView(parent);
    view->setModel(model);
    view->setAccessibleName(name);
    view->setShowGrid(false);
    view->setAlternatingRowColors(true);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setTabKeyNavigation(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(view->fontMetrics().height() + kGrid);
    view->horizontalHeader()->setHighlightSections(false);
    view->setTextElideMode(Qt::ElideMiddle);
    view->setWordWrap(false);
    return view;
}

QLabel* make_title(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setFont(scaled_font(parent->font(), 1.1, true));
    label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    return label;
}

int height_of_rows(const QTableView* view, int most) {
    const int rows = std::min(most, view->model()->rowCount());
    return view->horizontalHeader()->sizeHint().height() +
           rows * view->verticalHeader()->defaultSectionSize() + 2 * view->frameWidth() + 2;
}

}  // namespace

OverviewPage::OverviewPage(QWidget* parent)
    : QWidget(parent),
      stack_(new QStackedWidget(this)),
      empty_(new EmptyState(QStringLiteral("folder-open"), {}, {}, {}, this)),
      file_(new ElidedLabel(Qt::ElideMiddle, this)),
      model_(new ElidedLabel(Qt::ElideRight, this)),
      backend_(new ElidedLabel(Qt::ElideRight, this)),
      groups_(new GroupTableModel(this)),
      failures_(new FailureModel(this)) {
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(kGrid * 3, kGrid * 3, kGrid * 3, kGrid * 3);
    column->setSpacing(kGrid * 2);
    column->addWidget(make_figures());
    column->addWidget(make_facts());
    make_tables(page);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setAccessibleName(tr("Overview"));
    new FocusRing(scroll);
    scroll->setWidget(page);
    stack_->addWidget(empty_);
    stack_->addWidget(scroll);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(stack_);
    connect(empty_, &EmptyState::actionRequested, this, [this] {
        if (library_failed_) {
            emit openLibraryRequested();
        } else {
            emit openFolderRequested();
        }
    });
    setLibrary({});
}

QWidget* OverviewPage::make_figures() {
    auto* holder = new QWidget(this);
    auto* row = new FlowLayout(holder);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGrid * 3);
    for (std::size_t i = 0; i < FigureCount; ++i) {
        auto* figure = new QWidget(holder);
        auto* box = new QVBoxLayout(figure);
        box->setContentsMargins(0, 0, kGrid * 2, 0);
        box->setSpacing(0);
        figures_[i] = new QLabel(figure);
        figures_[i]->setFont(scaled_font(font(), 2.2));
        captions_[i] = new QLabel(figure);
        captions_[i]->setForegroundRole(QPalette::PlaceholderText);
        box->addWidget(figures_[i]);
        box->addWidget(captions_[i]);
        row->addWidget(figure);
    }
    return holder;
}

QWidget* OverviewPage::make_facts() {
    auto* holder = new QWidget(this);
    auto* column = new QVBoxLayout(holder);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGrid * 2);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(kGrid * 2);
    form->setVerticalSpacing(kGrid / 2);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto caption = [&](const QString& text) {
        auto* label = new QLabel(text, holder);
        label->setForegroundRole(QPalette::PlaceholderText);
        return label;
    };
    form->addRow(caption(tr("Library")), file_);
    form->addRow(caption(tr("Model")), model_);
    form->addRow(caption(tr("Computed by")), backend_);
    auto* buttons = new FlowLayout;
    buttons->setSpacing(kGrid);
    const auto button = [&](const QString& name, const QString& text, auto signal) {
        auto* made = new QPushButton(icon(name), text, holder);
        made->setAutoDefault(false);
        connect(made, &QPushButton::clicked, this, signal);
        buttons->addWidget(made);
    };
    button(QStringLiteral("folder-open"), tr("Add a folder …"), &OverviewPage::openFolderRequested);
    button(QStringLiteral("view-refresh"), tr("Read the corpus anew"), &OverviewPage::refreshRequested);
    button(QStringLiteral("document-export"), tr("Export vectors …"), &OverviewPage::exportRequested);
    column->addLayout(form);
    column->addLayout(buttons);
    return holder;
}

void OverviewPage::make_tables(QWidget* page) {
    auto* column = static_cast<QVBoxLayout*>(page->layout());
    group_view_ = make_table(groups_, tr("Documents by format"), page);
    group_view_->horizontalHeader()->setSectionResizeMode(GroupTableModel::Name, QHeaderView::Stretch);
    group_view_->setSelectionMode(QAbstractItemView::NoSelection);
    group_view_->setFocusPolicy(Qt::NoFocus);
    column->addWidget(make_title(tr("By format"), page));
    column->addWidget(group_view_);

    failure_section_ = new QWidget(page);
    auto* failed = new QVBoxLayout(failure_section_);
    failed->setContentsMargins(0, 0, 0, 0);
    failed->setSpacing(kGrid);
    failure_view_ = make_table(failures_, tr("Documents that could not be read"), page);
    failure_view_->horizontalHeader()->setStretchLastSection(true);
    failed->addWidget(make_title(tr("Could not be read"), page));
    failed->addWidget(failure_view_);
    failure_section_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    column->addWidget(failure_section_);
    column->addStretch();
    connect(failure_view_, &QTableView::activated, this,
            [this](const QModelIndex& index) { emit documentRequested(failures_->document(index.row())); });
}

void OverviewPage::setLibrary(const app::LibraryInfo& info) {
    library_failed_ = false;
    empty_->setTexts(tr("Open a folder to begin"),
                     tr("Corpuscope reads all documents in it as one corpus: text, Markdown, HTML, PDF, "
                        "RTF, Word, Excel, PowerPoint, OpenDocument, EPUB and e-mail. "
                        "They stay where they are, and nothing leaves this computer. You can also drop "
                        "a folder here."),
                     tr("Open folder …"));
    const library::Counts& counts = info.counts;
    const std::array<QString, FigureCount> values{
        Format::count(counts.documents), Format::count(counts.passages), Format::rounded(counts.tokens),
        Format::bytes(counts.bytes)};
    QString documents = counts.documents == 1 ? tr("document") : tr("documents");
    if (counts.failed > 0) documents += tr(", %1 failed").arg(Format::count(counts.failed));
    if (counts.pending + counts.read > 0)
        documents += tr(", %1 waiting").arg(Format::count(counts.pending + counts.read));
    const std::array<QString, FigureCount> captions{documents, tr("passages"), tr("tokens"),
                                                    tr("library file")};
    for (std::size_t i = 0; i < FigureCount; ++i) {
        figures_[i]->setText(values[i]);
        captions_[i]->setText(captions[i]);
    }
    file_->setText(info.file);
    model_->setText(info.model);
    backend_->setText(engine_text(info.backend));
    groups_->setDocuments(info.documents);
    failures_->setDocuments(info.documents);
    group_view_->setColumnHidden(GroupTableModel::Failed, counts.failed == 0);
    group_view_->setFixedHeight(height_of_rows(group_view_, 12));
    fit_columns();
    failure_view_->setFixedHeight(height_of_rows(failure_view_, 10));
    failure_section_->setVisible(failures_->rowCount() > 0);
    stack_->setCurrentIndex(counts.documents > 0 ? 1 : 0);
}

void OverviewPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit_columns();
}

void OverviewPage::fit_columns() {
    for (int column = GroupTableModel::Name + 1; column < GroupTableModel::ColumnCount; ++column) {
        const int wanted = std::max(group_view_->horizontalHeader()->sectionSizeHint(column),
                                    static_cast<QAbstractItemView*>(group_view_)->sizeHintForColumn(column));
        group_view_->setColumnWidth(column, wanted + kGrid);
    }
    // Names get what they need, reasons the rest, which is at least half.
    const int wanted =
        static_cast<QAbstractItemView*>(failure_view_)->sizeHintForColumn(FailureModel::Name) + kGrid;
    failure_view_->setColumnWidth(
        FailureModel::Name, std::clamp(wanted, kGrid * 12, std::max(kGrid * 12, failure_view_->width() / 2)));
}

void OverviewPage::setLibraryFailed(const QString& reason) {
    library_failed_ = true;
    empty_->setTexts(tr("The library could not be opened"), reason, tr("Choose another library …"));
    stack_->setCurrentWidget(empty_);
}

}  // namespace corpuscope::ui
