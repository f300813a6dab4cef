// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QLocale>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include "ui/toolbar/indexing_bar.h"

using namespace corpuscope;
using namespace corpuscope::ui;

class TestIndexingBar : public QObject {
    Q_OBJECT

 private slots:
    void pauseResumeCancel() {
        IndexingBar bar;
        QVERIFY(bar.isHidden());
        bar.setStarted();
        QVERIFY(!bar.isHidden());
        indexing::Progress progress;
        progress.phase = indexing::Phase::Encoding;
        progress.tokens_done = 1'200'000;
        progress.tokens_total = 1'900'000;
        progress.tokens_per_second = 15200;
        progress.seconds_left = 46;
        bar.setProgress(progress);
        QVERIFY2(bar.text().contains(QLocale().toString(15200)), qPrintable(bar.text()));
        QVERIFY(bar.text().contains(QStringLiteral("46 s left")));
        QSignalSpy paused(&bar, &IndexingBar::pauseRequested), resumed(&bar, &IndexingBar::resumeRequested),
            cancelled(&bar, &IndexingBar::cancelRequested);
        bar.pauseButton()->click();
        QVERIFY(bar.text().contains(QStringLiteral("paused")));
        bar.pauseButton()->click();
        bar.cancelButton()->click();
        QCOMPARE(paused.count(), 1);
        QCOMPARE(resumed.count(), 1);
        QCOMPARE(cancelled.count(), 1);
        bar.setEnded();
        QVERIFY(bar.isHidden());
    }

    void howLongItTakesIsSaidInANarrowWindow() {
        IndexingBar bar;
        bar.setStarted();
        indexing::Progress progress;
        progress.phase = indexing::Phase::Encoding;
        progress.tokens_done = 1'200'000;
        progress.tokens_total = 1'900'000;
        progress.tokens_per_second = 15200;
        progress.seconds_left = 46;
        bar.setProgress(progress);
        for (const int width : {900, 500, 320}) {
            bar.resize(width, bar.sizeHint().height());
            QTRY_COMPARE(bar.width(), width);
            QVERIFY2(bar.shownText().endsWith(QStringLiteral("46 s left")), qPrintable(bar.shownText()));
        }
        QVERIFY(bar.minimumSizeHint().width() <= 320);
        const int wanted = bar.sizeHint().width();
        bar.setProgress({});
        QCOMPARE(bar.sizeHint().width(), wanted);  // the question beside it keeps its place
    }
};

QTEST_MAIN(TestIndexingBar)
#include "test_indexing_bar.moc"
