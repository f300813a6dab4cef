// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/library_dock/library_dock.h"

#include <QAction>
#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QStyle>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>
#include <functional>
#include <set>

#include "ui/models/document_filter_model.h"
#include "ui/models/document_tree_model.h"
#include "ui/view_memory.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/engine_text.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/system_programs.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {
constexpr std::size_t kExpandedDocuments = 40;  ///< up to this many, all folders are open at first
constexpr int kSelectionKept = 100;
constexpr int kStateShare = 36;  ///< per cent of the width that the column of states gets at most
}  // namespace

LibraryDock::LibraryDock(QWidget* parent)
    : QDockWidget(tr("Library"), parent),
      documents_(new DocumentTreeModel(this)),
      filtered_(new DocumentFilterModel(this)),
      filter_(new QLineEdit(this)),
      only_failed_(new QToolButton(this)),
      tree_(new QTreeView(this)),
      details_(new QLabel(this)),
      stack_(new QStackedWidget(this)),
      empty_(new EmptyState(QStringLiteral("folder-open"), tr("No documents"),
                            tr("Open a folder, or drop one on this window."), tr("Open folder …"), this)),
      list_(new QStackedWidget(this)),
      no_match_(new EmptyState(QStringLiteral("edit-find"), tr("No document matches"), {},
                               tr("Show all documents"), this)) {
    setObjectName(QStringLiteral("libraryDock"));
    // Of a model that is made anew the view forgets what was selected and open.
    connect(documents_, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        before_reset_ = {};
        saveView(before_reset_);
    });
    filtered_->setSourceModel(documents_);
    filter_->setPlaceholderText(tr("Filter documents"));
    filter_->setAccessibleName(tr("Filter documents"));
    filter_->setClearButtonEnabled(true);
    filter_->setAcceptDrops(false);  // the window opens what is dropped
    only_failed_->setIcon(own_icon(QStringLiteral("state-failed"), Tone::Bad));
    only_failed_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    only_failed_->setCheckable(true);
    only_failed_->setToolTip(tr("Show only documents that could not be read"));
    only_failed_->setAccessibleName(only_failed_->toolTip());

    tree_->setModel(filtered_);
    tree_->setUniformRowHeights(true);
    tree_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    tree_->setContextMenuPolicy(Qt::CustomContextMenu);
    tree_->setFrameShape(QFrame::NoFrame);
    tree_->setTextElideMode(Qt::ElideMiddle);
    tree_->setIndentation(kGrid * 3 / 2);
    tree_->setExpandsOnDoubleClick(true);
    tree_->setAccessibleName(tr("Documents"));
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(DocumentTreeModel::Name, QHeaderView::Stretch);
    tree_->header()->setSectionResizeMode(DocumentTreeModel::State, QHeaderView::Fixed);
    details_->setWordWrap(true);
    details_->setTextFormat(Qt::RichText);
    details_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    details_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    details_->setMargin(kGrid);
    details_->setFixedHeight(details_->fontMetrics().height() * 5 + kGrid * 2);
    lay_out();
    make_actions();

    connect(filtered_, &QAbstractItemModel::modelReset, this, [this] {
        if (!before_reset_.top.isEmpty()) showView(before_reset_);
        show_details();
        emit selectionChanged();
    });
    connect(filter_, &QLineEdit::textChanged, this, &LibraryDock::filter_changed);
    connect(only_failed_, &QToolButton::toggled, this, &LibraryDock::filter_changed);
    connect(tree_, &QTreeView::customContextMenuRequested, this, &LibraryDock::show_menu);
    connect(tree_, &QTreeView::activated, this, [this](const QModelIndex& index) {
        const auto id = index.data(DocumentTreeModel::IdRole).toLongLong();
        if (id != 0) emit openRequested(DocumentId{id});
    });
    connect(tree_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        show_details();
        emit selectionChanged();
    });
    connect(empty_, &EmptyState::actionRequested, this, &LibraryDock::openFolderRequested);
    connect(no_match_, &EmptyState::actionRequested, this, [this] { showOnlyFailed(false); });
    show_details();
}

