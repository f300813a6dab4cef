// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <cmath>

#include "engine/search/duplicates.h"
#include "engine/search/fusion.h"
#include "engine/search/language.h"
#include "engine/search/late_interaction.h"
#include "engine/search/versions.h"

using namespace corpuscope;
using namespace corpuscope::search;

class TestFusion : public QObject {
    Q_OBJECT

 private slots:
    void moments() {
        const std::vector<double> scores = {2, 4, 4, 4, 5, 5, 7, 9};
        const Moments moments = moments_of(scores, 8);
        QCOMPARE(moments.mean, 5.0);
        QCOMPARE(moments.deviation, 2.0);
        const Moments with_zeros = moments_of(std::vector<double>{3, 3}, 4);
        QCOMPARE(with_zeros.mean, 1.5);
        QCOMPARE(with_zeros.deviation, 1.5);
        QCOMPARE(moments.standardize(9), 2.0);
        QCOMPARE(Moments({3, 0}).standardize(7), 0.0);  // all scores alike tell nothing
    }

    void weighs_the_three_scores() {
        std::vector<Hit> hits = {{.passage = {1}, .keyword = 10, .unit = 0.5, .passage_vector = 0.2},
                                 {.passage = {2}, .keyword = 2, .unit = 0.9, .passage_vector = 0.6}};
        fuse(hits, Mode::Hybrid, {4, 2}, {0.3, 0.2}, {0.2, 0.1});
        QCOMPARE(hits[0].passage.value, 2);
        const auto weighted = [](double keyword, double unit, double passage) {
            return kKeywordWeight * keyword + kUnitWeight * unit + kPassageWeight * passage;
        };
        QVERIFY(std::abs(hits[0].score - weighted(-1, 3, 4)) < 1e-12);
        QVERIFY(std::abs(hits[1].score - weighted(3, 1, 0)) < 1e-12);
        fuse(hits, Mode::Keyword, {}, {}, {});
        QCOMPARE(hits[0].passage.value, 1);
        QCOMPARE(hits[0].score, 10.0);
        fuse(hits, Mode::Vector, {4, 2}, {0.3, 0.2}, {0.2, 0.1});
        QVERIFY(std::abs(hits[0].score - weighted(0, 3, 4)) < 1e-12);
    }

    void interaction_reorders_only_what_was_read() {
        std::vector<Hit> hits;
        for (int i = 0; i < 4; ++i) hits.push_back({.passage = {i + 1}, .score = 4.0 - i, .fused = 4.0 - i});
        hits[0].interaction = hits[0].sentence_interaction = 0.2;
        hits[1].interaction = hits[1].sentence_interaction = 0.9;
        hits[2].interaction = hits[2].sentence_interaction = 0.1;
        add_interaction(hits, 3);
        QCOMPARE(hits[0].passage.value, 2);
        QCOMPARE(hits[1].passage.value, 1);
        QCOMPARE(hits[2].passage.value, 3);
        QCOMPARE(hits[3].passage.value, 4);
        for (std::size_t i = 1; i < hits.size(); ++i) QVERIFY(hits[i].score <= hits[i - 1].score);
    }

    void best_match_of_each_token() {
        // Rows along the axes: cosines are 1 where they agree, 0 elsewhere.
        const TokenStates question{2, {1, 0, 0, 1}, {}, {}};
        const TokenStates text{2, {1, 0, 0.6f, 0.8f, 1, 0}, {}, {}};
        const std::vector<float> all = best_matches(question, text, 0, 3);
        QCOMPARE(all[0], 1.0f);
        QCOMPARE(all[1], 0.8f);
        const Interaction interaction = summarize_matches(all);
        QVERIFY(std::abs(interaction.mean - 0.9) < 1e-6);
        QVERIFY(std::abs(interaction.least - 0.8) < 1e-6);
        QCOMPARE(best_matches(question, text, 2, 3)[1], 0.0f);
        QCOMPARE(best_matches(question, text, 1, 1)[0], -1.0f);
        // Of the question's three rows only the one between [CLS] and [SEP] counts.
        const TokenStates three{2, {1, 0, 0, 1, 1, 0}, {}, {}};
        QVERIFY(std::abs(token_interaction(three, text, 0, 3) - 0.8) < 1e-6);
        QCOMPARE(token_interaction(three, text, 2, 2), 0.0);
        QCOMPARE(token_interaction(question, text, 0, 3), 0.0);
    }

