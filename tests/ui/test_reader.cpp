// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPdfWriter>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>
#include <QToolButton>

#include "tests/ui/records.h"
#include "ui/reader/document_finder.h"
#include "ui/reader/find_bar.h"
#include "ui/reader/match_strip.h"
#include "ui/reader/pdf_text_finder.h"
#include "ui/reader/pdf_view.h"
#include "ui/reader/reader_dock.h"
#include "ui/reader/reader_pane.h"
#include "ui/reader/text_view.h"

using namespace corpuscope;
using namespace corpuscope::ui;
using documents::Block;
using documents::BlockKind;

class TestReader : public QObject {
    Q_OBJECT

    /// Answers the store's requests at once with the text given.
    static void serve(TextStore& store, const app::LoadedText& text) {
        connect(&store, &TextStore::wanted, &store, [&store, text](DocumentId document) {
            store.setJob(document, 1);
            QMetaObject::invokeMethod(
                &store, [&store, text] { store.put(1, text); }, Qt::QueuedConnection);
        });
    }

    static app::LoadedText manual() {
        app::LoadedText text;
        text.document = record(1, "/c/manual.html");
        text.document.title = "A manual";
        std::string& body = text.text.text;
        const auto add = [&](BlockKind kind, int level, const std::string& words) {
            const auto begin = static_cast<std::int64_t>(body.size());
            body += words;
            text.text.blocks.push_back({kind, level, {begin, static_cast<std::int64_t>(body.size())}});
            body += "\n\n";
        };
        add(BlockKind::Heading, 1, "Größe und Maß");
        for (int i = 0; i < 60; ++i)
            add(BlockKind::Paragraph, 0, "Filling words — number " + std::to_string(i) + ".");
        add(BlockKind::Code, 0, "first line\n  second line");
        add(BlockKind::Paragraph, 0, "The café closes the last connection 🙂 at night.");
        return text;
    }

    static Place place_in(const app::LoadedText& text, const std::string& words) {
        const auto begin = static_cast<std::int64_t>(text.text.text.find(words));
        return {text.document.id,
                {begin, begin + static_cast<std::int64_t>(words.size())},
                0,
                QString::fromStdString(text.document.path),
                {},
                QString::fromStdString(words)};
    }

 private slots:
    void offsetsAreThoseOfTheText() {
        const app::LoadedText text = manual();
        QTextDocument document;
        const auto blocks = lay_out(document, text.text, text.text.blocks, QFont(), QPalette());
        for (const std::string words : {"Maß", "second line", "connection", "🙂 at"}) {
            const Place place = place_in(text, words);
            QTextCursor cursor(&document);
            cursor.setPosition(position_of(blocks, text.text, place.range.begin));
            cursor.setPosition(position_of(blocks, text.text, place.range.end), QTextCursor::KeepAnchor);
            QCOMPARE(cursor.selectedText(), QString::fromStdString(words));
        }
        QCOMPARE(document.firstBlock().blockFormat().headingLevel(), 1);
    }

    void citationIsLitAndInView() {
        TextStore store;
        const app::LoadedText text = manual();
        serve(store, text);
        ReaderDock dock(store);
        dock.resize(500, 400);
        dock.show();
        dock.open(place_in(text, "closes the last connection"), QStringLiteral("which connections close"));
        TextView* view = dock.pane()->textView();
        QTRY_COMPARE(view->litText(), QStringLiteral("closes the last connection"));
        QVERIFY(view->verticalScrollBar()->value() > 0);
        const auto marks = view->marks();
        QVERIFY(std::any_of(marks.begin(), marks.end(),
                            [](const MatchStrip::Mark& mark) { return mark.citation && mark.at > 0.8; }));
        QVERIFY(std::any_of(marks.begin(), marks.end(),
                            [](const MatchStrip::Mark& mark) { return !mark.citation; }));
        view->jump(0);
        QCOMPARE(view->verticalScrollBar()->value(), 0);
    }

    void longTextsComeInParts() {
        TextStore store;
        app::LoadedText text;
        text.document = record(1, "/c/long.txt");
        for (int i = 0; i < 40000; ++i)
            text.text.text += "Line number " + std::to_string(i) + " of ä long text.\n";
        TextView view;
        view.showText(std::make_shared<app::LoadedText>(text), place_in(text, "Line number 39990 of ä"), {});
        QVERIFY(view.parts() > 3);
        QCOMPARE(view.part(), view.parts() - 1);
        QCOMPARE(view.litText(), QStringLiteral("Line number 39990 of ä"));
        std::int64_t end = 0;
        const TextParts parts(text.text);
        for (int part = 0; part < parts.count(); ++part) {
            for (const Block& block : parts.blocks(part)) {
                QCOMPARE(block.range.begin, end);
                end = block.range.end;
            }
        }
        QCOMPARE(end, static_cast<std::int64_t>(text.text.text.size()));
    }