void LibraryDock::lay_out() {
    auto* page = new QWidget(this);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(kGrid, kGrid, kGrid, kGrid);
    row->setSpacing(kGrid);
    row->addWidget(filter_, 1);
    row->addWidget(only_failed_);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    list_->addWidget(tree_);
    list_->addWidget(no_match_);
    column->addWidget(list_, 1);
    column->addWidget(details_);
    stack_->addWidget(empty_);
    stack_->addWidget(page);
    stack_->setMinimumWidth(kGrid * 25);
    setWidget(stack_);
}

void LibraryDock::make_actions() {
    const auto action = [this](const QString& icon_name, const QString& text, auto run) {
        auto* made = new QAction(icon_name.isEmpty() ? QIcon() : icon(icon_name), text, this);
        connect(made, &QAction::triggered, this, run);
        return made;
    };
    document_actions_ = {
        action(QStringLiteral("text-x-generic"), tr("Open in the reader"),
               [this] {
                   emit openRequested(DocumentId{current().data(DocumentTreeModel::IdRole).toLongLong()});
               }),
        action(QStringLiteral("document-open"), tr("Open with the system's program"),
               [this] { open_outside(current_path()); }),
    };
    any_actions_ = {
        action(QStringLiteral("folder-open"), tr("Show in folder"),
               [this] {
                   const QFileInfo info(current_path());
                   open_outside(info.isDir() ? info.filePath() : info.path());
               }),
        action(QStringLiteral("edit-copy"), tr("Copy path"),
               [this] { QGuiApplication::clipboard()->setText(current_path()); }),
        action(QStringLiteral("view-summary"), tr("Summarize"), [this] { emit summarizeRequested(); }),
        action(QStringLiteral("view-attention"), tr("Look at attention"),
               [this] { emit attentionRequested(); }),
    };
    remove_ =
        action(QStringLiteral("edit-delete"), tr("Remove from the library"), [this] { remove_selected(); });
    remove_->setToolTip(tr("The files stay where they are"));
    // The menu has been read; a key is hit by mistake.
    auto* del = new QShortcut(QKeySequence::Delete, tree_, nullptr, nullptr, Qt::WidgetShortcut);
    connect(del, &QShortcut::activated, this, [this] { remove_selected(true); });
}

void LibraryDock::open_outside(const QString& path) {
    const QString problem = SystemPrograms::open(path);
    if (!problem.isEmpty()) emit failed(tr("%1 could not be opened").arg(Format::file_name(path)), problem);
}

void LibraryDock::remove_selected(bool ask_always) {
    if (read_only_) return;
    std::vector<DocumentId> documents = selectedDocuments();
    std::erase_if(documents, [this](DocumentId document) { return documents_->isLeaving(document); });
    if (documents.size() > 1 || (ask_always && !documents.empty())) {
        const auto count = static_cast<std::int64_t>(documents.size());
        QMessageBox box(
            QMessageBox::Question, tr("Remove from the library"),
            tr("Remove %1 from the library?").arg(count == 1 ? selectionName() : Format::documents(count)),
            QMessageBox::Cancel, this);
        box.setTextFormat(Qt::PlainText);
        box.setInformativeText(tr("The files stay where they are."));
        QPushButton* remove = box.addButton(tr("&Remove"), QMessageBox::AcceptRole);
        box.exec();
        if (box.clickedButton() != remove) return;
    }
    if (!documents.empty()) emit removeRequested(documents);
}

void LibraryDock::show_menu(const QPoint& position) {
    const QModelIndex index = tree_->indexAt(position);
    if (!index.isValid()) return;
    QMenu menu(this);
    if (index.data(DocumentTreeModel::IdRole).toLongLong() != 0) {
        menu.addActions(document_actions_);
        menu.addSeparator();
    }
    menu.addActions(any_actions_);
    menu.addSeparator();
    remove_->setEnabled(!read_only_);
    menu.addAction(remove_);
    menu.exec(tree_->viewport()->mapToGlobal(position));
}

