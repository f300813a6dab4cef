// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "engine/answers/quotable.h"

using namespace corpuscope::answers;

class TestQuotable : public QObject {
    Q_OBJECT

 private slots:
    void sentences_of_running_text_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("reads");
        const auto row = [](const char* name, const char* text, bool reads) {
            QTest::newRow(name) << QByteArray(text) << reads;
        };
        row("plain", "The lamp is lit at dusk and trimmed twice before midnight.", true);
        row("umlaut", "Über der Tür hängt die Glocke, die bei Nebel geläutet wird.", true);
        row("no end", "The lamp is lit at dusk and trimmed twice before midnight", false);
        row("question", "Is the lamp lit at dusk and trimmed twice before midnight?", false);
        row("short", "The lamp is lit.", false);
        row("numbers", "Table 3: 12 14 15 18 21 24 28 31 35 39 44 48 51 55 58 61.", false);
    }
    void sentences_of_running_text() {
        QFETCH(QByteArray, text);
        QTEST(reads_as_sentence({text.data(), static_cast<std::size_t>(text.size())}), "reads");
    }

    void a_quote_is_shown_in_the_lines_it_needs() {
        using Lines = std::vector<std::string>;
        QCOMPARE(lines_of_quote("The keeper rings\n    the  bell."), Lines({"The keeper rings the bell."}));
        QCOMPARE(lines_of_quote("Ring it so:\n\n    pull\n\n    let go  \n"),
                 Lines({"Ring it so:", "    pull", "    let go"}));
        QCOMPARE(lines_of_quote("\n\n  alone"), Lines({"alone"}));
        QCOMPARE(lines_of_quote(" \n "), Lines());
    }

    void the_first_word_points_back() {
        for (const char* text :
             {"This repeats until the fog has gone.", "No. Ring it by hand.", "They ring."})
            QVERIFY2(points_back(text), text);
        for (const char* text : {"The keeper rings the bell.", "Thisbe rings the bell.", "If it rings.", ""})
            QVERIFY2(!points_back(text), text);
    }

    void a_sentence_that_points_back_depends() {
        const double alone = dependence("The keeper rings the bell by hand every two minutes in fog.");
        QVERIFY(alone < 0.05);
        QVERIFY(dependence("This repeats until the fog has gone and the light is seen again.") > alone + 0.2);
        QVERIFY(dependence("However, the keeper rings the bell every two minutes in fog.") > alone + 0.2);
        QVERIFY(dependence("Inside it repeats until the fog has gone and the light is seen.") > alone + 0.2);
        QVERIFY(dependence("With --fog=2 the bell_ring(1) option of /etc/bell is set to [on|off] (0x1f).") >
                alone);
        QVERIFY(dependence("The bell is rung by hand.") > alone);
        QVERIFY(dependence("and the keeper rings the bell by hand every two minutes in fog.") > alone + 0.2);
        QVERIFY(dependence("+ The keeper rings the bell by hand every two minutes in fog.") > alone + 0.2);
        QCOMPARE(dependence("..."), 1.0);
    }
};

QTEST_APPLESS_MAIN(TestQuotable)
#include "test_quotable.moc"
