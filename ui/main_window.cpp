// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/main_window.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QShortcut>
#include <QSplitter>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/ask/ask_page.h"
#include "ui/attention/attention_page.h"
#include "ui/export/export_dialog.h"
#include "ui/library_dock/library_dock.h"
#include "ui/models/document_tree_model.h"
#include "ui/models/text_store.h"
#include "ui/overview/overview_page.h"
#include "ui/reader/reader_dock.h"
#include "ui/summary/summary_page.h"
#include "ui/toolbar/indexing_bar.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"
#include "ui/worker_link.h"

namespace corpuscope::ui {
namespace {

constexpr int kRecentLibraries = 8;

QStringList local_paths(const QMimeData* data) {
    QStringList paths;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile()) paths << url.toLocalFile();
    }
    return paths;
}

}  // namespace

MainWindow::MainWindow(const WindowOptions& options, bool remember, QWidget* parent)
    : QMainWindow(parent),
      options_(options),
      remember_(remember),
      question_(new QLineEdit(this)),
      banner_(new Banner(this)),
      pages_(new QTabWidget(this)),
      tool_bar_(new QToolBar(tr("Tool bar"), this)),
      status_(new ElidedLabel(Qt::ElideRight, this)) {
    setWindowTitle(tr("Corpuscope"));
    setWindowIcon(application_icon());
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    if (remember_ && options_.worker.library.isEmpty()) {
        options_.worker.library = QSettings().value(QStringLiteral("library")).toString();
    }
    worker_ = std::make_unique<app::Worker>(options_.worker);
    make_panels();
    make_tool_bar();
    make_shortcuts();
    link_ = new WorkerLink(*worker_, panels_, this);
    link_panels();
    link_worker();
    resize(1280, 800);
    resizeDocks({panels_.library, panels_.reader}, {kGrid * 35, kGrid * 55}, Qt::Horizontal);
    if (remember_) restore();
}

MainWindow::~MainWindow() = default;

void MainWindow::start() { worker_->open(); }

void MainWindow::make_panels() {
    panels_.texts = new TextStore(this);
    panels_.library = new LibraryDock(this);
    panels_.reader = new ReaderDock(*panels_.texts, this);
    panels_.overview = new OverviewPage(this);
    panels_.ask = new AskPage(this);
    panels_.summary = new SummaryPage(this);
    panels_.attention = new AttentionPage(*panels_.texts, this);
    panels_.exporting = new ExportDialog(this);
    panels_.progress = new IndexingBar(this);
    pages_->setObjectName(QStringLiteral("pages"));
    pages_->setDocumentMode(true);
    pages_->addTab(panels_.overview, tr("Overview"));
    pages_->addTab(panels_.ask, tr("Ask"));
    pages_->addTab(panels_.summary, tr("Summary"));
    pages_->addTab(panels_.attention, tr("Attention"));
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(banner_);
    column->addWidget(pages_, 1);
    setCentralWidget(centre);
    addDockWidget(Qt::LeftDockWidgetArea, panels_.library);
    addDockWidget(Qt::RightDockWidgetArea, panels_.reader);
    statusBar()->addWidget(status_, 1);
    statusBar()->setContentsMargins(kGrid, 0, 0, 0);
}

void MainWindow::make_tool_bar() {
    tool_bar_->setObjectName(QStringLiteral("toolBar"));
    tool_bar_->setMovable(false);
    tool_bar_->setContextMenuPolicy(Qt::PreventContextMenu);
    addToolBar(tool_bar_);
    auto* open = new QToolButton(this);
    open->setObjectName(QStringLiteral("openButton"));
    open->setText(tr("Open folder"));
    open->setIcon(icon(QStringLiteral("folder-open")));
    open->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    open->setPopupMode(QToolButton::MenuButtonPopup);
    open->setMenu(make_open_menu());
    connect(open, &QToolButton::clicked, this, &MainWindow::open_folder);

    question_->setObjectName(QStringLiteral("question"));
    question_->setPlaceholderText(tr("Ask the corpus …   (Ctrl+L)"));
    question_->setAccessibleName(tr("Question to the corpus"));
    question_->setClearButtonEnabled(true);
    question_->setAcceptDrops(false);
    question_->addAction(icon(QStringLiteral("edit-find")), QLineEdit::LeadingPosition);
    question_->setMinimumHeight(question_->fontMetrics().height() + kGrid * 2);
    question_->setMinimumWidth(kGrid * 20);
    connect(question_, &QLineEdit::returnPressed, this, [this] { ask(question_->text()); });

    auto* menu = new QToolButton(this);
    menu->setIcon(icon(QStringLiteral("application-menu")));
    menu->setAutoRaise(true);
    menu->setPopupMode(QToolButton::InstantPopup);
    menu->setMenu(make_window_menu());
    menu->setToolTip(tr("Window and program"));
    menu->setAccessibleName(menu->toolTip());

    auto* holder = new QWidget(this);
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(kGrid / 2, kGrid / 2, kGrid / 2, kGrid / 2);
    row->setSpacing(kGrid);
    row->addWidget(open);
    row->addWidget(question_, 1);
    row->addWidget(panels_.progress);
    row->addWidget(menu);
    tool_bar_->addWidget(holder);
}

