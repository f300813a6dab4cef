// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// One manual in every format: the same words and structure come out, with the pages and places that the
// format has.
#include <QTest>

#include "tests/engine/documents/document_checks.h"

using namespace corpuscope::documents;

class TestFormats : public QObject {
    Q_OBJECT

 private slots:
    void manual_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<bool>("has_kinds");  // lists, code and tables are told apart
        for (const char* format : {"md", "html", "docx", "odt", "rtf", "epub"})
            QTest::newRow(format) << format << true;
        QTest::newRow("pdf") << "pdf" << false;
    }

    void manual() {
        QFETCH(QString, format);
        QFETCH(bool, has_kinds);
        const ReadResult result = read_document(data("manual." + format.toStdString()));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QCOMPARE(QString::fromStdString(result->format), format);
        QCOMPARE(result->title, std::string("Tide gauge manual"));
        QVERIFY(result->warnings.empty());

        QVERIFY(contains(blocks_of(*result, BlockKind::Heading, 1), "The tide gauge at Sorrel Point"));
        const std::vector<std::string> second = blocks_of(*result, BlockKind::Heading, 2);
        QCOMPARE(second, (std::vector<std::string>{"1. Winding the clock", "2. Changing the paper",
                                                   "3. When the well freezes"}));
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 3), std::vector<std::string>{"2.1 Ink"});
        QVERIFY(contains(blocks_of(*result, BlockKind::Paragraph),
                         "The gauge stands in a well of brick beside the harbour wall. It writes the height "
                         "of the water on a "
                         "paper drum, day and night, and needs a person for ten minutes a week."));
        QVERIFY(
            contains(blocks_of(*result, BlockKind::Paragraph),
                     "The drum carries paper for one week. Never touch the pen while the float is rising."));
        for (const char* words :
             {"blue cupboard & nowhere else", "Café water will not do", "The list hangs behind the door."})
            QVERIFY2(result->text.find(words) != std::string::npos, words);
        if (!has_kinds) return;

        const std::vector<std::string> items = blocks_of(*result, BlockKind::ListItem);
        for (const char* item :
             {"Lift the pen from the drum.", "Put on a new sheet, its seam away from the pen.",
              "The seam must not overlap by more than 3 mm."})
            QVERIFY2(contains(items, item), item);
        QCOMPARE(blocks_of(*result, BlockKind::Quote),
                 std::vector<std::string>{"A clock that gains is better than a clock that stops."});
        std::string code;
        for (const std::string& block : blocks_of(*result, BlockKind::Code)) code += block + "\n";
        QVERIFY(code.find("pen.pressure = 12\npen.colour   = violet\n") != std::string::npos);
        QVERIFY(code.find("drum.hours   = 168\n") != std::string::npos);
        QCOMPARE(blocks_of(*result, BlockKind::TableRow),
                 (std::vector<std::string>{"Part | Number | Keeper", "Drum | 17 | east store",
                                           "Float | 23 | well house"}));
    }

    void pdf_pages() {
        const ReadResult result = read_document(data("manual.pdf"));
        QVERIFY(result.has_value());
        QCOMPARE(result->pages.size(), std::size_t{4});
        QVERIFY(result->source_map.empty());
        const std::vector<std::string> first_words = {"The tide gauge", "1. Winding", "2. Changing",
                                                      "3. When the well"};
        for (std::size_t i = 0; i < first_words.size(); ++i)
            QCOMPARE(slice(result->text, result->pages[i]).substr(0, first_words[i].size()), first_words[i]);
        QVERIFY(contains(blocks_of(*result, BlockKind::ListItem), "2. Wind the clock."));
    }

    void epub_chapters_follow_the_spine() {
        const ReadResult result = read_document(data("two-chapters.epub"));
        QVERIFY(result.has_value());
        check_promises(*result);
        QCOMPARE(result->title, std::string("Two chapters"));
        QCOMPARE(result->pages.size(), std::size_t{2});
        QCOMPARE(slice(result->text, result->pages[0]),
                 std::string("First\n\nThe first chapter & its text.\n\n"));
        QCOMPARE(slice(result->text, result->pages[1]), std::string("Second\n\nThe second chapter."));
    }

    void format_is_found_by_content() {
        const ReadResult page = read_document(data("page-without-ending"));
        QVERIFY(page.has_value());
        QCOMPARE(page->format, std::string("html"));
        QCOMPARE(page->title, std::string("A page"));
    }

    void places_in_the_original() {
        for (const char* name :
             {"manual.md", "manual.html", "page.html", "structure.txt", "latin1.txt", "invalid-utf8.txt"}) {
            const ReadResult result = read_document(data(name));
            QVERIFY2(result.has_value(), name);
            check_source_map(*result, bytes_of(data(name)));
        }
    }

    void sample_corpus() {
        const auto folder =
            std::filesystem::path(CORPUSCOPE_TEST_DATA) / ".." / ".." / "resources" / "sample-corpus";
        std::vector<std::string> formats;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            QVERIFY(is_candidate(entry.path()));
            const ReadResult result = read_document(entry.path());
            QVERIFY2(result.has_value(), entry.path().c_str());
            check_promises(*result);
            QVERIFY2(result->warnings.empty(), entry.path().c_str());
            QVERIFY2(!blocks_of(*result, BlockKind::Heading).empty(), entry.path().c_str());
            formats.push_back(result->format);
        }
        for (const char* format : {"txt", "md", "html", "pdf", "docx", "odt", "epub"})
            QVERIFY2(contains(formats, format), format);
    }
};

QTEST_GUILESS_MAIN(TestFormats)
#include "test_formats.moc"
