// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileInfo>
#include <QLineEdit>
#include <QMessageBox>
#include <QSettings>
#include <QShortcut>
#include <QSplitter>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/ask/ask_page.h"
#include "ui/attention/attention_page.h"
#include "ui/export/export_dialog.h"
#include "ui/file_drop.h"
#include "ui/help/help_dialog.h"
#include "ui/library_dock/library_dock.h"
#include "ui/models/document_tree_model.h"
#include "ui/models/text_store.h"
#include "ui/overview/overview_page.h"
#include "ui/reader/reader_dock.h"
#include "ui/reader/reader_pane.h"
#include "ui/summary/summary_page.h"
#include "ui/toolbar/indexing_bar.h"
#include "ui/toolbar/main_tool_bar.h"
#include "ui/view_memory.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/engine_text.h"
#include "ui/widgets/file_dialog.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/theme.h"
#include "ui/worker_link.h"

namespace corpuscope::ui {
namespace {

constexpr int kFailuresNamed = 3;  ///< in the banner

}  // namespace

MainWindow::MainWindow(const WindowOptions& options, bool remember, QWidget* parent)
    : QMainWindow(parent),
      options_(options),
      remember_(remember),
      status_(new ElidedLabel(Qt::ElideRight, this)) {
    setWindowTitle(tr("Corpuscope"));
    setWindowIcon(application_icon());
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    if (remember_ && options_.worker.library.isEmpty()) {
        options_.worker.library = ViewMemory::library();
    }
    worker_ = std::make_unique<app::Worker>(options_.worker);
    make_panels();
    make_shortcuts();
    link_ = new WorkerLink(*worker_, panels_, this);
    link_tool_bar();
    link_panels();
    link_worker();
    resize(1280, 800);
    resizeDocks({panels_.library, panels_.reader}, {kGrid * 38, kGrid * 55}, Qt::Horizontal);
    if (remember_) restore();
}

MainWindow::~MainWindow() = default;

void MainWindow::start() {
    questionField()->setFocus();
    worker_->open();
}

void MainWindow::make_panels() {
    // In the order in which the Tab key goes through the window, from the left to the right.
    panels_.texts = new TextStore(this);
    panels_.library = new LibraryDock(this);
    banner_ = new Banner(this);
    pages_ = new QTabWidget(this);
    panels_.overview = new OverviewPage(this);
    panels_.ask = new AskPage(this);
    panels_.summary = new SummaryPage(this);
    panels_.attention = new AttentionPage(*panels_.texts, this);
    panels_.reader = new ReaderDock(*panels_.texts, this);
    panels_.exporting = new ExportDialog(this);
    panels_.progress = new IndexingBar(this);
    pages_->setObjectName(QStringLiteral("pages"));
    pages_->setDocumentMode(true);
    pages_->addTab(panels_.overview, tr("&Overview"));
    pages_->addTab(panels_.ask, tr("&Ask"));
    pages_->addTab(panels_.summary, tr("&Summary"));
    pages_->addTab(panels_.attention, tr("A&ttention"));
    panels_.library->toggleViewAction()->setText(tr("&Library"));
    panels_.reader->toggleViewAction()->setText(tr("&Reader"));
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(banner_);
    column->addWidget(pages_, 1);
    // The names of the pages stay whole; docks give way.
    centre->setMinimumWidth(pages_->tabBar()->sizeHint().width() + kGrid);
    setCentralWidget(centre);
    addDockWidget(Qt::LeftDockWidgetArea, panels_.library);
    addDockWidget(Qt::RightDockWidgetArea, panels_.reader);
    tool_bar_ = new MainToolBar(panels_.progress,
                                {panels_.library->toggleViewAction(), panels_.reader->toggleViewAction()},
                                remember_, this);
    addToolBar(tool_bar_);
    setTabOrder(questionField(), panels_.progress->pauseButton());
    setTabOrder(panels_.progress->pauseButton(), panels_.progress->cancelButton());
    auto* drops = new FileDrop(this);
    for (QWidget* window : {static_cast<QWidget*>(this), static_cast<QWidget*>(panels_.library),
                            static_cast<QWidget*>(panels_.reader)}) {
        drops->watch(window);
    }
    connect(drops, &FileDrop::dropped, this, &MainWindow::addPaths);
    statusBar()->addWidget(status_, 1);
    statusBar()->setContentsMargins(kGrid, 0, 0, 0);
}

void MainWindow::make_shortcuts() {
    const auto shortcut = [this](const QKeySequence& keys, auto run) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, run);
    };
    shortcut(QKeySequence(Qt::CTRL | Qt::Key_L), [this] {
        questionField()->setFocus(Qt::ShortcutFocusReason);
        questionField()->selectAll();
    });
    shortcut(QKeySequence(Qt::CTRL | Qt::Key_F), [this] { find(); });
    shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), [this] {
        panels_.library->show();
        panels_.library->raise();
        panels_.library->filterField()->setFocus(Qt::ShortcutFocusReason);
    });
    shortcut(QKeySequence(Qt::Key_F3), [this] { panels_.reader->step(1); });
    shortcut(QKeySequence(Qt::SHIFT | Qt::Key_F3), [this] { panels_.reader->step(-1); });
    for (int page = 0; page < pages_->count(); ++page) {
        shortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + page)),
                 [this, page] { pages_->setCurrentIndex(page); });
    }
}