QMenu* MainWindow::make_open_menu() {
    auto* menu = new QMenu(this);
    menu->addAction(icon(QStringLiteral("folder-open")), tr("Open folder …"), QKeySequence::Open, this,
                    &MainWindow::open_folder);
    menu->addAction(icon(QStringLiteral("document-open")), tr("Open files …"), this, &MainWindow::open_files);
    menu->addSeparator();
    menu->addAction(icon(QStringLiteral("library-database")), tr("Open or create library …"), this,
                    &MainWindow::choose_library);
    QMenu* recent = menu->addMenu(tr("Recent libraries"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fill_recent(recent); });
    menu->addSeparator();
    menu->addAction(icon(QStringLiteral("view-refresh")), tr("Read the corpus anew"), worker_.get(),
                    &app::Worker::refresh);
    menu->addAction(icon(QStringLiteral("document-export")), tr("Export vectors …"), panels_.exporting,
                    &QDialog::show);
    return menu;
}

QMenu* MainWindow::make_window_menu() {
    auto* menu = new QMenu(this);
    menu->addAction(panels_.library->toggleViewAction());
    menu->addAction(panels_.reader->toggleViewAction());
    menu->addMenu(make_appearance_menu());
    menu->addSeparator();
    menu->addAction(tr("About Corpuscope"), this, &MainWindow::about);
    menu->addAction(tr("Quit"), QKeySequence::Quit, this, &QWidget::close);
    return menu;
}

QMenu* MainWindow::make_appearance_menu() {
    auto* menu = new QMenu(tr("Appearance"), this);
    auto* group = new QActionGroup(menu);
    const int chosen = remember_ ? QSettings().value(QStringLiteral("appearance")).toInt() : 0;
    const QStringList names{tr("As the system"), tr("Light"), tr("Dark")};
    for (int i = 0; i < names.size(); ++i) {
        QAction* action = menu->addAction(names[i]);
        action->setCheckable(true);
        action->setChecked(i == chosen);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, i] {
            apply(static_cast<Appearance>(i));
            if (remember_) QSettings().setValue(QStringLiteral("appearance"), i);
        });
    }
    return menu;
}

void MainWindow::make_shortcuts() {
    const auto shortcut = [this](const QKeySequence& keys, auto run) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, run);
    };
    shortcut(QKeySequence(Qt::CTRL | Qt::Key_L), [this] {
        question_->setFocus(Qt::ShortcutFocusReason);
        question_->selectAll();
    });
    shortcut(QKeySequence(Qt::CTRL | Qt::Key_F), [this] {
        panels_.library->show();
        panels_.library->filterField()->setFocus(Qt::ShortcutFocusReason);
    });
    for (int page = 0; page < pages_->count(); ++page) {
        shortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + page)),
                 [this, page] { pages_->setCurrentIndex(page); });
    }
}

