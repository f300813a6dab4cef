// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The whole path in a real window with the real worker and the default model.
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include "tests/ui/records.h"
#include "ui/ask/ask_page.h"
#include "ui/attention/attention_page.h"
#include "ui/attention/heatmap_view.h"
#include "ui/export/export_dialog.h"
#include "ui/library_dock/library_dock.h"
#include "ui/main_window.h"
#include "ui/models/document_tree_model.h"
#include "ui/overview/overview_page.h"
#include "ui/reader/find_bar.h"
#include "ui/reader/reader_dock.h"
#include "ui/reader/reader_pane.h"
#include "ui/reader/text_view.h"
#include "ui/summary/summary_page.h"
#include "ui/toolbar/indexing_bar.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/citation_chip.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/quote_card.h"

using namespace corpuscope;
using namespace corpuscope::ui;

namespace {

constexpr int kWait = 60'000;

void write(const QString& file, const QByteArray& bytes) {
    QFile out(file);
    QVERIFY2(out.open(QIODevice::WriteOnly), qPrintable(file));
    out.write(bytes);
}

}  // namespace

class TestWindow : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString corpus_, library_;

    WindowOptions options() const {
        WindowOptions made;
        made.worker.library = library_;
        made.worker.threads = 2;
        return made;
    }

    /// A window that has opened its library.
    std::unique_ptr<MainWindow> opened() {
        auto window = std::make_unique<MainWindow>(options(), false);
        window->resize(1200, 800);
        window->show();
        QSignalSpy ready(&window->worker(), &app::Worker::libraryOpened);
        window->start();
        if (!ready.wait(kWait))
            qWarning("the library did not open: %s", qPrintable(window->banner()->text()));
        return window;
    }

    static bool drop(QWidget& target, const QStringList& paths) {
        QMimeData data;
        QList<QUrl> urls;
        for (const QString& path : paths) urls << QUrl::fromLocalFile(path);
        data.setUrls(urls);
        data.setText(paths.join(u'\n'));  // as file managers do
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&target, &enter);
        if (!enter.isAccepted()) return false;
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&target, &drop);
        return drop.isAccepted();
    }

    static QPushButton* button(const QWidget& parent, const QString& text) {
        for (auto* found : parent.findChildren<QPushButton*>()) {
            if (found->text() == text) return found;
        }
        return nullptr;
    }

 private slots:
    void initTestCase() {
        corpus_ = folder_.filePath(QStringLiteral("corpus"));
        library_ = folder_.filePath(QStringLiteral("test.corpuscope"));
        QVERIFY(QDir().mkpath(corpus_ + QStringLiteral("/garden")));
        write(corpus_ + QStringLiteral("/lighthouse.md"),
              "# The lighthouse\n\nThe tower stands on a granite rock in the north of the bay.\n\n## Lamp\n\n"
              "The lamp of the lighthouse burns colza oil and is lit at sunset by the keeper. "
              "A clockwork turns the lens once every thirty seconds.\n\n## Supplies\n\n"
              "A boat brings food and oil every second Tuesday unless the sea is too rough.\n");
        write(corpus_ + QStringLiteral("/garden/roses.txt"),
              "Roses are pruned in early spring, before the buds open.\n\nThe climbing rose on the south "
              "wall needs water every "
              "evening in July.\n");
        write(corpus_ + QStringLiteral("/garden/bees.html"),
              "<html><head><title>Bees</title></head><body><h1>Bees</h1><p>The hives are opened in April to "
              "look for the queen."
              "</p><p>Honey is taken in August and kept in the cellar.</p></body></html>");
        write(corpus_ + QStringLiteral("/broken.pdf"), "%PDF-1.4\nthis is no document at all\n");
    }

    void dropAskClickAndFindTheWordsLit() {
        const auto window = opened();
        QSignalSpy finished(&window->worker(), &app::Worker::indexingFinished);
        QSignalSpy started(&window->worker(), &app::Worker::indexingStarted);
        QVERIFY(drop(*window, {corpus_}));
        QVERIFY(finished.wait(kWait));
        QVERIFY(started.count() >= 1);
        QVERIFY(window->panels().progress->isHidden());

        LibraryDock* library = window->panels().library;
        QTRY_COMPARE(library->documents()->documentsBelow({}).size(), std::size_t{4});
        QVERIFY2(window->banner()->text().contains(QStringLiteral("broken.pdf")),
                 qPrintable(window->banner()->text()));

        window->questionField()->setFocus();
        QTest::keyClicks(window->questionField(),
                         QStringLiteral("What oil does the lamp of the lighthouse burn?"));
        QTest::keyClick(window->questionField(), Qt::Key_Return);
        AskPage* ask = window->panels().ask;
        QCOMPARE(window->pages()->currentWidget(), ask);
        const auto card = [&]() -> QuoteCard* {
            auto* answer = ask->findChild<QuoteCard*>(QStringLiteral("answerCard"));
            return answer != nullptr ? answer : ask->findChild<QuoteCard*>(QStringLiteral("passageCard"));
        };
        QTRY_VERIFY_WITH_TIMEOUT(card() != nullptr, kWait);
        QVERIFY(card()->quotedText().contains(QStringLiteral("colza oil")));
        QTest::mouseClick(card()->chip(), Qt::LeftButton);
        TextView* text = window->panels().reader->pane()->textView();
        QTRY_VERIFY_WITH_TIMEOUT(text->litText().contains(QStringLiteral("colza oil")), kWait);
        QVERIFY(window->panels().reader->isVisible());
        QVERIFY(!text->marks().empty());
    }

    void failedDocumentIsListedWithItsReason() {
        const auto window = opened();
        LibraryDock* library = window->panels().library;
        library->showOnlyFailed(true);
        const auto* model = library->tree()->model();
        QCOMPARE(model->rowCount(), 1);
        const QModelIndex broken = model->index(0, 0);
        QCOMPARE(broken.data().toString(), QStringLiteral("broken.pdf"));
        const QString reason = broken.data(DocumentTreeModel::ReasonRole).toString();
        QVERIFY(!reason.isEmpty());
        library->tree()->setCurrentIndex(broken);
        QVERIFY(library->details().contains(reason.toHtmlEscaped()));
    }

    void summaryMapAndExportComeFromTheWorker() {
        const auto window = opened();
        window->panels().summary->summarize();
        QTRY_VERIFY_WITH_TIMEOUT(window->panels().summary->findChild<QuoteCard*>() != nullptr, kWait);

        AttentionPage* attention = window->panels().attention;
        window->pages()->setCurrentWidget(attention);
        attention->compute();
        QTRY_VERIFY_WITH_TIMEOUT(attention->heatmap()->map() != nullptr, kWait);
        HeatmapView* heatmap = attention->heatmap();
        QVERIFY(heatmap->map()->cells.size() >= 3);
        QTRY_VERIFY(heatmap->isVisible());
        QTest::mouseClick(heatmap, Qt::LeftButton, {}, heatmap->cellRect(0, 1).center().toPoint());
        ReaderDock* reader = window->panels().reader;
        QTRY_VERIFY(reader->secondPane()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!reader->pane()->textView()->litText().isEmpty(), kWait);
        QTRY_VERIFY_WITH_TIMEOUT(!reader->secondPane()->textView()->litText().isEmpty(), kWait);

        const QString file = folder_.filePath(QStringLiteral("vectors.npy"));
        ExportDialog* dialog = window->panels().exporting;
        dialog->setFile(file);
        emit dialog->exportRequested(file, dialog->options());
        QTRY_VERIFY_WITH_TIMEOUT(dialog->message().contains(QStringLiteral("Wrote")), kWait);
        QVERIFY(QFile::exists(file));
    }

    void secondWindowSaysThatTheLibraryIsInUse() {
        const auto first = opened();
        MainWindow second(options(), false);
        second.show();
        QSignalSpy failed(&second.worker(), &app::Worker::libraryFailed);
        second.start();
        QVERIFY(failed.wait(kWait));
        QVERIFY(second.banner()->isVisible());
        QPushButton* read_only = button(*second.banner(), QStringLiteral("Open read-only"));
        QVERIFY(read_only != nullptr);
        QSignalSpy opened(&second.worker(), &app::Worker::libraryOpened);
        read_only->click();
        QVERIFY(opened.wait(kWait));
        QVERIFY(opened[0][0].value<app::LibraryInfo>().read_only);
    }

    void defaultLibraryInUseIsOfferedReadOnlyToo() {
        const QString data = folder_.filePath(QStringLiteral("data"));
        qputenv("XDG_DATA_HOME", data.toUtf8());
        MainWindow first({}, false);
        QSignalSpy first_opened(&first.worker(), &app::Worker::libraryOpened);
        first.start();
        QVERIFY(first_opened.wait(kWait));
        QVERIFY(QFile::exists(data + QStringLiteral("/corpuscope/library.corpuscope")));
        MainWindow second({}, false);
        QSignalSpy failed(&second.worker(), &app::Worker::libraryFailed);
        QSignalSpy opened(&second.worker(), &app::Worker::libraryOpened);
        second.start();
        QVERIFY(failed.wait(kWait));
        QPushButton* read_only = button(*second.banner(), QStringLiteral("Open read-only"));
        QVERIFY(read_only != nullptr);
        read_only->click();
        QVERIFY(opened.wait(kWait));
        const auto info = opened[0][0].value<app::LibraryInfo>();
        QVERIFY(info.read_only);
        QVERIFY(info.file.startsWith(data));
    }

    void whatIsNoLibraryIsNotOfferedReadOnly() {
        WindowOptions wrong = options();
        wrong.worker.library = folder_.filePath(QStringLiteral("letter.corpuscope"));
        write(wrong.worker.library, "Dear reader, this is a letter and not a database at all.\n");
        MainWindow window(wrong, false);
        QSignalSpy failed(&window.worker(), &app::Worker::libraryFailed);
        window.start();
        QVERIFY(failed.wait(kWait));
        QVERIFY2(window.banner()->text().contains(QStringLiteral("letter.corpuscope")),
                 qPrintable(window.banner()->text()));
        QVERIFY(button(*window.banner(), QStringLiteral("Open read-only")) == nullptr);
        QVERIFY(button(*window.banner(), QStringLiteral("Choose another …")) != nullptr);
    }

    void pausedReadingGoesOnAndCancelKeepsTheRest() {
        const QString more = folder_.filePath(QStringLiteral("more"));
        QVERIFY(QDir().mkpath(more));
        for (int i = 0; i < 40; ++i) {
            QByteArray text;
            for (int line = 0; line < 8; ++line) {
                text += "Sentence " + QByteArray::number(line) + " of note " + QByteArray::number(i) +
                        " speaks of the sea and the weather.\n";
            }
            write(more + QStringLiteral("/note%1.txt").arg(i), text);
        }
        const auto window = opened();
        IndexingBar* bar = window->panels().progress;
        QSignalSpy started(&window->worker(), &app::Worker::indexingStarted);
        QSignalSpy finished(&window->worker(), &app::Worker::indexingFinished);
        QSignalSpy cancelled(&window->worker(), &app::Worker::indexingCancelled);
        window->addPaths({more});
        QVERIFY(started.count() > 0 || started.wait(kWait));
        bar->pauseButton()->click();
        QVERIFY(window->worker().paused());
        QVERIFY(!finished.wait(400));
        QVERIFY(!bar->isHidden());
        window->ask(QStringLiteral("When is honey taken?"));  // everything stays usable meanwhile
        QTRY_VERIFY_WITH_TIMEOUT(
            window->panels().ask->history()->entry(0)->state != HistoryModel::State::Waiting, kWait);
        bar->pauseButton()->click();
        QVERIFY(!window->worker().paused());
        bar->cancelButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(finished.count() + cancelled.count() > 0, kWait);
        QTRY_VERIFY(bar->isHidden());
        window->addPaths({more});
        QTRY_VERIFY_WITH_TIMEOUT(finished.count() > 0, kWait);
        QTRY_COMPARE(window->panels().library->documents()->documentsBelow({}).size(), std::size_t{44});
    }

    /// A click must not seem to do nothing: what cannot go at once says what it waits for.
    void removingWhileReadingWaitsInSight() {
        const QString wanted = folder_.filePath(QStringLiteral("removing"));
        QVERIFY(QDir().mkpath(wanted));
        for (int i = 0; i < 20; ++i)
            write(
                wanted + QStringLiteral("/sheet%1.txt").arg(i),
                "Sheet " + QByteArray::number(i) + " tells of the tides, and of those who measured them.\n");
        WindowOptions own = options();
        own.worker.library = folder_.filePath(QStringLiteral("removing.corpuscope"));
        MainWindow window(own, false);
        window.show();
        QSignalSpy opened(&window.worker(), &app::Worker::libraryOpened);
        QSignalSpy finished(&window.worker(), &app::Worker::indexingFinished);
        window.start();
        QVERIFY(opened.wait(kWait));
        window.addPaths({corpus_});
        QVERIFY(finished.wait(kWait));
        LibraryDock* library = window.panels().library;
        const auto documents = [&] { return library->documents()->documentsBelow({}); };
        QTRY_COMPARE(documents().size(), std::size_t{4});
        const std::vector<DocumentId> some{documents()[0], documents()[1]};

        window.addPaths({wanted});
        window.worker().pause();
        emit library->removeRequested(some);
        QVERIFY2(window.banner()->isVisible() &&
                     window.banner()->text().contains(QStringLiteral("2 documents wait to be removed")),
                 qPrintable(window.banner()->text()));
        QVERIFY(library->documents()->isLeaving(some[0]));
        button(*window.banner(), QStringLiteral("Keep them"))->click();
        QVERIFY(!library->documents()->isLeaving(some[0]));
        QVERIFY(!window.banner()->isVisible());

        emit library->removeRequested({some[1]});
        QVERIFY(window.banner()->text().contains(QStringLiteral("1 document waits")));
        button(*window.banner(), QStringLiteral("Stop reading"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(!library->documents()->indexOf(some[1]).isValid(), kWait);
        QVERIFY(library->documents()->indexOf(some[0]).isValid());
        QVERIFY(!window.worker().indexing());
    }

    void closingWhileReadingLosesNothing() {
        const QString late = folder_.filePath(QStringLiteral("late"));
        QVERIFY(QDir().mkpath(late));
        for (int i = 0; i < 20; ++i) {
            write(late + QStringLiteral("/page%1.txt").arg(i),
                  "Page " + QByteArray::number(i) +
                      " tells of storms, and of the ships that came through them.\n");
        }
        {
            const auto window = opened();
            QSignalSpy progress(&window->worker(), &app::Worker::indexingProgress);
            window->addPaths({late});
            QVERIFY(progress.count() > 0 || progress.wait(kWait));
            window->close();
        }
        const auto window = opened();
        // What was listed already is offered to be read on; else the folder is given once more.
        QSignalSpy finished(&window->worker(), &app::Worker::indexingFinished);
        if (QPushButton* go_on = button(*window->banner(), QStringLiteral("Go on reading"))) {
            go_on->click();
            QVERIFY(finished.wait(kWait));
            const auto& documents = *window->panels().library->documents();
            for (const DocumentId id : documents.documentsBelow({})) {
                const auto state = documents.record(documents.indexOf(id))->state;
                QVERIFY(state == library::DocumentState::Ready || state == library::DocumentState::Failed);
            }
            finished.clear();
        }
        window->addPaths({late});
        QVERIFY(finished.wait(kWait));
        QTRY_COMPARE(window->panels().library->documents()->documentsBelow({}).size(), std::size_t{64});
    }

    void folderWithNothingToReadIsSaid() {
        const QString empty = folder_.filePath(QStringLiteral("empty"));
        QVERIFY(QDir().mkpath(empty));
        const auto window = opened();
        QSignalSpy finished(&window->worker(), &app::Worker::indexingFinished);
        window->addPaths({empty});
        QVERIFY(finished.wait(kWait));
        QVERIFY2(window->banner()->text().contains(QStringLiteral("Nothing to read")),
                 qPrintable(window->banner()->text()));
    }

    void folderWithoutPermissionIsNamed() {
        const QString closed = folder_.filePath(QStringLiteral("closed"));
        QVERIFY(QDir().mkpath(closed));
        QFile::setPermissions(closed, {});
        const bool may_all = QFileInfo(closed).isReadable();  // the superuser
        const auto window = opened();
        QSignalSpy finished(&window->worker(), &app::Worker::indexingFinished);
        window->addPaths({closed, folder_.filePath(QStringLiteral("nowhere"))});
        QVERIFY(finished.wait(kWait));
        QFile::setPermissions(closed, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        const QString said = window->banner()->text();
        QVERIFY2(said.contains(QStringLiteral("nowhere")), qPrintable(said));
        QVERIFY2(may_all || said.contains(closed), qPrintable(said));
    }

    void interruptedReadingIsOffered() {
        WindowOptions interrupted = options();
        interrupted.worker.library = folder_.filePath(QStringLiteral("interrupted.corpuscope"));
        {
            const auto library = library::Library::open(interrupted.worker.library.toStdString(),
                                                        library::OpenMode::ReadWrite);
            library::DocumentRecord record;
            record.path = (corpus_ + QStringLiteral("/lighthouse.md")).toStdString();
            library->add_pending(record);
        }
        MainWindow window(interrupted, false);
        QSignalSpy opened(&window.worker(), &app::Worker::libraryOpened);
        QSignalSpy finished(&window.worker(), &app::Worker::indexingFinished);
        window.start();
        QVERIFY(opened.wait(kWait));
        QPushButton* go_on = button(*window.banner(), QStringLiteral("Go on reading"));
        QVERIFY(go_on != nullptr);
        go_on->click();
        QVERIFY(finished.wait(kWait));
        QTRY_COMPARE(window.panels()
                         .library->documents()
                         ->record(window.panels().library->documents()->index(0, 0))
                         ->state,
                     library::DocumentState::Ready);
    }

    void anotherLibraryLeavesNothingOfTheOneBefore() {
        const auto window = opened();
        window->ask(QStringLiteral("When is honey taken?"));
        QTRY_VERIFY_WITH_TIMEOUT(
            window->panels().ask->history()->entry(0)->state != HistoryModel::State::Waiting, kWait);
        window->panels().summary->summarize();
        QTRY_VERIFY_WITH_TIMEOUT(window->panels().summary->findChild<QuoteCard*>() != nullptr, kWait);
        QSignalSpy other(&window->worker(), &app::Worker::libraryOpened);
        window->worker().openLibrary(folder_.filePath(QStringLiteral("other.corpuscope")));
        QVERIFY(other.wait(kWait));
        QCOMPARE(window->panels().ask->history()->rowCount(), 0);
        QVERIFY(window->panels().summary->emptyState()->isVisibleTo(window->panels().summary));
        QVERIFY(!window->panels().reader->pane()->hasDocument());
    }

    void anExportCountsWhatHasVectors() {
        MainWindow window(options(), false);
        app::LibraryInfo info;
        info.documents = {record(1, "/c/one.txt"), record(2, "/c/two.txt", library::DocumentState::Read)};
        info.counts.documents = 2;
        info.counts.ready = 1;
        info.counts.passages = 6;
        emit window.worker().libraryChanged(info);
        QVERIFY2(window.panels().exporting->message().startsWith(QStringLiteral("3 rows")),
                 qPrintable(window.panels().exporting->message()));
    }

    void tabGoesFromTheLeftToTheRight() {
        MainWindow window(options(), false);
        const Panels& panels = window.panels();
        std::vector<const QWidget*> chain;
        const QWidget* widget = window.questionField();
        do {
            chain.push_back(widget);
            widget = widget->nextInFocusChain();
        } while (widget != window.questionField());
        const auto place = [&](const QWidget* wanted) {
            return std::find(chain.begin(), chain.end(), wanted) - chain.begin();
        };
        const std::vector<const QWidget*> wanted{window.questionField(),
                                                 panels.progress->pauseButton(),
                                                 panels.progress->cancelButton(),
                                                 panels.library->filterField(),
                                                 panels.library->tree(),
                                                 button(*panels.overview, QStringLiteral("Add a folder …")),
                                                 panels.ask->emptyState()->button(),
                                                 panels.summary->emptyState()->button(),
                                                 panels.attention->heatmap(),
                                                 panels.reader->pane()->textView()};
        for (std::size_t i = 0; i + 1 < wanted.size(); ++i)
            QVERIFY2(place(wanted[i]) < place(wanted[i + 1]), qPrintable(QString::number(i)));
        QVERIFY(place(panels.library->tree()) < place(window.pages()->tabBar()));
        QVERIFY(place(window.pages()->tabBar()) < place(panels.summary->emptyState()->button()));
    }

    void findAndHelpHaveTheirKeys() {
        const auto window = opened();
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QTest::keyClick(window.get(), Qt::Key_F, Qt::ControlModifier);
        QCOMPARE(QApplication::focusWidget(), window->panels().library->filterField());
        const DocumentId first = window->panels().library->documents()->documentsBelow({}).at(1);
        emit window->panels().library->openRequested(first);
        QTRY_VERIFY(window->panels().reader->pane()->textView()->isVisible());
        QTest::keyClick(window.get(), Qt::Key_F, Qt::ControlModifier);
        QTRY_COMPARE(QApplication::focusWidget(), window->panels().reader->pane()->findBar()->field());
        QTest::keyClick(window.get(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QApplication::focusWidget(), window->panels().library->filterField());
        QTest::keyClick(window.get(), Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(QApplication::focusWidget(), window->questionField());
        QTest::keyClick(window.get(), Qt::Key_F1);
        auto* help = window->findChild<QDialog*>(QStringLiteral("helpDialog"));
        QVERIFY(help != nullptr && help->isVisible());
        QTest::keyClick(help, Qt::Key_Escape);
        QVERIFY(!help->isVisible());
    }

    void finerMapShowsWhatWasZoomedTo() {
        const auto window = opened();
        AttentionPage* page = window->panels().attention;
        window->pages()->setCurrentWidget(page);
        for (QComboBox* box : page->findChildren<QComboBox*>()) {
            if (box->accessibleName() == QStringLiteral("Level"))
                box->setCurrentText(QStringLiteral("Tokens"));
        }
        page->compute();
        QTRY_VERIFY_WITH_TIMEOUT(page->heatmap()->map() != nullptr, kWait);
        const HeatmapView::Map coarse = page->heatmap()->map();
        QCOMPARE(coarse->cells.size(), std::size_t{256});
        page->heatmap()->zoomTo(QRect(40, 40, 12, 12));
        QToolButton* finer = nullptr;
        for (auto* button : page->findChildren<QToolButton*>()) {
            if (button->text() == QStringLiteral("Finer")) finer = button;
        }
        QVERIFY(finer != nullptr && finer->isEnabled());
        finer->click();
        QTRY_VERIFY_WITH_TIMEOUT(page->heatmap()->map() != coarse, kWait);
        const auto& cells = page->heatmap()->map()->cells;
        QVERIFY(cells.size() > 12);
        QCOMPARE(cells.front().document, coarse->cells[40].document);
        QVERIFY(coarse->cells[40].range.contains(cells.front().range.begin));
        QCOMPARE(cells.back().document, coarse->cells[51].document);
        page->heatmap()->undo();
        QCOMPARE(page->heatmap()->map(), coarse);

        const QString picture = folder_.filePath(QStringLiteral("map.png"));
        QSignalSpy failed(page, &AttentionPage::failed);
        page->saveTo(picture);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(picture), kWait);
        page->saveTo(folder_.filePath(QStringLiteral("no such folder/map.png")));
        QVERIFY(failed.wait(kWait));
        QVERIFY(window->banner()->isVisible());
    }

    void dropOnAnyPanelReachesTheWindow() {
        const QString one = folder_.filePath(QStringLiteral("one.txt"));
        write(one, "A single note.\n");
        const auto window = opened();
        const Panels& panels = window->panels();
        const auto drop_everywhere = [&] {
            for (QWidget* target : {static_cast<QWidget*>(panels.library->filterField()),
                                    static_cast<QWidget*>(window->questionField()),
                                    panels.reader->pane()->textView()->viewport(),
                                    panels.library->tree()->viewport(), window->pages()->currentWidget()}) {
                QSignalSpy finished(&window->worker(), &app::Worker::indexingFinished);
                QVERIFY2(drop(*target, {one}), target->metaObject()->className());
                QVERIFY(finished.wait(kWait));
            }
        };
        drop_everywhere();
        panels.library->setFloating(true);  // windows of their own
        panels.reader->setFloating(true);
        drop_everywhere();
    }

    void docksAndPageComeBackAsTheyWereLeft() {
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder_.path());
        {
            MainWindow window(options(), true);
            window.show();
            window.panels().library->hide();
            window.pages()->setCurrentIndex(2);
            window.close();
        }
        MainWindow again(options(), true);
        again.show();
        QVERIFY(!again.panels().library->isVisible());
        QVERIFY(again.panels().reader->isVisible());
        QCOMPARE(again.pages()->currentIndex(), 2);
    }

    void whatWasLookedAtComesBack() {
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder_.path());
        const auto open_remembering = [this] {
            auto window = std::make_unique<MainWindow>(options(), true);
            window->resize(1200, 800);
            window->show();
            QSignalSpy ready(&window->worker(), &app::Worker::libraryOpened);
            window->start();
            ready.wait(kWait);
            return window;
        };
        QString lit;
        {
            const auto window = open_remembering();
            window->ask(QStringLiteral("What oil does the lamp of the lighthouse burn?"));
            QuoteCard* card = nullptr;
            QTRY_VERIFY_WITH_TIMEOUT((card = window->panels().ask->findChild<QuoteCard*>()) != nullptr,
                                     kWait);
            QTest::mouseClick(card->chip(), Qt::LeftButton);
            TextView* text = window->panels().reader->pane()->textView();
            QTRY_VERIFY_WITH_TIMEOUT(!(lit = text->litText()).isEmpty(), kWait);
            window->panels().library->select(card->place().document);
            window->close();
        }
        const auto window = open_remembering();
        QTRY_COMPARE_WITH_TIMEOUT(window->panels().reader->pane()->textView()->litText(), lit, kWait);
        QVERIFY(!window->panels().reader->pane()->textView()->marks().empty());
        QCOMPARE(window->panels().library->selectedDocuments().size(), std::size_t{1});
        QCOMPARE(window->panels().ask->question(),
                 QStringLiteral("What oil does the lamp of the lighthouse burn?"));
        button(*window->panels().ask, QStringLiteral("Ask again"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(window->panels().ask->findChild<QuoteCard*>() != nullptr, kWait);
        QCOMPARE(window->panels().ask->history()->rowCount(), 1);
    }
};

QTEST_MAIN(TestWindow)
#include "test_window.moc"