QLineEdit* MainWindow::questionField() const { return tool_bar_->questionField(); }

void MainWindow::link_tool_bar() {
    connect(tool_bar_, &MainToolBar::openFolderRequested, this, &MainWindow::open_folder);
    connect(tool_bar_, &MainToolBar::openFilesRequested, this, &MainWindow::open_files);
    connect(tool_bar_, &MainToolBar::chooseLibraryRequested, this, &MainWindow::choose_library);
    connect(tool_bar_, &MainToolBar::libraryRequested, this,
            [this](const QString& file) { open_library(file); });
    connect(tool_bar_, &MainToolBar::refreshRequested, worker_.get(), &app::Worker::refresh);
    connect(tool_bar_, &MainToolBar::exportRequested, panels_.exporting, &QDialog::show);
    connect(tool_bar_, &MainToolBar::questionAsked, this, &MainWindow::ask);
    connect(tool_bar_, &MainToolBar::helpRequested, this, &MainWindow::help);
    connect(tool_bar_, &MainToolBar::aboutRequested, this, &MainWindow::about);
    connect(tool_bar_, &MainToolBar::quitRequested, this, &QWidget::close);
}

void MainWindow::link_panels() {
    connect(panels_.overview, &OverviewPage::openFolderRequested, this, &MainWindow::open_folder);
    connect(panels_.ask, &AskPage::openFolderRequested, this, &MainWindow::open_folder);
    connect(panels_.summary, &SummaryPage::openFolderRequested, this, &MainWindow::open_folder);
    connect(panels_.attention, &AttentionPage::openFolderRequested, this, &MainWindow::open_folder);
    connect(panels_.library, &LibraryDock::openFolderRequested, this, &MainWindow::open_folder);
    connect(panels_.overview, &OverviewPage::openLibraryRequested, this, &MainWindow::choose_library);
    connect(panels_.overview, &OverviewPage::exportRequested, panels_.exporting, &QDialog::show);
    connect(panels_.overview, &OverviewPage::documentRequested, panels_.library, &LibraryDock::reveal);
    connect(panels_.ask, &AskPage::questionFieldRequested, questionField(), qOverload<>(&QWidget::setFocus));
    connect(panels_.ask, &AskPage::failedRequested, this, [this] { panels_.library->showOnlyFailed(true); });
    connect(panels_.ask, &AskPage::placeOpened, this,
            [this](const Place& place) { panels_.reader->open(place, panels_.ask->question()); });
    connect(panels_.summary, &SummaryPage::placeOpened, this,
            [this](const Place& place) { panels_.reader->open(place); });
    connect(panels_.attention, &AttentionPage::placesOpened, panels_.reader, &ReaderDock::openBoth);
    connect(panels_.library, &LibraryDock::openRequested, this, &MainWindow::open_document);
    connect(panels_.library, &LibraryDock::failed, this, &MainWindow::tell_of_failure);
    connect(panels_.reader, &ReaderDock::failed, this, &MainWindow::tell_of_failure);
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
    connect(worker_.get(), &app::Worker::libraryOpened, this, &MainWindow::library_opened);
    connect(worker_.get(), &app::Worker::libraryChanged, this, &MainWindow::show_status);
    connect(worker_.get(), &app::Worker::libraryFailed, this, &MainWindow::library_failed);
    connect(worker_.get(), &app::Worker::indexingFinished, this, &MainWindow::indexing_finished);
    connect(worker_.get(), &app::Worker::indexingCancelled, this,
            [this] { tell_of_waiting(tr("Reading was stopped")); });
    connect(worker_.get(), &app::Worker::indexingFailed, this, [this](const QString& reason) {
        std::vector<Banner::Action> actions;
        if (!panels_.library->isReadOnly())
            actions.push_back({tr("Go on reading"), [this] { worker_->goOn(); }});
        banner_->showMessage(Banner::Kind::Error, tr("Reading stopped"), engine_text(reason), actions);
    });
    connect(worker_.get(), &app::Worker::removalsChanged, this, &MainWindow::tell_of_removals);
    connect(worker_.get(), &app::Worker::removalFailed, this, [this](const QString& reason) {
        tell_of_failure(tr("The documents could not be removed"), engine_text(reason));
    });
    connect(link_, &WorkerLink::failed, this, &MainWindow::tell_of_failure);
}

