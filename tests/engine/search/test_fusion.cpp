// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <cmath>

#include "engine/search/duplicates.h"
#include "engine/search/fusion.h"
#include "engine/search/late_interaction.h"

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

    void names_of_modes() {
        QCOMPARE(mode_from("hybrid"), std::optional(Mode::Hybrid));
        QCOMPARE(mode_from("keyword"), std::optional(Mode::Keyword));
        QCOMPARE(mode_from("vector"), std::optional(Mode::Vector));
        QCOMPARE(mode_from("Vector "), std::optional<Mode>());
    }
};

QTEST_GUILESS_MAIN(TestFusion)
#include "test_fusion.moc"
