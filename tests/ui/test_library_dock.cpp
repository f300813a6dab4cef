// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <QTreeView>

#include "tests/ui/records.h"
#include "ui/library_dock/library_dock.h"
#include "ui/models/document_tree_model.h"

using namespace corpuscope;
using namespace corpuscope::ui;
using library::DocumentState;

class TestLibraryDock : public QObject {
    Q_OBJECT

    static app::LibraryInfo info(const std::vector<library::DocumentRecord>& documents) {
        app::LibraryInfo made;
        made.documents = documents;
        made.counts.documents = made.counts.ready = static_cast<std::int64_t>(documents.size());
        return made;
    }
    static std::vector<library::DocumentRecord> records(const std::string& folder, int first, int count) {
        std::vector<library::DocumentRecord> made;
        for (int i = first; i < first + count; ++i)
            made.push_back(
                record(i, folder + "/document " + std::to_string(i) + ".txt", DocumentState::Ready));
        return made;
    }
    static QModelIndex row_named(const LibraryDock& dock, const QString& name) {
        const QAbstractItemModel* model = dock.tree()->model();
        const QModelIndexList found =
            model->match(model->index(0, 0), Qt::DisplayRole, name, 1, Qt::MatchExactly | Qt::MatchRecursive);
        return found.isEmpty() ? QModelIndex() : found.front();
    }
    static QAction* remove_action(const LibraryDock& dock) {
        for (QAction* action : dock.findChildren<QAction*>())
            if (action->text() == LibraryDock::tr("Remove from the library")) return action;
        return nullptr;
    }
    /// Presses a button of the message that is about to come.
    static void answer_next(bool accept, QString* text) {
        QTimer::singleShot(0, [=] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (box == nullptr) return answer_next(accept, text);
            *text = box->text();
            for (QAbstractButton* button : box->buttons())
                if ((box->buttonRole(button) == QMessageBox::AcceptRole) == accept) return button->click();
        });
    }

 private slots:
    void removingAFolderTakesWhatTheFilterShowsOfIt() {
        LibraryDock dock;
        dock.resize(300, 600);
        dock.show();
        auto documents = records("/c/letters", 1, 3);
        const auto bills = records("/c/bills", 10, 2);
        documents.insert(documents.end(), bills.begin(), bills.end());
        dock.setLibrary(info(documents));
        dock.filterField()->setText(QStringLiteral("document 2"));
        dock.tree()->setCurrentIndex(row_named(dock, QStringLiteral("letters")));
        QCOMPARE(dock.selectedDocuments(), std::vector<DocumentId>{DocumentId{2}});
        QSignalSpy removed(&dock, &LibraryDock::removeRequested);
        remove_action(dock)->trigger();
        QCOMPARE(removed.count(), 1);
        QCOMPARE(removed[0][0].value<std::vector<DocumentId>>(), std::vector<DocumentId>{DocumentId{2}});
    }

    void removingSeveralAsksFirst() {
        LibraryDock dock;
        dock.show();
        auto documents = records("/c/letters", 1, 3);
        documents.push_back(record(9, "/c/other.txt", DocumentState::Ready));
        dock.setLibrary(info(documents));
        dock.tree()->setCurrentIndex(row_named(dock, QStringLiteral("letters")));
        QSignalSpy removed(&dock, &LibraryDock::removeRequested);
        QString text;
        answer_next(false, &text);
        remove_action(dock)->trigger();
        QVERIFY2(text.contains(QStringLiteral("3 documents")), qPrintable(text));
        QCOMPARE(removed.count(), 0);
        answer_next(true, &text);
        remove_action(dock)->trigger();
        QCOMPARE(removed.count(), 1);
        QCOMPARE(removed[0][0].value<std::vector<DocumentId>>().size(), std::size_t{3});
    }

    void clearingTheFilterClosesWhatItOpened() {
        LibraryDock dock;
        dock.resize(300, 600);
        dock.show();
        auto documents = records("/c/many/deep", 1, 60);
        const auto others = records("/c/few/deep", 100, 2);
        documents.insert(documents.end(), others.begin(), others.end());
        dock.setLibrary(info(documents));
        const auto deep = [&] {
            return row_named(dock, QStringLiteral("few"))
                .model()
                ->index(0, 0, row_named(dock, QStringLiteral("few")));
        };
        dock.tree()->expand(row_named(dock, QStringLiteral("few")));
        QVERIFY(!dock.tree()->isExpanded(deep()));
        dock.filterField()->setText(QStringLiteral("100"));
        QVERIFY(dock.tree()->isExpanded(deep()));
        dock.filterField()->clear();
        QVERIFY(dock.tree()->isExpanded(row_named(dock, QStringLiteral("few"))));
        QVERIFY(!dock.tree()->isExpanded(deep()));
    }

    /// Thousands of rows that go one by one would take the window for seconds.
    void muchAtOnceMakesTheTreeAnewAndKeepsTheView() {
        LibraryDock dock;
        dock.resize(300, 600);
        dock.show();
        auto documents = records("/c/kept", 1, 50);
        const auto going = records("/c/going", 1000, 2000);
        documents.insert(documents.end(), going.begin(), going.end());
        dock.setLibrary(info(documents));
        dock.tree()->expand(row_named(dock, QStringLiteral("kept")));
        dock.tree()->collapse(row_named(dock, QStringLiteral("going")));
        dock.select(DocumentId{7});
        QSignalSpy reset(dock.documents(), &QAbstractItemModel::modelReset);
        QSignalSpy rows(dock.documents(), &QAbstractItemModel::rowsRemoved);
        QSignalSpy selection(&dock, &LibraryDock::selectionChanged);
        auto left = records("/c/kept", 1, 50);
        left.push_back(record(1000, "/c/going/document 1000.txt", DocumentState::Ready));
        dock.setLibrary(info(left));
        QCOMPARE(reset.count(), 1);
        QCOMPARE(rows.count(), 0);
        QVERIFY(selection.count() > 0);
        QCOMPARE(dock.selectedDocuments(), std::vector<DocumentId>{DocumentId{7}});
        QVERIFY(dock.tree()->isExpanded(row_named(dock, QStringLiteral("kept"))));
        QVERIFY(!dock.tree()->isExpanded(row_named(dock, QStringLiteral("going"))));
    }

    /// A folder added beside the first one makes their parent the root of the tree.
    void anotherRootKeepsSelectionAndOpenFolders() {
        LibraryDock dock;
        dock.resize(300, 600);
        dock.show();
        auto documents = records("/c/one/deep", 1, 5);
        const auto more = records("/c/one/other", 10, 5);
        documents.insert(documents.end(), more.begin(), more.end());
        dock.setLibrary(info(documents));
        dock.tree()->collapse(row_named(dock, QStringLiteral("other")));
        dock.select(DocumentId{3});
        QSignalSpy selection(&dock, &LibraryDock::selectionChanged);
        const auto beside = records("/c/two", 20, 2);
        documents.insert(documents.end(), beside.begin(), beside.end());
        dock.setLibrary(info(documents));
        QVERIFY(selection.count() > 0);
        QCOMPARE(dock.selectedDocuments(), std::vector<DocumentId>{DocumentId{3}});
        QVERIFY(dock.tree()->isExpanded(row_named(dock, QStringLiteral("deep"))));
        QVERIFY(!dock.tree()->isExpanded(row_named(dock, QStringLiteral("other"))));
    }

    void anotherLibraryLeavesNothingSelected() {
        LibraryDock dock;
        dock.show();
        dock.setLibrary(info(records("/c/one", 1, 5)));
        dock.select(DocumentId{3});
        QSignalSpy selection(&dock, &LibraryDock::selectionChanged);
        dock.setLibrary(info(records("/elsewhere", 1, 5)));
        QVERIFY(selection.count() > 0);
        QVERIFY(dock.selectedDocuments().empty());
    }

    void statesAreReadableWhileFoldersAreClosed() {
        LibraryDock dock;
        dock.resize(420, 600);
        dock.show();
        dock.setLibrary(info(records("/c/one/deep", 1, 60)));
        const int width = dock.tree()->columnWidth(DocumentTreeModel::State);
        dock.tree()->expandAll();
        QVERIFY(width >=
                static_cast<QAbstractItemView*>(dock.tree())->sizeHintForColumn(DocumentTreeModel::State));
    }
};

QTEST_MAIN(TestLibraryDock)
#include "test_library_dock.moc"