void MainWindow::tell_of_failure(const QString& title, const QString& reason) {
    banner_->showMessage(Banner::Kind::Error, title, reason);
}

void MainWindow::tell_of_removals(const std::vector<DocumentId>& waiting) {
    if (waiting.empty()) {
        banner_->withdraw(std::exchange(removal_message_, 0));
    } else if (worker_->indexing()) {  // else they are gone in a moment
        const auto count = static_cast<std::int64_t>(waiting.size());
        removal_message_ = banner_->showMessage(
            Banner::Kind::Information,
            count == 1 ? tr("1 document waits to be removed")
                       : tr("%1 wait to be removed").arg(Format::documents(count)),
            worker_->paused()
                ? tr("Reading is paused, and comes first. The removal follows once it is done or stopped.")
                : tr("Reading comes first. The removal follows once it is done or stopped."),
            {{tr("Stop reading"), [this] { worker_->cancel(); }},
             {count == 1 ? tr("Keep it") : tr("Keep them"), [this] { worker_->keep(); }}});
    }
}

void MainWindow::library_opened(const app::LibraryInfo& info) {
    library_file_ = info.file;
    tool_bar_->setLibrary(info.file);
    panels_.reader->clear();
    if (remember_) {
        ViewMemory::opened(info.file);
        show_view(info.file);
    }
    show_status(info);
    const QStringList paths = std::exchange(options_.paths, {});
    banner_->hide();  // of another library
    if (!paths.isEmpty()) {
        addPaths(paths);
    } else {
        tell_of_waiting(tr("Reading was interrupted"));
    }
}

void MainWindow::tell_of_waiting(const QString& title) {
    if (waiting_ == 0 || panels_.library->isReadOnly() || worker_->indexing()) return;
    banner_->showMessage(Banner::Kind::Information, title,
                         waiting_ == 1 ? tr("1 document is still waiting.")
                                       : tr("%1 are still waiting.").arg(Format::documents(waiting_)),
                         {{tr("Go on reading"), [this] { worker_->goOn(); }}});
}

void MainWindow::save_view() const {
    if (!remember_ || library_file_.isEmpty()) return;
    LibraryView view;
    panels_.library->saveView(view);
    panels_.reader->saveView(view);
    view.questions = panels_.ask->history()->questions();
    ViewMemory::save(library_file_, view);
}

void MainWindow::show_view(const QString& library) {
    const LibraryView view = ViewMemory::load(library);
    panels_.library->showView(view);
    panels_.ask->setEarlier(view.questions);
    const QModelIndex document = panels_.library->documents()->indexOf(view.document);
    if (const library::DocumentRecord* record = panels_.library->documents()->record(document))
        panels_.reader->showView(view, record->id);
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
    const QString folder = FileDialog::folder(this, tr("Open a folder of documents"));
    if (!folder.isEmpty()) addPaths({folder});
}

