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

    void identifiers_have_letters_and_digits() {
        const auto joined = [](std::string_view question) {
            std::vector<std::string> all;
            for (const Identifier& identifier : identifiers_of(question)) all.push_back(identifier.joined);
            return all;
        };
        QCOMPARE(joined("Where is SV-250, and what is E1045?"), (std::vector<std::string>{"sv250", "e1045"}));
        QCOMPARE(joined("Is UTF-8 older than sect4.2?"), (std::vector<std::string>{"utf8", "sect42"}));
        QCOMPARE(joined("In the 20th century, the 1990s, 2026 or B?"), std::vector<std::string>());
        QCOMPARE(joined("Is it -A1-, B--2 or C3."), (std::vector<std::string>{"a1", "c3"}));
        QCOMPARE(joined(std::string(1'000'000, 'a') + "1").size(), std::size_t{1});
        const Identifier valve = identifiers_of("SV-250").front();
        QVERIFY(stands_in(valve, stems("valve sv250")));
        QVERIFY(stands_in(valve, stems("an SV and SV 250, too")));
        QVERIFY(!stands_in(valve, stems("SV-2501, SV-25 and 250 SV")));
        QVERIFY(!stands_in(valve, {}));
    }

    void identifiers_count_by_how_rare_they_are() {
        const TextMatcher matcher("Where is SV-250?", 100, [](const std::string& word) {
            return word == "250" ? std::int64_t{1} : std::int64_t{90};
        });
        const TextMatch there = matcher.match("SV-250 is in the boiler house", "", "");
        QCOMPARE(there.identifiers, 1.0);
        QVERIFY(!there.names_others);
        QCOMPARE(matcher.match("in the boiler house", "Valve SV-250", "").identifiers, 1.0);
        QCOMPARE(matcher.match("in the boiler house", "", "SV-250.pdf").identifiers, 1.0);
        const TextMatch other = matcher.match("SV-251 is in the boiler house", "", "");
        QCOMPARE(other.identifiers, 0.0);
        QVERIFY(other.names_others);
        const TextMatcher common("Where is SV-250?", 100,
                                 [](const std::string&) { return std::int64_t{90}; });
        QVERIFY(common.match("SV-250", "", "").identifiers < 0.1);
        QVERIFY(!matcher_of("Where is the valve?").match("in the boiler house", "", "").names_others);
    }

    void an_empty_question_matches_nothing() {
        const TextMatch match = matcher_of(" ?! ").match("text", "heading", "name");
        QCOMPARE(match.words + match.pairs + match.headings, 0.0);
    }
};

QTEST_APPLESS_MAIN(TestTextMatch)
#include "test_text_match.moc"