void LibraryDock::setLibrary(const app::LibraryInfo& info) {
    documents_->setDocuments(info.documents);
    failed_ = info.counts.failed;
    only_failed_->setText(Format::count(info.counts.failed));
    only_failed_->setVisible(info.counts.failed > 0 || only_failed_->isChecked());
    const bool first = stack_->currentIndex() == 0 && !info.documents.empty();
    stack_->setCurrentIndex(info.documents.empty() ? 0 : 1);
    if (first) expand_some();
    show_matches();
    fit_columns();
    tree_->setRootIsDecorated(documents_->hasFolders());
    show_details();
}

void LibraryDock::setLeaving(const std::vector<DocumentId>& documents) {
    documents_->setLeaving(documents);
    leaving_ = !documents.empty();
    fit_columns();
}

void LibraryDock::expand_some() {
    if (documents_->documentsBelow({}).size() <= kExpandedDocuments) {
        tree_->expandAll();
    } else {
        tree_->expandToDepth(0);
    }
}

QModelIndex LibraryDock::index_of_path(const QString& path) const {
    return filtered_->mapFromSource(documents_->indexOf(path));
}

void LibraryDock::saveView(LibraryView& view) const {
    const auto path_of = [](const QModelIndex& index) {
        return index.data(DocumentTreeModel::PathRole).toString();
    };
    for (const QModelIndex& index : tree_->selectionModel()->selectedRows().mid(0, kSelectionKept))
        view.selected << path_of(index);
    const std::function<void(const QModelIndex&)> gather = [&](const QModelIndex& parent) {
        for (int row = 0; row < filtered_->rowCount(parent); ++row) {
            const QModelIndex folder = filtered_->index(row, 0, parent);
            if (!filtered_->hasChildren(folder)) break;  // folders come first
            if (tree_->isExpanded(folder)) view.expanded << path_of(folder);
            gather(folder);
        }
    };
    gather({});
    view.top = path_of(tree_->indexAt({1, 1}).siblingAtColumn(0));
}

