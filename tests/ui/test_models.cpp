// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/records.h"
#include "ui/models/document_filter_model.h"
#include "ui/models/document_tree_model.h"
#include "ui/models/failure_model.h"
#include "ui/models/group_table_model.h"
#include "ui/models/history_model.h"
#include "ui/models/text_store.h"
#include "ui/models/word_matcher.h"
#include "ui/models/wrapped_lines.h"

using namespace corpuscope;
using namespace corpuscope::ui;
using library::DocumentState;

class TestModels : public QObject {
    Q_OBJECT

    using Tester = QAbstractItemModelTester;
    static constexpr auto kFatal = Tester::FailureReportingMode::QtTest;

    static QStringList names(const QAbstractItemModel& model, const QModelIndex& parent = {}) {
        QStringList result;
        for (int row = 0; row < model.rowCount(parent); ++row) {
            const QModelIndex index = model.index(row, 0, parent);
            result << index.data().toString();
            for (const QString& below : names(model, index)) result << index.data().toString() + u'/' + below;
        }
        return result;
    }

 private slots:
    void treeFollowsFolders() {
        DocumentTreeModel model;
        Tester tester(&model, kFatal);
        model.setDocuments({record(1, "/c/b/two.txt"), record(2, "/c/b/ten10.txt"),
                            record(3, "/c/b/ten9.txt"), record(4, "/c/a.txt")});
        QCOMPARE(model.rootFolder(), QStringLiteral("/c"));
        QCOMPARE(names(model), (QStringList{"b", "b/ten9.txt", "b/ten10.txt", "b/two.txt", "a.txt"}));
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("3"));
        QCOMPARE(model.documentsBelow(model.index(0, 0)).size(), std::size_t{3});
    }

    void treeMergesWithoutReset() {
        DocumentTreeModel model;
        Tester tester(&model, kFatal);
        model.setDocuments({record(1, "/c/a.txt"), record(2, "/c/d/b.txt"), record(3, "/c/d/c.txt")});
        const QPersistentModelIndex kept = model.indexOf(DocumentId{2});
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        auto failed = record(2, "/c/d/b.txt", DocumentState::Failed);
        failed.reason = "needs a password";
        model.setDocuments({record(1, "/c/a.txt"), failed, record(5, "/c/e/f/new.txt")});
        QCOMPARE(resets.count(), 0);
        QVERIFY(changes.count() > 0);
        QVERIFY(kept.isValid());
        QCOMPARE(kept.data(DocumentTreeModel::ReasonRole).toString(), QStringLiteral("needs a password"));
        QVERIFY(kept.data(Qt::ToolTipRole).toString().contains(QStringLiteral("needs a password")));
        QCOMPARE(names(model), (QStringList{"d", "d/b.txt", "e", "e/f", "e/f/new.txt", "a.txt"}));
        QCOMPARE(model.index(0, 0).data(DocumentTreeModel::FailedRole).toInt(), 1);
        model.setDocuments({record(1, "/c/a.txt"), record(5, "/c/e/f/new.txt")});
        QCOMPARE(names(model), (QStringList{"e", "e/f", "e/f/new.txt", "a.txt"}));
        QVERIFY(!kept.isValid());
    }

    void treeGrowsOneByOne() {
        DocumentTreeModel model;
        Tester tester(&model, kFatal);
        std::vector<library::DocumentRecord> all;
        for (int i = 1; i <= 60; ++i) {
            all.push_back(
                record(i, QStringLiteral("/c/%1/%2.txt").arg(i % 7).arg(i * 37 % 60).toStdString()));
            model.setDocuments(all);
        }
        QCOMPARE(model.documentsBelow({}).size(), std::size_t{60});
        while (!all.empty()) {
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2));
            model.setDocuments(all);
        }
        QCOMPARE(model.rowCount(), 0);
    }

    void filterKeepsFoldersOfMatches() {
        DocumentTreeModel model;
        DocumentFilterModel filter;
        filter.setSourceModel(&model);
        Tester tester(&filter, kFatal);
        auto failed = record(3, "/docs/y/broken.pdf", DocumentState::Failed);
        model.setDocuments({record(1, "/docs/x/wal.html"), record(2, "/docs/y/pragma.html"), failed});
        filter.setText(QStringLiteral("wal"));
        QCOMPARE(names(filter), (QStringList{"x", "x/wal.html"}));
        filter.setText(QStringLiteral("y html"));
        QCOMPARE(names(filter), (QStringList{"y", "y/pragma.html"}));
        filter.setText(QStringLiteral("docs"));  // the folder that all share says nothing
        QCOMPARE(names(filter), QStringList());
        filter.setText({});
        filter.setOnlyFailed(true);
        QCOMPARE(names(filter), (QStringList{"y", "y/broken.pdf"}));
        model.setDocuments({record(1, "/docs/x/wal.html"), record(2, "/docs/y/pragma.html"),
                            record(3, "/docs/y/broken.pdf")});
        QCOMPARE(names(filter), QStringList());
    }

    void historyKeepsNewestFirst() {
        HistoryModel model;
        Tester tester(&model, kFatal);
        model.add(1, QStringLiteral("first"));
        model.add(2, QStringLiteral("second"));
        QCOMPARE(model.index(0).data().toString(), QStringLiteral("second"));
        answers::Answer answer;
        answer.answered = true;
        QCOMPARE(model.setAnswer(1, answer), 1);
        QCOMPARE(model.entry(1)->state, HistoryModel::State::Answered);
        QCOMPARE(model.setFailed(2, QStringLiteral("why")), 0);
        QCOMPARE(model.setAnswer(99, answer), -1);
    }

    void tablesCountAndShrink() {
        GroupTableModel groups;
        FailureModel failures;
        Tester group_tester(&groups, kFatal), failure_tester(&failures, kFatal);
        auto failed = record(3, "/c/z.pdf", DocumentState::Failed);
        failed.format = "pdf";
        failed.reason = "damaged";
        auto other = failed;
        other.id = DocumentId{4};
        other.path = "/c/a.pdf";
        const std::vector<library::DocumentRecord> all{record(1, "/c/a.html"), record(2, "/c/b.html"),
                                                       record(5, "/c/c.html"), failed, other};
        groups.setDocuments(all);
        failures.setDocuments(all);
        QCOMPARE(groups.index(0, GroupTableModel::Documents).data().toString(), QStringLiteral("3"));
        QCOMPARE(groups.index(1, GroupTableModel::Failed).data().toString(), QStringLiteral("2"));
        QCOMPARE(names(failures), (QStringList{"a.pdf", "z.pdf"}));
        QCOMPARE(failures.index(1, FailureModel::Reason).data().toString(), QStringLiteral("damaged"));
        groups.setDocuments({record(1, "/c/a.html")});
        failures.setDocuments({failed});
        QCOMPARE(groups.rowCount(), 1);
        QCOMPARE(names(failures), QStringList{"z.pdf"});
    }

    void textStoreAsksOnceAndForgetsWhatChanged() {
        TextStore store;
        QSignalSpy wanted(&store, &TextStore::wanted);
        QVERIFY(!store.get(DocumentId{7}));
        QVERIFY(!store.get(DocumentId{7}));
        QCOMPARE(wanted.count(), 1);
        store.setJob(DocumentId{7}, 3);
        app::LoadedText text;
        text.document = record(7, "/c/a.txt");
        text.document.sha256 = "one";
        store.put(3, text);
        QVERIFY(store.get(DocumentId{7}));
        store.keepOnly({text.document});
        QVERIFY(store.get(DocumentId{7}));
        text.document.sha256 = "two";
        store.keepOnly({text.document});
        QVERIFY(!store.get(DocumentId{7}));
        QCOMPARE(wanted.count(), 2);
    }

    void wrappedLinesBecomeParagraphsAgain() {
        const QString mail = QStringLiteral(
            "The meeting is moved to Thursday, since the hall is taken on Tuesday by\n"
            "the choir, which rehearses there for the concert. Please tell those of\n"
            "your group who do not read mail.\n\n"
            "> Is the hall free on Tuesday? I asked the caretaker about it, and he is\n"
            "> not sure either.\n\n"
            "- bring the keys of the hall, as the caretaker is away the whole of this\n"
            "  week and the next one\n"
            "- bring chairs\n\n"
            "   The first line of a paragraph may well stand further in than all of\n"
            "the others do, as it does in books and in letters of older people who\n"
            "learned it so.");
        const QString shown = with_wrapped_lines_joined(mail);
        QCOMPARE(shown.size(), mail.size());
        QCOMPARE(shown.split(u'\n').size(), 9);
        QVERIFY(shown.contains(QStringLiteral("on Tuesday by the choir")));
        QVERIFY(shown.contains(QStringLiteral("those of your group")));
        QVERIFY(shown.contains(QStringLiteral("he is\n> not sure")));
        QVERIFY(shown.contains(QStringLiteral("the whole of this   week")));
        QVERIFY(shown.contains(QStringLiteral("next one\n- bring chairs")));
        QVERIFY(shown.contains(QStringLiteral("than all of the others")));
    }

    void linesThatWereNotWrappedStay_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("table") << QStringLiteral(
            "For | Pounds | Shillings\nOil, wicks and glass for the light of the North Mole | 118 | 14\n"
            "Interest on the loan for the fish market, half a year | 460 | 0");
        QTest::newRow("columns") << QStringLiteral(
            "name of the vessel that came in      draught      tons\n"
            "Corrie, of Sallow, a collier         eleven feet   240");
        QTest::newRow("code") << QStringLiteral(
            "int count_of_documents(const Library& library) {\n    return library.counts().documents;\n}");
        QTest::newRow("comment") << QStringLiteral(
            "# If this server is the official one for the local network of the house,\n"
            "# the authoritative directive should be uncommented.");
        QTest::newRow("synopsis") << QStringLiteral(
            "git for-each-ref [--count=<count>] [--shell|--perl|--python|--tcl]\n"
            "    [(--sort=<key>)...] [--format=<format>] [<pattern>...]\n"
            "    [--points-at=<object>] [--merged[=<object>]] [--no-merged]\n"
            "    [--contains[=<object>]] [--no-contains[=<object>]]");
        QTest::newRow("poem") << QStringLiteral(
            "The sea was wet as wet could be,\nThe sands were dry as dry.\nYou could not see a cloud, "
            "because");
        QTest::newRow("address") << QStringLiteral("The harbour office\n12 Mill Street\nSallow");
        QTest::newRow("items") << QStringLiteral(
            "the bowline, for a loop that must not slip, and which can still be undone after a ship has "
            "hung;\n"
            "the clove hitch, for a post, when the pull is steady;\nthe rolling hitch, for pulling along a "
            "rope;\n"
            "the figure of eight, so that a rope does not run out through a block.");
        QTest::newRow("terms") << QStringLiteral(
                                      "--orphan <new-branch>::\n\tCreate a new branch without a parent, "
                                      "named after what is given and\n"
                                      "\tswitch to it.")
                                      .left(23 + 69);
    }
    void linesThatWereNotWrappedStay() {
        QFETCH(const QString, text);
        QCOMPARE(with_wrapped_lines_joined(text), text);
    }

    void matcherFindsFormsOfWords() {
        const WordMatcher matcher(
            QStringLiteral("What happens to the connections when files are committed?"));
        const QString text = QStringLiteral("The connection is closed; a commit writes the file to disk.");
        QStringList found;
        for (const TextSpan& span : matcher.find(text)) found << text.mid(span.begin, span.length);
        QCOMPARE(found, (QStringList{"connection", "commit", "file"}));
        QVERIFY(WordMatcher(QStringLiteral("what is it")).empty());
        QCOMPARE(lit_html(QStringLiteral("a <b>"), {{0, 1}}, QStringLiteral("#ffffff")),
                 QStringLiteral("<span style=\"background-color:#ffffff\">a</span> &lt;b&gt;"));
    }
};

QTEST_MAIN(TestModels)
#include "test_models.moc"
