// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// One talk as PowerPoint and as Impress write it: slides are pages, their titles headings, notes follow.
#include <QTest>

#include "tests/engine/documents/document_checks.h"

using namespace corpuscope::documents;

using Texts = std::vector<std::string>;

class TestSlides : public QObject {
    Q_OBJECT

 private slots:
    void a_talk_data() {
        QTest::addColumn<QString>("format");
        for (const char* format : {"pptx", "odp"}) QTest::newRow(format) << format;
    }

    void a_talk() {
        QFETCH(QString, format);
        const ReadResult result = read_document(data("talk." + format.toStdString()));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QCOMPARE(QString::fromStdString(result->format), format);
        QCOMPARE(result->title, std::string("Reading the tide"));
        QCOMPARE(blocks_of(*result, BlockKind::Heading),
                 (Texts{"Reading the tide", "Winding the clock", "Parts", "Two ways to fail"}));
        QCOMPARE(result->pages.size(), std::size_t{4});
        const Texts first_words = {"Reading the tide", "Winding the clock", "Parts", "Two ways to fail"};
        for (std::size_t i = 0; i < first_words.size(); ++i)
            QVERIFY(slice(result->text, result->pages[i]).starts_with(first_words[i]));
        const Texts items = blocks_of(*result, BlockKind::ListItem);
        for (const char* item : {"Every Monday before the tide turns", "Never while the float is rising",
                                 "The pen dries", "The well freezes"})
            QVERIFY2(contains(items, item), item);
        QCOMPARE(blocks_of(*result, BlockKind::TableRow),
                 (Texts{"Part | Keeper", "Drum | east store", "Float | well house"}));
        const std::string second = slice(result->text, result->pages[1]);
        const std::string note = "Show the key, and say that the café keeps a second one.";
        QVERIFY(second.find(note) > second.find("Never while"));
        QVERIFY(contains(blocks_of(*result, BlockKind::Paragraph), note));
        QVERIFY(result->warnings.empty());
    }
};

QTEST_GUILESS_MAIN(TestSlides)
#include "test_slides.moc"