void LibraryDock::showView(const LibraryView& view) {
    if (view.top.isEmpty()) {
        expand_some();
        return;
    }
    tree_->collapseAll();
    for (const QString& folder : view.expanded) tree_->expand(index_of_path(folder));
    QItemSelection selection;
    for (const QString& path : view.selected) {
        const QModelIndex index = index_of_path(path);
        if (index.isValid()) selection.select(index, index);
    }
    tree_->selectionModel()->select(selection,
                                    QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    tree_->scrollTo(index_of_path(view.top), QAbstractItemView::PositionAtTop);
}

void LibraryDock::resizeEvent(QResizeEvent* event) {
    QDockWidget::resizeEvent(event);
    fit_columns();
}

void LibraryDock::fit_columns() {
    const auto width_of = [this](const QString& state) {
        return tree_->fontMetrics().horizontalAdvance(state) +
               tree_->style()->pixelMetric(QStyle::PM_SmallIconSize) + kGrid * 2;
    };
    int wanted = tree_->header()->sectionSizeHint(DocumentTreeModel::State);
    for (const auto state : {library::DocumentState::Pending, library::DocumentState::Read,
                             library::DocumentState::Ready, library::DocumentState::Failed})
        wanted = std::max(wanted, width_of(Format::state(state)));
    if (leaving_) wanted = std::max(wanted, width_of(DocumentTreeModel::leavingText()));
    // Names come first: in a narrow dock the word beside the icon is cut short.
    tree_->header()->resizeSection(DocumentTreeModel::State,
                                   std::min(wanted, tree_->viewport()->width() * kStateShare / 100));
}

void LibraryDock::showOnlyFailed(bool only) {
    filter_->clear();
    only_failed_->setVisible(true);
    only_failed_->setChecked(only);
    show();
    raise();
}

void LibraryDock::select(DocumentId document) {
    const QModelIndex source = documents_->indexOf(document);
    if (!source.isValid()) return;
    if (!filtered_->mapFromSource(source).isValid()) {
        filter_->clear();
        only_failed_->setChecked(false);
    }
    const QModelIndex index = filtered_->mapFromSource(source);
    // Whatever keys are held down.
    tree_->selectionModel()->setCurrentIndex(index,
                                             QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    tree_->scrollTo(index);
}

void LibraryDock::reveal(DocumentId document) {
    show();
    raise();
    select(document);
    tree_->setFocus(Qt::OtherFocusReason);
}

std::vector<DocumentId> LibraryDock::selectedDocuments() const {
    std::set<DocumentId> ids;
    // Of a folder what the filter shows of it.
    const std::function<void(const QModelIndex&)> gather = [&](const QModelIndex& index) {
        if (const auto id = index.data(DocumentTreeModel::IdRole).toLongLong(); id != 0)
            ids.insert(DocumentId{id});
        for (int row = 0; row < filtered_->rowCount(index); ++row) gather(filtered_->index(row, 0, index));
    };
    for (const QModelIndex& index : tree_->selectionModel()->selectedRows()) gather(index);
    return {ids.begin(), ids.end()};
}

QString LibraryDock::selectionName() const {
    const QModelIndexList rows = tree_->selectionModel()->selectedRows();
    if (rows.size() == 1) return rows.front().data().toString();
    return Format::documents(static_cast<std::int64_t>(selectedDocuments().size()));
}

void LibraryDock::filter_changed() {
    const bool filters = !filter_->text().isEmpty() || only_failed_->isChecked();
    if (filters && !filters_) {
        before_filter_ = {};
        saveView(before_filter_);
    }
    filtered_->setText(filter_->text());
    filtered_->setOnlyFailed(only_failed_->isChecked());
    if (filters) {
        tree_->expandAll();
    } else if (filters_) {
        tree_->collapseAll();
        for (const QString& folder : before_filter_.expanded) tree_->expand(index_of_path(folder));
        tree_->scrollTo(tree_->currentIndex());
    }
    filters_ = filters;
    show_matches();
}

void LibraryDock::show_matches() {
    list_->setCurrentWidget(filtered_->rowCount() > 0 ? static_cast<QWidget*>(tree_) : no_match_);
}

QModelIndex LibraryDock::current() const { return filtered_->mapToSource(tree_->currentIndex()); }

QString LibraryDock::current_path() const { return current().data(DocumentTreeModel::PathRole).toString(); }

QString LibraryDock::details() const { return details_->text(); }

void LibraryDock::show_details() {
    const QModelIndexList rows = tree_->selectionModel()->selectedRows();
    const library::DocumentRecord* record =
        rows.size() == 1 ? documents_->record(filtered_->mapToSource(rows.front())) : nullptr;
    details_->setVisible(!rows.isEmpty());
    if (record == nullptr) {
        details_->setText(rows.isEmpty()
                              ? QString()
                              : Format::documents(static_cast<std::int64_t>(selectedDocuments().size())));
        return;
    }
    QStringList facts{record->format.empty() ? QFileInfo(QString::fromStdString(record->path)).suffix()
                                             : QString::fromStdString(record->format),
                      Format::bytes(record->bytes)};
    if (record->pages > 0) facts << Format::pages(QString::fromStdString(record->path), record->pages);
    if (record->passages > 0) facts << Format::passages(record->passages) << Format::tokens(record->tokens);
    const QString title = literal(record->title.empty() ? record->path : record->title);
    QString html = QStringLiteral("<b>%1</b><br>%2")
                       .arg(title.toHtmlEscaped(), facts.join(QStringLiteral(" · ")).toHtmlEscaped());
    if (!record->reason.empty()) {
        html += QStringLiteral("<br><span style=\"color:%1\">%2</span>")
                    .arg(colours_of(palette()).bad.name(),
                         tr("Failed: %1").arg(engine_text(record->reason)).toHtmlEscaped());
    } else if (!record->warnings.empty()) {
        html += QStringLiteral("<br>") + engine_text(record->warnings.front()).toHtmlEscaped();
    }
    details_->setText(html);
}

}  // namespace corpuscope::ui
