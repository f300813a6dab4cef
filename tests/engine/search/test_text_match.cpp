// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <map>

#include "engine/search/text_match.h"
#include "engine/search/words.h"

using namespace corpuscope::search;

namespace {

std::int64_t counted(const std::string& word) {
    static const std::map<std::string, std::int64_t> kPassages = {
        {"valve", 2}, {"pressure", 2}, {"safety", 2}, {"lift", 2}, {"lifts", 2}};
    const auto known = kPassages.find(word);
    return known == kPassages.end() ? 0 : known->second;
}

TextMatcher matcher_of(std::string_view question) { return {question, 100, counted}; }

}  // namespace

class TestTextMatch : public QObject {
    Q_OBJECT

 private slots:
    void forms_of_a_word_share_a_stem() {
        QCOMPARE(stems("Closes closed CLOSING"), std::vector<std::string>(3, "clos"));
        QCOMPARE(content_stems("What does the valve do?"), std::set<std::string>{"valv"});
        // A question of nothing else is looked for by its function words.
        QCOMPARE(content_stems("Who is it?"), (std::set<std::string>{"who", "is", "it"}));
        QCOMPARE(stems("Größe Überdruck"), (std::vector<std::string>{"größ", "überdruck"}));
    }

    void words_count_wherever_they_stand() {
        const TextMatcher matcher = matcher_of("At what pressure does the safety valve lift?");
        QCOMPARE(matcher.match("nothing of the kind", "", "").words, 0.0);
        QCOMPARE(matcher.match("The valve lifts.", "", "").words, 0.5);
        const TextMatch headed = matcher.match("The valve lifts.", "Boiler › Safety", "pressure.pdf");
        QCOMPARE(headed.words, 1.0);
        QCOMPARE(headed.headings, 0.25);
    }

    void pairs_are_neighbours_in_both() {
        const TextMatcher matcher = matcher_of("pressure of the safety valve");
        // Pairs: "pressure of", "the safety", "safety valve"; the last has two words that weigh.
        QCOMPARE(matcher.match("the safety valve, the safety valve", "", "").pairs, 0.75);
        QCOMPARE(matcher.match("valve safety", "", "").pairs, 0.0);
        QCOMPARE(matcher.match("", "", "").pairs, 0.0);
    }

    void rare_words_weigh_more() {
        const TextMatcher matcher("valve pressure", 100, [](const std::string& word) {
            return word == "valve" ? std::int64_t{90} : std::int64_t{1};
        });
        QVERIFY(matcher.match("pressure", "", "").words > 0.9);
        QVERIFY(matcher.match("valve", "", "").words < 0.1);
    }

    void an_empty_question_matches_nothing() {
        const TextMatch match = matcher_of(" ?! ").match("text", "heading", "name");
        QCOMPARE(match.words + match.pairs + match.headings, 0.0);
    }
};

QTEST_APPLESS_MAIN(TestTextMatch)
#include "test_text_match.moc"