void MainWindow::open_files() { addPaths(FileDialog::files(this, tr("Open documents"))); }

void MainWindow::choose_library() {
    FileDialog dialog(this, tr("Open or create a library"), QFileInfo(library_file_).path(),
                      tr("Libraries (*.corpuscope);;All files (*)"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setOption(QFileDialog::DontConfirmOverwrite);
    dialog.setLabelText(QFileDialog::Accept, tr("Open"));
    dialog.setDefaultSuffix(QStringLiteral("corpuscope"));
    if (dialog.exec() == QDialog::Accepted) open_library(dialog.selectedFiles().constFirst());
}

void MainWindow::open_library(const QString& file, bool read_only) {
    save_view();
    options_.worker.library = file;
    banner_->hide();
    worker_->openLibrary(file, read_only);
}

void MainWindow::library_failed(const QString& reason, bool readable) {
    const QString file = options_.worker.library;
    std::vector<Banner::Action> actions;
    if (readable) {
        actions.push_back({tr("Open read-only"), [this, file] { open_library(file, true); }});
    }
    actions.push_back({tr("Choose another …"), [this] { choose_library(); }});
    banner_->showMessage(Banner::Kind::Error, tr("The library could not be opened"), engine_text(reason),
                         actions);
}

void MainWindow::indexing_finished(const indexing::Report& report) {
    const bool nothing =
        report.added + report.updated + report.unchanged + report.removed == 0 && report.tokens_encoded == 0;
    if (report.failed.empty() && nothing) {
        banner_->showMessage(
            Banner::Kind::Information, tr("Nothing to read was found there"),
            tr("Corpuscope reads text, Markdown, HTML, PDF, RTF, Word, Excel, PowerPoint, OpenDocument, "
               "EPUB and e-mail."));
    }
    if (report.failed.empty()) return;
    const auto failed = static_cast<std::int64_t>(report.failed.size());
    QStringList lines;
    for (std::size_t i = 0; i < report.failed.size() && i < kFailuresNamed; ++i) {
        lines << tr("%1: %2").arg(literal(report.failed[i].path), engine_text(report.failed[i].reason));
    }
    if (failed > kFailuresNamed) lines << tr("… and %1 more").arg(Format::count(failed - kFailuresNamed));
    // A folder that cannot be looked into is no document, and has no row in the library.
    const std::vector<Banner::Action> actions{
        {failed == 1 ? tr("Show it") : tr("Show them"), [this] { panels_.library->showOnlyFailed(true); }}};
    banner_->showMessage(Banner::Kind::Warning, tr("Not everything could be read"), lines.join(u'\n'),
                         panels_.library->failedDocuments() > 0 ? actions : std::vector<Banner::Action>{});
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

void MainWindow::find() {
    if (panels_.reader->pane()->hasDocument()) {
        panels_.reader->find();
    } else {
        panels_.library->show();
        panels_.library->filterField()->setFocus(Qt::ShortcutFocusReason);
    }
}

void MainWindow::help() {
    if (help_ == nullptr) help_ = new HelpDialog(this);
    help_->show();
    help_->raise();
    help_->activateWindow();
}

void MainWindow::show_page(QWidget* page) { pages_->setCurrentWidget(page); }

void MainWindow::show_status(const app::LibraryInfo& info) {
    QStringList parts{Format::documents(info.counts.documents), Format::passages(info.counts.passages),
                      Format::tokens(info.counts.tokens), tr("model %1").arg(info.model),
                      engine_text(info.backend)};
    if (info.read_only) parts.prepend(tr("Read-only"));
    parts.removeAll({});
    status_->setText(parts.join(QStringLiteral(" · ")));
    // "[*]" would be where Qt marks a window whose contents are not saved.
    const QString name = literal(QFileInfo(info.file).completeBaseName());
    setWindowTitle(
        tr("%1 – Corpuscope").arg(QString(name).replace(QStringLiteral("[*]"), QStringLiteral("[*][*]"))));
    panels_.library->setReadOnly(info.read_only);
    waiting_ = info.counts.pending + info.counts.read;
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
    if (remember_) {
        save();
        save_view();
    }
    QMainWindow::closeEvent(event);
}

}  // namespace corpuscope::ui
