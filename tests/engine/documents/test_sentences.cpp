// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "engine/documents/passages.h"

using namespace corpuscope::documents;

namespace {

using Sentences = std::vector<std::string>;

Sentences split(const std::string& text) {
    Sentences result;
    for (const corpuscope::ByteRange range : split_sentences(text))
        result.push_back(
            text.substr(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size())));
    return result;
}

}  // namespace

class TestSentences : public QObject {
    Q_OBJECT

 private slots:
    void stay_together_data() {
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, const char* sentence) { QTest::newRow(name) << sentence; };
        row("for example", "Use a strong rope, e.g. manila, and dry it.");
        row("that is", "The rear light, i.e. The High Light, is white.");
        row("title", "The inspector called Dr. Smith to the tower.");
        row("figure", "See Fig. 3 and No. 4 for the drawing.");
        row("versus", "It was steam vs. sail in those days.");
        row("decimal", "Pour 2.5 litres at 3.14 bar.");
        row("version", "Since version 3.22.0 (2018-01-22) this works.");
        row("address", "Look at https://example.org/a.html?x=1&y=2 for the map.");
        row("file", "The function is in foo.c and bar.h of the tree.");
        row("initials", "The letter was signed J. K. Sorrel in ink.");
        row("hard-wrapped", "A line that was wrapped\nby hand goes on\nin the next line.");
        row("enumerator", "2. Wind the clock.");
        row("et cetera", "Ropes, sails etc. are kept in the store.");
        row("wrapped abbreviation", "Bring candles, e.g.\nfour of them.");
        row("lower-cased abbreviation", "the ship, i.e. the corrie, drew approx. twelve feet.");
    }

    void stay_together() {
        QFETCH(QString, sentence);
        QCOMPARE(split(sentence.toStdString()), Sentences{sentence.toStdString()});
    }

    void parted() {
        QCOMPARE(split("One thing. Another thing! A third? Yes."),
                 (Sentences{"One thing.", "Another thing!", "A third?", "Yes."}));
        QCOMPARE(split("He said \"Stop.\" Then he stopped. (So it was.) It ended."),
                 (Sentences{"He said \"Stop.\"", "Then he stopped.", "(So it was.)", "It ended."}));
        QCOMPARE(split("Ropes, sails, etc. The rest is lost."),
                 (Sentences{"Ropes, sails, etc.", "The rest is lost."}));
        QCOMPARE(split("First paragraph without a mark\n\nSecond paragraph"),
                 (Sentences{"First paragraph without a mark", "Second paragraph"}));
        QCOMPARE(split("それは灯台です。とても明るい。"), (Sentences{"それは灯台です。", "とても明るい。"}));
    }

    void lower_cased_text() {
        QCOMPARE(split("the lamp was lit at dusk. it burnt all night. in 1871. the keeper slept (a little). "
                       "then he woke."),
                 (Sentences{"the lamp was lit at dusk.", "it burnt all night.", "in 1871.",
                            "the keeper slept (a little).", "then he woke."}));
        QCOMPARE(
            split("the first sentence stands alone.\nthe second sentence too.\nwas there a third?\nyes."),
            (Sentences{"the first sentence stands alone.", "the second sentence too.", "was there a third?",
                       "yes."}));
    }

    void command_names_begin_sentences() {
        QCOMPARE(split("This shows the index. git-add changes it."),
                 (Sentences{"This shows the index.", "git-add changes it."}));
    }

    void nothing_to_split() {
        QVERIFY(split("").empty());
        QVERIFY(split(" \n\t ").empty());
        QCOMPARE(split("  word  "), Sentences{"word"});
        QCOMPARE(split("..."), Sentences{"..."});
    }

    // Growth with the square of the length would take hours here.
    void one_long_line() {
        std::string marks, words;
        for (int i = 0; i < 1'000'000; ++i) marks += "a.b!", words += "word ";
        QCOMPARE(split(marks).size(), std::size_t{1});
        QCOMPARE(split(words).size(), std::size_t{1});
        QCOMPARE(split(std::string(4'000'000, '"')).size(), std::size_t{1});
        QCOMPARE(split("a" + std::string(4'000'000, ' ') + "b").size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestSentences)
#include "test_sentences.moc"