    void the_same_text_in_other_dress_is_seen() {
        DuplicateFilter filter;
        const char* text =
            "git stash saves your local modifications away and reverts the working directory to match "
            "the HEAD commit.";
        QVERIFY(!filter.seen(text));
        QVERIFY(filter.seen(text));
        QVERIFY(filter.seen(
            "`git stash` saves your local modifications away, and reverts\nthe working directory to match "
            "the `HEAD` commit"));
        QVERIFY(!filter.seen(
            "git stash pop removes a single stashed state from the list and applies it on top of the "
            "current working tree."));
        QVERIFY(!filter.seen(""));
    }

    void quotes_and_dashes_of_a_page_are_those_of_its_text() {
        DuplicateFilter filter;
        QVERIFY(!filter.seen("If you've \"messed up\" it's not lost -- you can't break what isn't there."));
        QVERIFY(
            filter.seen("If you\u2019ve \u201cmessed up\u201d it\u2019s not lost\u2014you can\u2019t"
                        "\u00a0break what isn\u2019t there\u2026"));
    }

    void languages_are_told_apart_or_left_open() {
        const auto english = language_of("Which command shows why a package cannot be installed?");
        const auto german = language_of("Bei welchem Druck öffnet das Sicherheitsventil der Maschine?");
        QVERIFY(english && german && *english != *german);
        QVERIFY(!language_of("x = f(y);"));
        QVERIFY(!language_of(""));
        QVERIFY(!language_of("\xff\xfe no text"));
        const std::string half =
            "The lamp is lit at dusk and trimmed twice before midnight by the keeper. Die Glocke wird im "
            "Nebel "
            "alle zwei Minuten von Hand geläutet, bis der Nebel sich gehoben hat.";
        QVERIFY(share_in(half, *english) > 0.2 && share_in(half, *english) < 0.8);
        QVERIFY(share_in("The lamp is lit at dusk and trimmed twice before midnight.", *english) > 0.9);
        QCOMPARE(share_in("Die Glocke wird im Nebel alle zwei Minuten geläutet.", *english), 0.0);
        QCOMPARE(share_in("1 2 3", *english), 1.0);
    }

    /// Hits of documents 1, 2, ... with one sentence each, in order.
    static Result result_of(const std::vector<std::pair<int, std::string>>& hits) {
        Result result;
        for (const auto& [document, text] : hits) {
            Hit hit;
            hit.passage = static_cast<PassageId>(result.hits.size() + 1);
            hit.score = 10.0 - static_cast<double>(result.hits.size());
            result.hits.push_back(hit);
            ReadPassage passage;
            passage.stored.id = hit.passage;
            passage.stored.document = static_cast<DocumentId>(document);
            passage.stored.text = text;
            passage.best_sentence = {0, static_cast<std::int64_t>(text.size())};
            result.passages.push_back(passage);
        }
        return result;
    }

    void a_sentence_in_several_versions_is_shown_once() {
        const std::string conflicts =
            "The Conflicts field indicates when a package cannot be installed simultaneously with another.";
        const std::string other =
            "The Breaks field tells that a package will break another one or its versions.";
        Result result =
            result_of({{1, conflicts}, {2, other}, {3, conflicts}, {1, conflicts}, {4, conflicts}});
        fold_versions(result, 4, {{DocumentId(1), 1}, {DocumentId(2), 1}, {DocumentId(3), 5}});
        std::vector<DocumentId> documents;
        for (const ReadPassage& passage : result.passages) documents.push_back(passage.stored.document);
        // The third says more on the matter than the first. What was not reranked is left alone.
        QCOMPARE(documents, (std::vector{DocumentId(3), DocumentId(2), DocumentId(4)}));
        for (std::size_t i = 0; i < result.hits.size(); ++i) {
            QCOMPARE(result.hits[i].passage, result.passages[i].stored.id);
            QVERIFY(i == 0 || result.hits[i].score <= result.hits[i - 1].score);
        }
    }

    void short_sentences_and_those_of_one_document_stay() {
        const std::string same = "Every two minutes the bell is rung by hand as long as the fog lasts.";
        Result result = result_of({{1, same}, {1, same}, {2, "See below."}, {3, "See below."}});
        fold_versions(result, 4, {});
        QCOMPARE(result.hits.size(), 4u);
    }

    void names_of_modes() {
        QCOMPARE(mode_from("hybrid"), std::optional(Mode::Hybrid));
        QCOMPARE(mode_from("keyword"), std::optional(Mode::Keyword));
        QCOMPARE(mode_from("vector"), std::optional(Mode::Vector));
        QCOMPARE(mode_from("Vector "), std::optional<Mode>());
    }
};

QTEST_GUILESS_MAIN(TestFusion)
#include "test_fusion.moc"