void MainWindow::link_panels() {
    connect(panels_.overview, &OverviewPage::openFolderRequested, this, &MainWindow::open_folder);
    connect(panels_.ask, &AskPage::openFolderRequested, this, &MainWindow::open_folder);
    connect(panels_.summary, &SummaryPage::openFolderRequested, this, &MainWindow::open_folder);
    connect(panels_.attention, &AttentionPage::openFolderRequested, this, &MainWindow::open_folder);
    connect(panels_.library, &LibraryDock::openFolderRequested, this, &MainWindow::open_folder);
    connect(panels_.overview, &OverviewPage::openLibraryRequested, this, &MainWindow::choose_library);
    connect(panels_.overview, &OverviewPage::exportRequested, panels_.exporting, &QDialog::show);
    connect(panels_.overview, &OverviewPage::documentRequested, panels_.library, &LibraryDock::select);
    connect(panels_.ask, &AskPage::questionFieldRequested, question_, qOverload<>(&QWidget::setFocus));
    connect(panels_.ask, &AskPage::failedRequested, this, [this] { panels_.library->showOnlyFailed(true); });
    connect(panels_.ask, &AskPage::placeOpened, this, [this](const Place& place) {
        panels_.reader->open(place, WordMatcher(panels_.ask->question()));
    });
    connect(panels_.summary, &SummaryPage::placeOpened, this,
            [this](const Place& place) { panels_.reader->open(place); });
    connect(panels_.attention, &AttentionPage::placesOpened, panels_.reader, &ReaderDock::openBoth);
    connect(panels_.library, &LibraryDock::openRequested, this, &MainWindow::open_document);
    connect(panels_.library, &LibraryDock::selectionChanged, this, &MainWindow::selection_changed);
    connect(panels_.library, &LibraryDock::summarizeRequested, this, [this] {
        show_page(panels_.summary);
        panels_.summary->summarize(true);
    });
    connect(panels_.library, &LibraryDock::attentionRequested, this, [this] {
        show_page(panels_.attention);
        panels_.attention->compute(true);
    });
}

void MainWindow::link_worker() {
    connect(worker_.get(), &app::Worker::libraryOpened, this, [this](const app::LibraryInfo& info) {
        library_file_ = info.file;
        panels_.reader->clear();
        if (remember_) remember_library(info.file);
        show_status(info);
        const QStringList paths = std::exchange(options_.paths, {});
        if (!paths.isEmpty()) addPaths(paths);
    });
    connect(worker_.get(), &app::Worker::libraryChanged, this, &MainWindow::show_status);
    connect(worker_.get(), &app::Worker::libraryFailed, this, &MainWindow::library_failed);
    connect(worker_.get(), &app::Worker::indexingFinished, this, &MainWindow::indexing_finished);
    connect(worker_.get(), &app::Worker::indexingFailed, this, [this](const QString& reason) {
        banner_->showMessage(Banner::Kind::Error, tr("Reading stopped"), reason);
    });
    connect(link_, &WorkerLink::failed, this, [this](const QString& title, const QString& reason) {
        banner_->showMessage(Banner::Kind::Error, title, reason);
    });
}

void MainWindow::ask(const QString& question) {
    const QString asked = question.simplified();
    if (asked.isEmpty()) return;
    show_page(panels_.ask);
    link_->ask(asked);
}

void MainWindow::addPaths(const QStringList& paths) {
    QStringList absolute;
    for (const QString& path : paths) absolute << QFileInfo(path).absoluteFilePath();
    if (!absolute.isEmpty()) worker_->add(absolute);
}

void MainWindow::open_folder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a folder of documents"));
    if (!folder.isEmpty()) addPaths({folder});
}

void MainWindow::open_files() { addPaths(QFileDialog::getOpenFileNames(this, tr("Open documents"))); }

