// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The worker as the window uses it: values in, signals out, questions answered while a folder is being read.
#include <QDir>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTest>

#include "app/worker/worker.h"
#include "tests/app/program.h"

using namespace corpuscope;
using corpuscope::tests::long_text;
using corpuscope::tests::write_documents;
using corpuscope::tests::write_file;

namespace {

constexpr int kPatienceMs = 90000;

template <typename Value>
Value last(const QSignalSpy& spy, int argument = 0) {
    return spy.last().at(argument).value<Value>();
}

}  // namespace

class TestWorker : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString at(const QString& name) const { return folder_.filePath(name); }
    app::WorkerOptions options(const QString& library) const {
        return {.library = at(library), .model = {}, .threads = 2};
    }

    /// Opens and waits for it.
    static void open(app::Worker& worker) {
        QSignalSpy opened(&worker, &app::Worker::libraryOpened);
        QSignalSpy failed(&worker, &app::Worker::libraryFailed);
        worker.open();
        QTRY_VERIFY_WITH_TIMEOUT(!opened.empty() || !failed.empty(), kPatienceMs);
        QVERIFY2(failed.empty(), failed.empty() ? "" : qPrintable(failed.first().first().toString()));
    }

 private slots:
    void initTestCase() {
        write_documents(at("documents"));
        for (int i = 0; i < 20; ++i) write_file(at(QStringLiteral("logs/%1.txt").arg(i)), long_text(40));
    }

    void addsAndAnswers() {
        app::Worker worker(options("first"));
        open(worker);
        QSignalSpy finished(&worker, &app::Worker::indexingFinished);
        QSignalSpy changed(&worker, &app::Worker::libraryChanged);
        QSignalSpy progress(&worker, &app::Worker::indexingProgress);
        worker.add({at("documents")});
        QVERIFY(worker.indexing());
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
        QVERIFY(!worker.indexing());
        QCOMPARE(last<indexing::Report>(finished).added, 3);
        QVERIFY(!progress.empty());
        QTRY_VERIFY(!changed.empty());
        const auto info = last<app::LibraryInfo>(changed);
        QCOMPARE(info.counts.ready, 3);
        QCOMPARE(info.documents.size(), 3u);
        QCOMPARE(info.layers, 6);
        QVERIFY(!info.backend.isEmpty());

        QSignalSpy answered(&worker, &app::Worker::answered);
        const auto job = worker.ask("How often is the bell rung in fog?");
        QTRY_COMPARE_WITH_TIMEOUT(answered.size(), 1, kPatienceMs);
        QCOMPARE(last<app::JobId>(answered), job);
        const auto answer = last<answers::Answer>(answered, 1);
        QCOMPARE(answer.coverage.searched, 3);
        QVERIFY(QString::fromStdString(answer.passages.at(0).path).endsWith("lighthouse.txt"));

        QSignalSpy loaded(&worker, &app::Worker::textLoaded);
        worker.loadText(answer.passages.at(0).document);
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, kPatienceMs);
        const auto range = answer.passages.at(0).range;
        const auto text = last<app::LoadedText>(loaded, 1).text.text;
        QCOMPARE(text.substr(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size())),
                 answer.passages.at(0).text);
    }

    void aLibraryIsKnownByItsAbsolutePath() {
        const QString before = QDir::currentPath();
        QVERIFY(QDir::setCurrent(folder_.path()));
        app::Worker worker({.library = QStringLiteral("./relative"), .model = {}, .threads = 2});
        QSignalSpy opened(&worker, &app::Worker::libraryOpened);
        worker.open();
        const bool done = QTest::qWaitFor([&] { return !opened.empty(); }, kPatienceMs);
        QDir::setCurrent(before);
        QVERIFY(done);
        QCOMPARE(last<app::LibraryInfo>(opened).file,
                 QFileInfo(folder_.path()).canonicalFilePath() + "/relative");
    }

    void computesMapsSummariesAndExports() {
        app::Worker worker(options("first"));
        open(worker);
        QSignalSpy failed(&worker, &app::Worker::jobFailed);
        QSignalSpy map(&worker, &app::Worker::mapComputed);
        attention::MapRequest stale, wanted;
        stale.layer = 5;
        const auto first = worker.computeMap(stale);
        const auto second = worker.computeMap(wanted);
        QTRY_VERIFY_WITH_TIMEOUT(!map.empty() && last<app::JobId>(map) == second, kPatienceMs);
        QVERIFY(map.size() == 2 || last<app::JobId>(failed) == first);

        QSignalSpy summarized(&worker, &app::Worker::summarized);
        worker.summarize({}, 2);
        QTRY_COMPARE_WITH_TIMEOUT(summarized.size(), 1, kPatienceMs);
        QCOMPARE(last<answers::Summary>(summarized, 1).sentences.size(), 2u);

        QSignalSpy exported(&worker, &app::Worker::exported);
        worker.exportVectors(at("out.npy"), {});
        QTRY_COMPARE_WITH_TIMEOUT(exported.size(), 1, kPatienceMs);
        QVERIFY(QFile::exists(at("out.npy")));

        const auto impossible = worker.exportVectors(at("no/such/folder/out.npy"), {});
        QTRY_VERIFY_WITH_TIMEOUT(!failed.empty() && last<app::JobId>(failed) == impossible, kPatienceMs);
        QVERIFY(failed.last().at(1).toString().contains("no/such/folder"));
    }

    void answersWhileIndexing() {
        app::Worker worker(options("first"));
        open(worker);
        QSignalSpy finished(&worker, &app::Worker::indexingFinished);
        QSignalSpy started(&worker, &app::Worker::indexingStarted);
        QSignalSpy answered(&worker, &app::Worker::answered);
        worker.add({at("logs")});
        QTRY_COMPARE_WITH_TIMEOUT(started.size(), 1, kPatienceMs);
        worker.pause();
        QVERIFY(worker.paused());
        worker.ask("What does the lamp burn?");
        QTRY_COMPARE_WITH_TIMEOUT(answered.size(), 1, kPatienceMs);
        QVERIFY(finished.empty());
        QVERIFY(worker.indexing());
        worker.resume();
        QVERIFY(!worker.paused());
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
        QCOMPARE(last<indexing::Report>(finished).added, 20);
        worker.ask("What does the lamp burn?");
        QTRY_COMPARE_WITH_TIMEOUT(answered.size(), 2, kPatienceMs);
        QCOMPARE(last<answers::Answer>(answered, 1).coverage.searched, 23);
    }

    void cancelsAndGoesOn() {
        app::Worker worker(options("second"));
        open(worker);
        QSignalSpy cancelled(&worker, &app::Worker::indexingCancelled);
        QSignalSpy finished(&worker, &app::Worker::indexingFinished);
        worker.add({at("logs")});
        worker.add({at("documents")});
        worker.pause();
        worker.cancel();
        QTRY_COMPARE_WITH_TIMEOUT(cancelled.size(), 2, kPatienceMs);
        QVERIFY(!worker.indexing());
        worker.add({at("logs")});
        worker.add({at("documents")});
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 2, kPatienceMs);
        QSignalSpy changed(&worker, &app::Worker::libraryChanged);
        const auto library = library::Library::open(at("second").toStdString(), library::OpenMode::ReadOnly);
        QCOMPARE(library->counts().ready, 23);
        worker.remove({library->documents().front().id});
        QTRY_VERIFY_WITH_TIMEOUT(!changed.empty(), kPatienceMs);
        QCOMPARE(last<app::LibraryInfo>(changed).counts.documents, 22);
    }

    /// Quitting stops what runs, and still does what was asked for before.
    void removalsBehindIndexingAreDoneAtTheEnd() {
        std::vector<DocumentId> gone, kept;
        {
            app::Worker worker(options("third"));
            open(worker);
            QSignalSpy finished(&worker, &app::Worker::indexingFinished);
            worker.add({at("documents")});
            QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
            const auto library =
                library::Library::open(at("third").toStdString(), library::OpenMode::ReadOnly);
            for (const auto& document : library->documents())
                (gone.size() < 2 ? gone : kept).push_back(document.id);
            QSignalSpy removals(&worker, &app::Worker::removalsChanged);
            worker.add({at("logs")});
            worker.pause();
            worker.remove(kept);
            worker.keep();
            worker.remove(gone);
            QCOMPARE(last<std::vector<DocumentId>>(removals), gone);
            QVERIFY(worker.indexing());
        }
        const auto library = library::Library::open(at("third").toStdString(), library::OpenMode::ReadOnly);
        for (const auto document : gone) QVERIFY(!library->document(document));
        for (const auto document : kept) QVERIFY(library->document(document));
    }

    void questionsAskedFastAreAllAnsweredInOrder() {
        app::Worker worker(options("first"));
        open(worker);
        QSignalSpy answered(&worker, &app::Worker::answered);
        QSignalSpy failed(&worker, &app::Worker::jobFailed);
        std::vector<app::JobId> asked;
        for (int i = 0; i < 12; ++i)
            asked.push_back(worker.ask(QStringLiteral("What does lamp %1 burn?").arg(i)));
        QTRY_COMPARE_WITH_TIMEOUT(answered.size(), 12, kPatienceMs);
        QCOMPARE(failed.size(), 0);
        for (int i = 0; i < 12; ++i)
            QCOMPARE(answered[i][0].value<app::JobId>(), asked[static_cast<std::size_t>(i)]);
    }

    void libraryInUseIsSaid() {
        const auto held = library::Library::open(at("held").toStdString(), library::OpenMode::ReadWrite);
        app::Worker worker(options("held"));
        QSignalSpy failed(&worker, &app::Worker::libraryFailed);
        QSignalSpy opened(&worker, &app::Worker::libraryOpened);
        worker.open();
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
        QVERIFY(failed.first().first().toString().contains(at("held")));
        QVERIFY(failed.first().at(1).toBool());  // it could be opened for reading
        worker.openLibrary(at("held"), true);
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, kPatienceMs);
        QVERIFY(last<app::LibraryInfo>(opened).read_only);
        QSignalSpy indexingFailed(&worker, &app::Worker::indexingFailed);
        worker.add({at("documents")});
        QTRY_COMPARE_WITH_TIMEOUT(indexingFailed.size(), 1, kPatienceMs);
        QVERIFY(!worker.indexing());
    }

    void goesOnWithWhatWaits() {
        {
            const auto library =
                library::Library::open(at("waiting").toStdString(), library::OpenMode::ReadWrite);
            library::DocumentRecord record;
            record.path = at("logs/3.txt").toStdString();
            library->add_pending(record);
        }
        app::Worker worker(options("waiting"));
        open(worker);
        QSignalSpy finished(&worker, &app::Worker::indexingFinished);
        QSignalSpy changed(&worker, &app::Worker::libraryChanged);
        worker.goOn();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
        QTRY_VERIFY(!changed.empty());
        QCOMPARE(last<app::LibraryInfo>(changed).counts.ready, 1);
    }

    void whatIsNoLibraryIsNotReadable() {
        write_file(at("letter"), "no database\n");
        app::Worker worker(options("letter"));
        QSignalSpy failed(&worker, &app::Worker::libraryFailed);
        worker.open();
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
        QVERIFY(!failed.first().at(1).toBool());
    }

    void brokenDocumentsAreListed() {
        write_file(at("broken/empty.txt"), "");
        write_file(at("broken/good.txt"), long_text(3));
        app::Worker worker(options("broken-library"));
        open(worker);
        QSignalSpy finished(&worker, &app::Worker::indexingFinished);
        worker.add({at("broken")});
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
        const auto report = last<indexing::Report>(finished);
        QCOMPARE(report.added, 1);
        QCOMPARE(report.failed.size(), 1u);
        QVERIFY(QString::fromStdString(report.failed[0].path).endsWith("empty.txt"));
    }

    void closingInTheMiddleLosesNothing() {
        {
            app::Worker worker(options("closed"));
            open(worker);
            QSignalSpy progress(&worker, &app::Worker::indexingProgress);
            worker.add({at("logs")});
            QTRY_VERIFY_WITH_TIMEOUT(!progress.empty(), kPatienceMs);
        }
        const auto library = library::Library::open(at("closed").toStdString(), library::OpenMode::ReadWrite);
        QVERIFY(library->verify().empty());
    }
};

QTEST_GUILESS_MAIN(TestWorker)
#include "test_worker.moc"
