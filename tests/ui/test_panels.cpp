// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QToolButton>
#include <QTreeView>

#include "tests/ui/records.h"
#include "ui/ask/ask_page.h"
#include "ui/export/export_dialog.h"
#include "ui/library_dock/library_dock.h"
#include "ui/models/document_tree_model.h"
#include "ui/overview/overview_page.h"
#include "ui/summary/summary_page.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/citation_chip.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/format.h"
#include "ui/widgets/notice.h"
#include "ui/widgets/quote_card.h"
#include "ui/widgets/theme.h"

using namespace corpuscope;
using namespace corpuscope::ui;
using library::DocumentState;

class TestPanels : public QObject {
    Q_OBJECT

    static app::LibraryInfo info() {
        app::LibraryInfo made;
        made.file = QStringLiteral("/c/library.corpuscope");
        auto failed = record(3, "/c/x/broken.pdf", DocumentState::Failed);
        failed.reason = "needs a password";
        made.documents = {record(1, "/c/x/one.html"), record(2, "/c/y/two.html"), failed};
        made.counts.documents = 3;
        made.counts.ready = 2;
        made.counts.failed = 1;
        made.counts.passages = 6;
        made.counts.tokens = 240;
        return made;
    }

    static answers::Answer answer() {
        answers::Answer made;
        made.question = "What closes?";
        made.answered = true;
        made.answers.push_back({DocumentId{1},
                                "/c/x/one.html",
                                "One",
                                0,
                                "Part › Closing",
                                {5, 20},
                                "The connection closes.",
                                0.91});
        made.passages.push_back(
            {DocumentId{2}, "/c/y/two.html", "Two", 4, "", {0, 30}, "Closing a file is quick.", 0.5});
        made.coverage = {3, 2, 1, 0};
        return made;
    }