void MainWindow::choose_library() {
    QFileDialog dialog(this, tr("Open or create a library"), QFileInfo(library_file_).path(),
                       tr("Libraries (*.corpuscope);;All files (*)"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setOption(QFileDialog::DontConfirmOverwrite);
    dialog.setLabelText(QFileDialog::Accept, tr("Open"));
    dialog.setDefaultSuffix(QStringLiteral("corpuscope"));
    if (dialog.exec() == QDialog::Accepted) open_library(dialog.selectedFiles().constFirst());
}

void MainWindow::open_library(const QString& file, bool read_only) {
    options_.worker.library = file;
    banner_->hide();
    worker_->openLibrary(file, read_only);
}

void MainWindow::fill_recent(QMenu* menu) {
    menu->clear();
    const QStringList recent = QSettings().value(QStringLiteral("recentLibraries")).toStringList();
    for (const QString& file : recent) {
        QAction* action =
            menu->addAction(Format::file_name(file), this, [this, file] { open_library(file); });
        action->setToolTip(file);
        action->setEnabled(file != library_file_);
    }
    menu->setToolTipsVisible(true);
    if (recent.isEmpty()) menu->addAction(tr("None yet"))->setEnabled(false);
}

void MainWindow::remember_library(const QString& file) {
    QSettings settings;
    settings.setValue(QStringLiteral("library"), file);
    QStringList recent = settings.value(QStringLiteral("recentLibraries")).toStringList();
    recent.removeAll(file);
    recent.prepend(file);
    settings.setValue(QStringLiteral("recentLibraries"), recent.mid(0, kRecentLibraries));
}

void MainWindow::library_failed(const QString& reason) {
    const QString file = options_.worker.library.isEmpty()
                             ? QString::fromStdString(library::default_library_file().string())
                             : options_.worker.library;
    std::vector<Banner::Action> actions;
    if (QFileInfo(file).isFile()) {
        actions.push_back({tr("Open read-only"), [this, file] { open_library(file, true); }});
    }
    actions.push_back({tr("Choose another …"), [this] { choose_library(); }});
    banner_->showMessage(Banner::Kind::Error, tr("The library could not be opened"), reason, actions);
}

void MainWindow::indexing_finished(const indexing::Report& report) {
    if (report.failed.empty()) return;
    const auto failed = static_cast<std::int64_t>(report.failed.size());
    const indexing::FailedDocument& first = report.failed.front();
    banner_->showMessage(
        Banner::Kind::Warning, tr("%1 could not be read").arg(Format::documents(failed)),
        tr("%1: %2").arg(QString::fromStdString(first.path), QString::fromStdString(first.reason)),
        {{tr("Show them"), [this] { panels_.library->showOnlyFailed(true); }}});
}

void MainWindow::selection_changed() {
    const std::vector<DocumentId> selected = panels_.library->selectedDocuments();
    const QString name = panels_.library->selectionName();
    panels_.summary->setSelection(selected, name);
    panels_.attention->setSelection(selected, name);
}

void MainWindow::open_document(DocumentId document) {
    const QModelIndex index = panels_.library->documents()->indexOf(document);
    if (const library::DocumentRecord* record = panels_.library->documents()->record(index)) {
        panels_.reader->open({document, {}, 0, QString::fromStdString(record->path), {}, {}});
    }
}

void MainWindow::show_page(QWidget* page) { pages_->setCurrentWidget(page); }

void MainWindow::show_status(const app::LibraryInfo& info) {
    QStringList parts{Format::documents(info.counts.documents), Format::passages(info.counts.passages),
                      Format::tokens(info.counts.tokens), info.model, info.backend};
    if (info.read_only) parts.prepend(tr("Read-only"));
    parts.removeAll({});
    status_->setText(parts.join(QStringLiteral(" · ")));
    setWindowTitle(tr("%1 – Corpuscope").arg(QFileInfo(info.file).completeBaseName()));
    panels_.library->setReadOnly(info.read_only);
}

void MainWindow::about() {
    QMessageBox::about(this, tr("About Corpuscope"),
                       tr("<b>Corpuscope %1</b><p>Reads a folder of documents as one sequence and answers "
                          "questions about all "
                          "of it, with citations. Everything runs on this computer.</p>")
                           .arg(QApplication::applicationVersion()));
}

void MainWindow::restore() {
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    restoreState(settings.value(QStringLiteral("docks")).toByteArray());
    panels_.ask->splitter()->restoreState(settings.value(QStringLiteral("askSplitter")).toByteArray());
    pages_->setCurrentIndex(settings.value(QStringLiteral("page")).toInt());
}

void MainWindow::save() const {
    QSettings settings;
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    settings.setValue(QStringLiteral("docks"), saveState());
    settings.setValue(QStringLiteral("askSplitter"), panels_.ask->splitter()->saveState());
    settings.setValue(QStringLiteral("page"), pages_->currentIndex());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (remember_) save();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!local_paths(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QStringList paths = local_paths(event->mimeData());
    if (paths.isEmpty()) return;
    event->acceptProposedAction();
    addPaths(paths);
}

}  // namespace corpuscope::ui