    void failureIsSaid() {
        TextStore store;
        connect(&store, &TextStore::wanted, &store,
                [&store](DocumentId document) { store.setJob(document, 4); });
        ReaderPane pane(store);
        pane.show();
        pane.open({DocumentId{1}, {}, 0, QStringLiteral("/c/gone.txt"), {}, {}}, {});
        store.fail(4, QStringLiteral("it vanished"));
        const auto labels = pane.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text().contains(QStringLiteral("it vanished"));
        }));
    }

    void whatHasNoTextSaysWhy() {
        TextStore store;
        app::LoadedText text;
        text.document = record(1, "/c/<b>locked<b>.pdf", library::DocumentState::Failed);
        text.document.reason = "needs a password";
        serve(store, text);
        ReaderPane pane(store);
        pane.show();
        pane.open({DocumentId{1}, {}, 0, QString::fromStdString(text.document.path), {}, {}}, {});
        QTRY_VERIFY2(pane.message().contains(QStringLiteral("needs a password")), qPrintable(pane.message()));
        for (const QLabel* label : pane.findChildren<QLabel*>())
            QVERIFY(!Qt::mightBeRichText(label->text()) || label->textFormat() == Qt::PlainText);
        // It was unlocked meanwhile.
        text.document.state = library::DocumentState::Ready;
        store.keepOnly({text.document});
        QVERIFY(!store.get(DocumentId{1}));
    }

    void anOriginalThatIsGoneIsSaid() {
        TextStore store;
        const app::LoadedText text = manual();
        serve(store, text);
        ReaderDock dock(store);
        dock.show();
        QSignalSpy failed(&dock, &ReaderDock::failed);
        dock.open(place_in(text, "café"));
        QTRY_VERIFY(dock.pane()->textView()->isVisible());
        for (auto* button : dock.pane()->findChildren<QToolButton*>())
            if (button->toolTip() == QStringLiteral("Open with the system's program")) button->click();
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed[0][1].toString().contains(QStringLiteral("/c/manual.html")));
    }

    void pageTextIsFoundInSpiteOfTypesetting() {
        const QString page = QStringLiteral("Header\nThe ef\uFB01cient con-\nnection is closed\r\nby the");
        const auto span = find_on_page(page, QStringLiteral("efficient connection is closed"));
        QVERIFY(span.has_value());
        QCOMPARE(page.mid(span->begin, span->length),
                 QStringLiteral("ef\uFB01cient con-\nnection is closed"));
        const auto cut = find_on_page(page, QStringLiteral("is closed by the last process that reads"));
        QVERIFY(cut.has_value());
        QVERIFY(page.mid(cut->begin, cut->length).startsWith(QStringLiteral("is closed")));
        QVERIFY(!find_on_page(page, QStringLiteral("nothing of the kind is here")).has_value());
    }

    void pdfOpensOnItsPageWithTheWordsLit() {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("two.pdf"));
        {
            QPdfWriter writer(file);
            QPainter painter(&writer);
            painter.drawText(QRect(500, 500, 8000, 1000), QStringLiteral("First page about nothing"));
            writer.newPage();
            painter.drawText(QRect(500, 3000, 8000, 1000),
                             QStringLiteral("The second page names the answer here"));
        }
        TextStore store;
        app::LoadedText text;
        text.document = record(1, file.toStdString());
        text.document.format = "pdf";
        text.text.text = "First page about nothing\nThe second page names the answer here\n";
        text.text.pages = {{0, 25}, {25, 63}};
        serve(store, text);
        ReaderPane pane(store);
        pane.resize(600, 600);
        pane.show();
        pane.open(place_in(text, "names the answer"), {});
        QTRY_VERIFY(pane.showsPages());
        PdfView* view = pane.pdfView();
        QCOMPARE(view->page(), 2);
        QCOMPARE(view->pages(), 2);
        QTRY_VERIFY(!view->lit().isEmpty());
        QRectF box;
        for (const QPolygonF& polygon : view->lit()) box |= polygon.boundingRect();
        QVERIFY(box.width() > 20 && box.height() > 2);
        // The words really are painted over in the highlight's colour.
        QTRY_VERIFY([&] {
            const QImage picture = view->grab().toImage();
            for (int y = 0; y < picture.height(); y += 2) {
                for (int x = 0; x < picture.width(); x += 2) {
                    if (picture.pixelColor(x, y) == QColor(0xff, 0xe0, 0x66)) return true;
                }
            }
            return false;
        }());
        QSignalSpy marked(view, &PdfView::markedPage);
        view->showPage(1, QStringLiteral("names the answer"));
        QTRY_VERIFY(!marked.empty());
        QVERIFY(view->lit().isEmpty());
    }

    void openingIsSaid() {
        TextStore store;  // nobody answers
        ReaderPane pane(store);
        pane.show();
        pane.open({record(1, "/c/slow.pdf").id, {}, 0, QStringLiteral("/c/slow.pdf"), {}, {}}, {});
        QTRY_VERIFY2(pane.message().contains(QStringLiteral("slow.pdf")), qPrintable(pane.message()));
    }

    /// A pipe that nobody writes to: whoever opens it as one opens a file never comes back.
    void pdfThatBecameAPipeShowsItsText() {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("pipe.pdf"));
        QCOMPARE(::mkfifo(qPrintable(file), 0600), 0);
        TextStore store;
        app::LoadedText text;
        text.document = record(1, file.toStdString());
        text.document.format = "pdf";
        text.text.text = "What the pages say.\n";
        text.text.pages = {{0, 20}};
        serve(store, text);
        ReaderPane pane(store);
        pane.show();
        pane.open(place_in(text, "the pages"), {});
        QTRY_COMPARE(pane.textView()->litText(), QStringLiteral("the pages"));
    }

    void wordsAreFoundWhateverTheirCaseAndSpace() {
        const std::string text = "Größe 🙂 und\n  MASS.\nDie größe und mass und Größe.";
        const auto found = find_in_text(text, QStringLiteral("größe"));
        QCOMPARE(found.size(), std::size_t{3});
        for (const ByteRange& range : found) QCOMPARE(range.size(), std::int64_t{7});
        const auto phrase = find_in_text(text, QStringLiteral(" und  mass "));
        QCOMPARE(phrase.size(), std::size_t{2});
        QCOMPARE(text.substr(static_cast<std::size_t>(phrase[0].begin),
                             static_cast<std::size_t>(phrase[0].size())),
                 std::string("und\n  MASS"));
        QVERIFY(find_in_text(text, QStringLiteral("   ")).empty());
        QVERIFY(find_in_text(text, QStringLiteral("(")).empty());
        QCOMPARE(find_in_text(text, QStringLiteral("größe"), 2).size(), std::size_t{2});
    }

    void searchInTheReaderGoesFromPlaceToPlace() {
        TextStore store;
        const app::LoadedText text = manual();
        serve(store, text);
        ReaderPane pane(store);
        pane.resize(500, 400);
        pane.show();
        pane.open({text.document.id, {}, 0, QStringLiteral("/c/manual.html"), {}, {}}, {});
        QTRY_VERIFY(pane.textView()->isVisible());
        pane.find();
        FindBar* bar = pane.findBar();
        QVERIFY(bar->isVisible());
        bar->field()->setText(QStringLiteral("WORDS — number 5"));  // no key types a dash
        QTRY_COMPARE(bar->text(), QStringLiteral("1 of 11"));       // 5 and 50 to 59
        QTRY_COMPARE(pane.textView()->litText(), QStringLiteral("words — number 5"));
        QTest::keyClick(bar->field(), Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(bar->text(), QStringLiteral("11 of 11"));
        QVERIFY(pane.textView()->verticalScrollBar()->value() > 0);
        QTest::keyClick(bar->field(), Qt::Key_Return);
        QCOMPARE(bar->text(), QStringLiteral("1 of 11"));
        QTest::keyClicks(bar->field(), QStringLiteral("x"));
        QTRY_COMPARE(bar->text(), QStringLiteral("Not found"));
        QTest::keyClick(bar->field(), Qt::Key_Escape);
        QVERIFY(bar->isHidden());
    }

    void searchInPagesGoesToThePageOfThePlace() {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("three.pdf"));
        app::LoadedText text;
        {
            QPdfWriter writer(file);
            QPainter painter(&writer);
            for (int page = 0; page < 3; ++page) {
                if (page > 0) writer.newPage();
                const QString line = page == 1 ? QStringLiteral("nothing of the kind")
                                               : QStringLiteral("an anchor beside an anchor");
                painter.drawText(QRect(500, 500, 8000, 1000), line);
                const auto begin = static_cast<std::int64_t>(text.text.text.size());
                text.text.text += line.toStdString() + "\n";
                text.text.pages.push_back({begin, static_cast<std::int64_t>(text.text.text.size())});
            }
        }
        text.document = record(1, file.toStdString());
        text.document.format = "pdf";
        TextStore store;
        serve(store, text);
        ReaderPane pane(store);
        pane.resize(600, 600);
        pane.show();
        pane.open({text.document.id, {}, 1, file, {}, {}}, {});
        QTRY_VERIFY(pane.showsPages());
        pane.find();
        QTest::keyClicks(pane.findBar()->field(), QStringLiteral("anchor"));
        QTRY_COMPARE(pane.findBar()->text(), QStringLiteral("1 of 4"));
        QTRY_COMPARE(pane.pdfView()->found().size(), 2);
        for (int i = 0; i < 2; ++i) QTest::keyClick(pane.findBar()->field(), Qt::Key_Return);
        QCOMPARE(pane.pdfView()->page(), 3);
        QCOMPARE(pane.findBar()->text(), QStringLiteral("3 of 4"));
    }

    void lostPdfShowsItsText() {
        TextStore store;
        app::LoadedText text;
        text.document = record(1, "/nowhere/gone.pdf");
        text.document.format = "pdf";
        text.text.text = "What was read before the file went away.\n";
        text.text.pages = {{0, 41}};
        serve(store, text);
        ReaderPane pane(store);
        pane.show();
        pane.open(place_in(text, "read before"), {});
        QTRY_COMPARE(pane.textView()->litText(), QStringLiteral("read before"));
        QVERIFY(!pane.showsPages());
        QVERIFY(pane.message().isEmpty());
    }
};

QTEST_MAIN(TestReader)
#include "test_reader.moc"