 private slots:
    void answersAreQuotedAndCited() {
        AskPage page;
        page.resize(800, 600);
        page.show();
        page.setLibrary(info());
        page.setAsked(7, QStringLiteral("What closes?"));
        page.setAnswer(7, answer());
        auto* card = page.findChild<QuoteCard*>(QStringLiteral("answerCard"));
        QVERIFY(card != nullptr);
        QCOMPARE(card->quotedText(), QStringLiteral("The connection closes."));
        QCOMPARE(card->chip()->text(),
                 QStringLiteral("one.html · Closing · %1").arg(QLocale().toString(0.91, 'f', 2)));
        QCOMPARE(card->findChild<ElidedLabel*>(QStringLiteral("headingPath"))->text(),
                 QStringLiteral("Part"));
        QSignalSpy opened(&page, &AskPage::placeOpened);
        QTest::mouseClick(card->chip(), Qt::LeftButton);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].value<Place>().range, (ByteRange{5, 20}));
        auto* coverage = page.findChild<QLabel*>(QStringLiteral("coverage"));
        QVERIFY(coverage->text().startsWith(QStringLiteral("Searched 2 of 3 documents")));
        QSignalSpy failed(&page, &AskPage::failedRequested);
        emit coverage->linkActivated(QStringLiteral("failed"));
        QCOMPARE(failed.count(), 1);
    }

    void headingsInANarrowCardLeaveTheCitationWhole() {
        Place place = place_of(answer().answers.front());
        place.heading = QStringLiteral("Connections of a database › Closing");
        for (const auto style : {QuoteCard::Style::Answer, QuoteCard::Style::Passage}) {
            QuoteCard card(style, place, 0.91, WordMatcher(QString()));
            card.resize(card.chip()->sizeHint().width() + 10 * kGrid, 20 * kGrid);
            card.show();
            QVERIFY(QTest::qWaitForWindowExposed(&card));
            QCOMPARE(card.chip()->width(), card.chip()->sizeHint().width());
        }
    }

    void citationIsCopiedByMouseAndKeyboard() {
        AskPage page;
        page.show();
        page.setAsked(7, QStringLiteral("What closes?"));
        page.setAnswer(7, answer());
        auto* card = page.findChild<QuoteCard*>(QStringLiteral("answerCard"));
        const QString expected = QStringLiteral("“The connection closes.” (one.html · Closing)");
        QTest::mouseClick(card->findChild<QToolButton*>(QStringLiteral("copyCitation")), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), expected);
        QGuiApplication::clipboard()->clear();
        page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        card->chip()->setFocus();
        QTest::keyClick(card->chip(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), expected);
    }

    void questionsOfEarlierWindowsAreAskedAgain() {
        AskPage page;
        page.show();
        page.setEarlier({QStringLiteral("second"), QStringLiteral("first")});
        QCOMPARE(page.question(), QStringLiteral("second"));
        QSignalSpy asked(&page, &AskPage::askRequested);
        for (auto* button : page.findChildren<QPushButton*>()) {
            if (button->text() == QStringLiteral("Ask again")) button->click();
        }
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toString(), QStringLiteral("second"));
        page.setAsked(1, QStringLiteral("second"));
        QCOMPARE(page.history()->questions(),
                 (QStringList{QStringLiteral("second"), QStringLiteral("first")}));
        QCOMPARE(page.history()->rowCount(), 2);
    }

    void noAnswerIsSaidPlainly() {
        AskPage page;
        page.show();
        answers::Answer none = answer();
        none.answered = false;
        none.answers.clear();
        page.setAsked(7, QStringLiteral("What?"));
        page.setAnswer(7, none);
        QVERIFY(page.findChild<QuoteCard*>(QStringLiteral("answerCard")) == nullptr);
        QVERIFY(page.findChild<QuoteCard*>(QStringLiteral("passageCard")) != nullptr);
        QVERIFY(page.findChild<Notice*>()->text().contains(QStringLiteral("do not answer")));
    }

    void olderAnswersStayReachable() {
        AskPage page;
        page.setAsked(1, QStringLiteral("first"));
        page.setAsked(2, QStringLiteral("second"));
        page.setAnswer(1, answer());  // comes late: the view stays on the second
        QCOMPARE(page.question(), QStringLiteral("second"));
        QVERIFY(page.findChild<QuoteCard*>(QStringLiteral("answerCard")) == nullptr);
        QVERIFY(page.setFailed(2, QStringLiteral("why")));
        QVERIFY(!page.setFailed(3, QStringLiteral("why")));
    }

    void failedDocumentShowsItsReason() {
        LibraryDock dock;
        dock.resize(300, 600);
        dock.show();
        dock.setLibrary(info());
        dock.select(DocumentId{3});
        QVERIFY(dock.details().contains(QStringLiteral("needs a password")));
        QVERIFY(dock.tree()
                    ->currentIndex()
                    .data(Qt::ToolTipRole)
                    .toString()
                    .contains(QStringLiteral("needs a password")));
        dock.showOnlyFailed(true);
        const auto* model = dock.tree()->model();
        QCOMPARE(model->rowCount(), 1);
        QCOMPARE(model->rowCount(model->index(0, 0)), 1);
    }

    void filterThatMatchesNothingIsUndone() {
        LibraryDock dock;
        dock.resize(300, 600);
        dock.show();
        dock.setLibrary(info());
        dock.filterField()->setText(QStringLiteral("two"));
        QVERIFY(dock.tree()->isVisible());
        QCOMPARE(dock.tree()->model()->rowCount(), 1);
        dock.filterField()->setText(QStringLiteral("nothing of the kind"));
        QVERIFY(dock.noMatch()->isVisible());
        dock.noMatch()->button()->click();
        QVERIFY(dock.tree()->isVisible());
        QVERIFY(dock.filterField()->text().isEmpty());
    }

    void selectionSurvivesARefresh() {
        LibraryDock dock;
        dock.setLibrary(info());
        dock.select(DocumentId{2});
        app::LibraryInfo changed = info();
        changed.documents.push_back(record(9, "/c/a/new.html"));
        changed.documents[0].tokens = 999;
        dock.setLibrary(changed);
        QCOMPARE(dock.selectedDocuments(), std::vector<DocumentId>{DocumentId{2}});
        QCOMPARE(dock.selectionName(), QStringLiteral("two.html"));
    }

    /// Names of files and what documents say of themselves are no HTML, and turn nothing around.
    void namesAreShownAsTheyAre() {
        const std::string name = "<b>x<b>\nR&D\u202e.txt";
        const QString shown = QStringLiteral("<b>x<b>\ufffdR&D\ufffd.txt");
        app::LibraryInfo library = info();
        auto failed = record(3, "/c/<i>d<i>/" + name, DocumentState::Failed);
        failed.title = "<h1>A title</h1>";
        failed.reason = "needs a password";
        library.documents = {failed, record(1, "/c/one.html")};
        library.file = QStringLiteral("/c/<u>l<u>.corpuscope");

        LibraryDock dock;
        dock.show();
        dock.setLibrary(library);
        dock.select(DocumentId{3});
        const QModelIndex row = dock.tree()->currentIndex();
        QCOMPARE(row.data().toString(), shown);
        QCOMPARE(row.parent().data().toString(), QStringLiteral("<i>d<i>"));
        QCOMPARE(dock.selectionName(), shown);
        OverviewPage overview;
        overview.setLibrary(library);
        auto* failures = overview.findChildren<QTableView*>().last()->model();
        QCOMPARE(failures->index(0, 0).data().toString(), shown);
        HistoryModel history;
        history.add(1, QStringLiteral("What is <b>?"));
        for (const QString& tip :
             {row.data(Qt::ToolTipRole).toString(), row.parent().data(Qt::ToolTipRole).toString(),
              failures->index(0, 0).data(Qt::ToolTipRole).toString(),
              history.index(0).data(Qt::ToolTipRole).toString()}) {
            QTextDocument drawn;
            drawn.setHtml(tip);
            QVERIFY2(!tip.contains(QStringLiteral("<b>")) && drawn.toPlainText().contains(u'<'),
                     qPrintable(tip));
        }

        SummaryPage summary;
        summary.setLibrary(library);
        summary.setSelection({DocumentId{3}}, dock.selectionName());
        summary.summarize(true);
        summary.setJob(4);
        answers::Summary made;
        made.coverage = answer().coverage;
        summary.setSummary(4, made);
        ExportDialog exporting;
        exporting.setFile(QString::fromStdString("/tmp/" + name));
        exporting.setJob(1);
        QVERIFY(exporting.setFailed(1, QStringLiteral("/tmp/<b>x</b>.npy: cannot be written")));
        overview.setLibraryFailed(QStringLiteral("<b>x</b> is damaged"));
        AskPage ask;
        ask.setAsked(7, QStringLiteral("What is <b>bold</b>?"));
        answers::Answer answered = answer();
        answered.answers[0].path = "/c/" + name;
        answered.answers[0].heading = "<h1>Part</h1> › <h2>x</h2>";
        answered.note = "1 document mentions “<b>x</b>”:";
        ask.setAnswer(7, answered);
        for (const QWidget* panel :
             std::initializer_list<QWidget*>{&dock, &overview, &summary, &exporting, &ask}) {
            for (const QLabel* label : panel->findChildren<QLabel*>()) {
                QVERIFY2(label->textFormat() != Qt::AutoText || !Qt::mightBeRichText(label->text()),
                         qPrintable(label->text()));
                QVERIFY2(
                    !label->text().contains(QStringLiteral("<b>x")) || label->textFormat() == Qt::PlainText,
                    qPrintable(label->text()));
            }
            for (const QWidget* widget : panel->findChildren<QWidget*>())
                QVERIFY2(!widget->toolTip().contains(QStringLiteral("<b>")) &&
                             !widget->toolTip().contains(QStringLiteral("<h")),
                         qPrintable(widget->toolTip()));
        }
        Banner banner;
        banner.showMessage(Banner::Kind::Warning, QStringLiteral("<b>x</b>"),
                           QStringLiteral("a\u202eb: <i>why</i>\nsecond"));
        QCOMPARE(banner.text(),
                 QStringLiteral("<b>&lt;b&gt;x&lt;/b&gt;</b><br>a\ufffdb: &lt;i&gt;why&lt;/i&gt;<br>second"));
    }

    /// Text that its author broke at 72 columns reads as what it is: paragraphs. The words found are the
    /// same.
    void passagesReadAsParagraphs() {
        Place place;
        place.path = QStringLiteral("/c/mail.eml");
        place.text = QStringLiteral(
            "The meeting is moved to Thursday, since the hall is taken on Tuesday by\n"
            "the choir, which rehearses there for the concert. Please tell those of\n"
            "your group.\n\nname | seat\nAnn | 12");
        const QuoteCard card(QuoteCard::Style::Passage, place, -1,
                             WordMatcher(QStringLiteral("choir seats")));
        QTextDocument drawn;
        for (const QLabel* label : card.findChildren<QLabel*>())
            if (label->text().contains(QStringLiteral("Thursday"))) drawn.setHtml(label->text());
        const QString lines = drawn.toPlainText();
        QVERIFY2(lines.contains(QStringLiteral("on Tuesday by the choir, which")), qPrintable(lines));
        QVERIFY2(lines.endsWith(QStringLiteral("name | seat\nAnn | 12")), qPrintable(lines));
        QStringList lit;
        for (QTextBlock block = drawn.begin(); block.isValid(); block = block.next())
            for (auto piece = block.begin(); !piece.atEnd(); ++piece)
                if (piece.fragment().charFormat().background().style() != Qt::NoBrush)
                    lit << piece.fragment().text();
        QCOMPARE(lit, (QStringList{QStringLiteral("choir"), QStringLiteral("seat")}));
        QVERIFY(card.citation().contains(QStringLiteral("by the choir")));
        QCOMPARE(card.quotedText(), place.text);
    }

    void aFailedDocumentThatTheFilterHidesIsShown() {
        LibraryDock dock;
        dock.resize(300, 600);
        dock.setLibrary(info());
        dock.filterField()->setText(QStringLiteral("two"));
        QVERIFY(dock.selectedDocuments().empty());
        dock.reveal(DocumentId{3});
        QVERIFY(dock.isVisible());
        QCOMPARE(dock.selectedDocuments(), std::vector<DocumentId>{DocumentId{3}});
        QVERIFY(dock.filterField()->text().isEmpty());
        dock.showOnlyFailed(true);
        dock.reveal(DocumentId{1});
        QCOMPARE(dock.selectedDocuments(), std::vector<DocumentId>{DocumentId{1}});
        dock.showOnlyFailed(true);
        dock.reveal(DocumentId{3});
        QCOMPARE(dock.tree()->model()->rowCount(), 1);  // the filter shows it: it stays
    }

    void whatWaitsToBeRemovedSaysSo() {
        LibraryDock dock;
        dock.show();
        dock.setLibrary(info());
        dock.select(DocumentId{2});
        const auto state = [&] {
            return dock.tree()->currentIndex().siblingAtColumn(DocumentTreeModel::State).data().toString();
        };
        const QString ready = state();
        dock.setLeaving({DocumentId{2}});
        QCOMPARE(state(), DocumentTreeModel::leavingText());
        QVERIFY(
            dock.tree()->currentIndex().data(Qt::ToolTipRole).toString().contains(QStringLiteral("reading")));
        dock.setLeaving({});
        QCOMPARE(state(), ready);
    }

    void emptyPagesOfferTheNextStep() {
        OverviewPage overview;
        QSignalSpy open(&overview, &OverviewPage::openFolderRequested),
            choose(&overview, &OverviewPage::openLibraryRequested);
        overview.emptyState()->button()->click();
        overview.setLibraryFailed(QStringLiteral("in use by another process"));
        overview.emptyState()->button()->click();
        QCOMPARE(open.count(), 1);
        QCOMPARE(choose.count(), 1);
        AskPage ask;
        QSignalSpy ask_open(&ask, &AskPage::openFolderRequested),
            field(&ask, &AskPage::questionFieldRequested);
        ask.emptyState()->button()->click();
        ask.setLibrary(info());
        ask.emptyState()->button()->click();
        QCOMPARE(ask_open.count(), 1);
        QCOMPARE(field.count(), 1);
    }

    void summaryIsCitedAndCopiedAsMarkdown() {
        SummaryPage page;
        page.setLibrary(info());
        page.setSelection({DocumentId{1}}, QStringLiteral("one.html"));
        QSignalSpy requests(&page, &SummaryPage::summaryRequested);
        page.summarize(true);
        QCOMPARE(requests[0][0].value<std::vector<DocumentId>>(), std::vector<DocumentId>{DocumentId{1}});
        answers::Summary summary;
        summary.sentences.push_back({answer().answers.front(), {"connection", "database"}, 0.25});
        summary.sentences.push_back({answer().answers.front(), {}, 0});
        summary.coverage = answer().coverage;
        page.setJob(4);
        page.setSummary(4, summary);
        QCOMPARE(page.findChildren<QuoteCard*>().size(), 2);
        const auto topics = page.findChildren<QLabel*>(QStringLiteral("topic"));
        QCOMPARE(topics.size(), 1);
        QCOMPARE(topics[0]->text(), QStringLiteral("connection, database · 25 % of the text"));
        QCOMPARE(
            SummaryPage::markdown(summary, QStringLiteral("Whole corpus")),
            QStringLiteral("# Whole corpus\n\n- **connection, database · 25 % of the text**: The connection "
                           "closes. (one.html · Closing)\n- The connection closes. (one.html · "
                           "Closing)\n\nSearched 2 of 3 documents, 1 failed\n"));
    }

    void bannerNamesReasonAndRuns() {
        QWidget parent;
        Banner banner(&parent);
        bool ran = false;
        banner.showMessage(Banner::Kind::Error, QStringLiteral("It failed"), QStringLiteral("a <reason>"),
                           {{QStringLiteral("Do"), [&] { ran = true; }}});
        QVERIFY(banner.text().contains(QStringLiteral("a &lt;reason&gt;")));
        banner.findChild<QPushButton*>()->click();
        QVERIFY(ran);
        QVERIFY(banner.isHidden());
    }

    void coloursHaveContrastInLightAndDark() {
        for (const Appearance appearance : {Appearance::Light, Appearance::Dark}) {
            const QPalette palette = palette_for(appearance);
            const Colours colours = colours_of(palette);
            const QColor text = palette.color(QPalette::Text), base = palette.color(QPalette::Base);
            QVERIFY(contrast(text, base) >= 7);
            for (const QColor& ground : {colours.lit, colours.lit_other, colours.card})
                QVERIFY(contrast(text, ground) >= 4.5);
            for (const QColor& colour :
                 {colours.muted, colours.accent, colours.good, colours.warning, colours.bad}) {
                QVERIFY2(contrast(colour, base) >= 4.5, qPrintable(colour.name()));
            }
            QVERIFY(contrast(palette.color(QPalette::PlaceholderText), palette.color(QPalette::Window)) >=
                    4.5);
            QVERIFY(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >=
                    4.5);
        }
    }

    void numbersReadWell() {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        QCOMPARE(Format::rounded(1'914'000), QStringLiteral("1.9 M"));
        QCOMPARE(Format::rounded(999), QStringLiteral("999"));
        QCOMPARE(Format::rounded(11'262), QStringLiteral("11,262"));
        QCOMPARE(Format::bytes(532'480), QStringLiteral("520 KiB"));
        QCOMPARE(Format::bytes(1'500), QStringLiteral("1.5 KiB"));
        QCOMPARE(Format::share(1), QStringLiteral("100 %"));
        QCOMPARE(Format::share(0.000912), QStringLiteral("0.091 %"));
        QCOMPARE(Format::share(1e-9), QStringLiteral("less than 0.0001 %"));
        QCOMPARE(Format::page(QStringLiteral("/c/one.epub"), 3), QStringLiteral("chapter 3"));
        QCOMPARE(Format::page(QStringLiteral("/c/one.pdf"), 3), QStringLiteral("page 3"));
        QCOMPARE(Format::pages(QStringLiteral("/c/one.EPUB"), 11), QStringLiteral("11 chapters"));
        QCOMPARE(Format::pages(QStringLiteral("/c/one.pdf"), 1), QStringLiteral("1 page"));
        QCOMPARE(Format::page(QStringLiteral("/c/one.pptx"), 3), QStringLiteral("slide 3"));
        QCOMPARE(Format::pages(QStringLiteral("/c/one.odp"), 2), QStringLiteral("2 slides"));
        QCOMPARE(Format::page(QStringLiteral("/c/one.xlsm"), 3), QStringLiteral("sheet 3"));
        QCOMPARE(Format::pages(QStringLiteral("/c/one.ods"), 2), QStringLiteral("2 sheets"));
        QCOMPARE(Format::duration(59.2), QStringLiteral("1 min 0 s"));
        QCOMPARE(Format::duration(7300), QStringLiteral("2 h 1 min"));
        indexing::Progress progress;
        QCOMPARE(describe(progress).percent, -1);
        progress.phase = indexing::Phase::Encoding;
        progress.tokens_done = progress.tokens_total = 10;
        QCOMPARE(describe(progress).percent, 98);
    }
};

QTEST_MAIN(TestPanels)
#include "test_panels.moc"
