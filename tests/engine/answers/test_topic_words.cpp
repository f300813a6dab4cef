// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "engine/answers/topic_words.h"

using namespace corpuscope::answers;

using Texts = std::vector<std::string_view>;
using Words = std::vector<std::string>;

class TestTopicWords : public QObject {
    Q_OBJECT

 private slots:
    void words_that_set_a_topic_apart() {
        const auto words =
            telling_words({Texts{"The keeper lights the lamp.", "A lamp burns oil in 12 hours.",
                                 "The lamps are trimmed by the keeper of the harbour."},
                           Texts{"A ship enters the harbour.", "Ships pay a due.",
                                 "Every ship in the harbour has a pilot."}},
                          2);
        QCOMPARE(words.size(), 2u);
        QCOMPARE(words[0], Words({"lamp", "keeper"}));  // "lamp" in more texts, in its most frequent form
        QCOMPARE(words[1], Words({"ship", "harbour"}));
    }

    void what_stands_everywhere_or_once_tells_nothing() {
        const auto words = telling_words({Texts{"Der Turm ist der hohe.", "Der Turm hat der Stufen."},
                                          Texts{"Der Lotse ist der kluge.", "Der Lotse hat der Boote."}},
                                         1);
        QCOMPARE(words, std::vector<Words>({{"turm"}, {"lotse"}}));
        QCOMPARE(telling_words({Texts{"One word each.", "12 34 12 34", "of the and"}}, 3),
                 std::vector<Words>({{}}));
    }

    void a_notice_on_every_page_counts_once() {
        const std::string_view notice = "Part of the suite.";
        const auto words =
            telling_words({Texts{notice, notice, notice, notice, "The lamp burns.", "The lamp is lit."},
                           Texts{"A pilot comes.", "The pilot goes."}},
                          3);
        QCOMPARE(words[0], Words({"lamp"}));
    }

    void nothing_of_nothing() {
        QVERIFY(telling_words({}, 3).empty());
        QCOMPARE(telling_words({Texts{}}, 3), std::vector<Words>({{}}));
    }
};

QTEST_APPLESS_MAIN(TestTopicWords)
#include "test_topic_words.moc"
