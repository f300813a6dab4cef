// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "ui/export/export_dialog.h"

using namespace corpuscope;
using namespace corpuscope::ui;

class TestExportDialog : public QObject {
    Q_OBJECT

    static library::Counts counts() {
        library::Counts made;
        made.documents = 3;
        made.ready = 2;
        made.failed = 1;
        made.passages = 6;
        made.tokens = 240;
        return made;
    }

 private slots:
    void exportAsksForWhatWasPicked() {
        ExportDialog dialog;
        dialog.setCounts(counts());
        dialog.setFile(QStringLiteral("/tmp/v.npy"));
        auto* format = dialog.findChildren<QComboBox*>().at(1);
        format->setCurrentIndex(3);
        emit format->activated(3);
        QCOMPARE(dialog.file(), QStringLiteral("/tmp/v.jsonl"));
        QVERIFY(dialog.options().format == exporting::Format::Jsonl);
        dialog.setJob(2);
        QVERIFY(!dialog.setFailed(1, {}));
        QVERIFY(dialog.setFailed(2, QStringLiteral("disk full")));
        QVERIFY(dialog.message().contains(QStringLiteral("disk full")));
        dialog.setCounts(counts());  // nothing new: what was said stays
        QVERIFY(dialog.message().contains(QStringLiteral("disk full")));

        QSignalSpy cancelled(&dialog, &ExportDialog::cancelRequested);
        dialog.setJob(3);
        for (auto* button : dialog.findChildren<QPushButton*>()) {
            if (button->text() == QStringLiteral("&Cancel")) button->click();
        }
        QCOMPARE(cancelled.count(), 1);
        QCOMPARE(cancelled[0][0].value<app::JobId>(), app::JobId{3});
        QVERIFY(dialog.setFailed(3, QStringLiteral("Stopped")));
        QVERIFY(dialog.message().contains(QStringLiteral("nothing was written")));
    }

    void exportsNameAndFormatFollowEachOther() {
        ExportDialog dialog;
        dialog.setCounts(counts());
        auto* name = dialog.findChild<QLineEdit*>();
        const auto type = [name](const QString& text) {
            name->selectAll();
            QTest::keyClicks(name, text);
        };
        type(QStringLiteral("/tmp/v.csv"));
        QVERIFY(dialog.options().format == exporting::Format::Csv);
        auto* format = dialog.findChildren<QComboBox*>().at(1);
        const auto pick = [format](int index) {
            format->setCurrentIndex(index);
            emit format->activated(index);
        };
        pick(0);
        QCOMPARE(dialog.file(), QStringLiteral("/tmp/v.npy"));
        type(QStringLiteral("/tmp/v.2"));
        pick(3);
        QCOMPARE(dialog.file(), QStringLiteral("/tmp/v.2.jsonl"));
    }

    void anExportToNowhereIsNotBegun() {
        const QTemporaryDir folder;
        ExportDialog dialog;
        dialog.setCounts(counts());
        QPushButton* start = nullptr;
        for (auto* button : dialog.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("&Export")) start = button;
        const QString nowhere = folder.filePath(QStringLiteral("no such folder"));
        dialog.setFile(nowhere + QStringLiteral("/v.npy"));
        QVERIFY(!start->isEnabled());
        QVERIFY2(dialog.message().contains(nowhere), qPrintable(dialog.message()));
        dialog.setFile(folder.path());
        QVERIFY(!start->isEnabled());
        QVERIFY2(dialog.message().contains(folder.path()), qPrintable(dialog.message()));
        dialog.setFile(folder.filePath(QStringLiteral("v.npy")));
        QVERIFY(start->isEnabled());
        dialog.setFile(QStringLiteral("v.npy"));
        QVERIFY(QFileInfo(dialog.file()).isAbsolute());
        dialog.setFile(QStringLiteral("~/v.npy"));
        QCOMPARE(dialog.file(), QDir::home().filePath(QStringLiteral("v.npy")));
    }
};

QTEST_MAIN(TestExportDialog)
#include "test_export_dialog.moc"
