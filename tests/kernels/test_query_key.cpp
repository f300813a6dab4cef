// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <cmath>
#include <random>

#include "kernels/attention.h"
#include "kernels/philox.h"
#include "kernels/query_key.h"

using namespace corpuscope::kernels;

namespace {

constexpr int kHeads = 2;
constexpr std::int64_t kDim = 16, kWidth = kHeads * kDim;

struct Rows {
    std::vector<float> values;
    Matrix view;
    explicit Rows(std::int64_t count, unsigned seed = 1) : values(static_cast<std::size_t>(count * kWidth)) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal;
        for (float& value : values) value = normal(random);
        view = {values.data(), count, kWidth, kWidth};
    }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
};

double dot(const float* a, const float* b) {
    double sum = 0.0;
    for (std::int64_t i = 0; i < kDim; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

}  // namespace

class TestQueryKey : public QObject {
    Q_OBJECT

 private slots:
    void rotary_scores_depend_on_the_distance_alone() {
        const Rows q(1), k(1, 2);
        std::vector<double> scores;
        for (const std::int64_t at : {std::int64_t{0}, std::int64_t{1000}, std::int64_t{1'000'000'000}}) {
            Rows turned_q(1), turned_k(1, 2);
            apply_rotary(turned_q.view, kHeads, at + 5);
            apply_rotary(turned_k.view, kHeads, at);
            scores.push_back(dot(turned_q.values.data(), turned_k.values.data()));
        }
        QVERIFY(std::abs(scores[0] - scores[1]) < 1e-5);
        QVERIFY(std::abs(scores[0] - scores[2]) < 1e-5);
        QVERIFY(std::abs(scores[0] - dot(q.values.data(), k.values.data())) > 1e-2);
    }

    void rotary_keeps_lengths() {
        Rows before(3), after(3);
        apply_rotary(after.view, kHeads, 77);
        for (std::size_t i = 0; i < 3 * kHeads; ++i)
            QVERIFY(std::abs(dot(&before.values[i * kDim], &before.values[i * kDim]) -
                             dot(&after.values[i * kDim], &after.values[i * kDim])) < 1e-4);
    }

    void xpos_does_not_depend_on_the_origin_and_does_not_overflow() {
        std::vector<double> scores;
        for (const std::int64_t shift : {std::int64_t{0}, std::int64_t{1'000'000}})
            for (const std::int64_t origin : {std::int64_t{0}, std::int64_t{4000}}) {
                Rows q(1), k(1, 2);
                apply_xpos(q.view, kHeads, shift + 900, shift + origin, Side::Query);
                apply_xpos(k.view, kHeads, shift + 100, shift + origin, Side::Key);
                scores.push_back(dot(q.values.data(), k.values.data()));
            }
        for (const double score : scores)
            QVERIFY(std::abs(score - scores[0]) < 1e-4 * std::max(1.0, std::abs(scores[0])));
        Rows far(2);
        apply_xpos(far.view, kHeads, 2'000'000, 0, Side::Key);
        for (const float value : far.values) QVERIFY(std::isfinite(value));
    }

    void xpos_decays_with_distance() {
        Rows near_q(1), far_q(1), k(1);  // the same vectors
        apply_xpos(near_q.view, kHeads, 512, 0, Side::Query);
        apply_xpos(far_q.view, kHeads, 4096, 0, Side::Query);
        apply_xpos(k.view, kHeads, 0, 0, Side::Key);
        QVERIFY(dot(far_q.values.data(), far_q.values.data()) <
                dot(near_q.values.data(), near_q.values.data()));
        QVERIFY(dot(near_q.values.data(), near_q.values.data()) < dot(k.values.data(), k.values.data()));
    }

    void head_norm() {
        Rows rows(4);
        apply_head_norm(rows.view, kHeads, nullptr, nullptr, 0.0F);
        for (std::size_t i = 0; i < 4 * kHeads; ++i) {
            double mean = 0.0;
            for (std::size_t j = 0; j < kDim; ++j)
                mean += static_cast<double>(rows.values[i * kDim + j]) / kDim;
            QVERIFY(std::abs(mean) < 1e-6);
            QVERIFY(std::abs(dot(&rows.values[i * kDim], &rows.values[i * kDim]) / kDim - 1.0) < 1e-5);
        }
    }

    void refusals() {
        Rows rows(1);
        QVERIFY_EXCEPTION_THROWN(apply_rotary(rows.view, 0, 0), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(apply_rotary(rows.view, 32, 0), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(apply_head_norm(rows.view, 5, nullptr, nullptr, 0.0F),
                                 std::invalid_argument);
    }

    void relative_buckets() {
        // T5, 32 buckets, max_distance 128: exact to 7, then logarithmic; keys to the right take the upper
        // half.
        for (const auto& [distance, bucket] : {std::pair{0, 0},
                                               {-1, 1},
                                               {-7, 7},
                                               {-8, 8},
                                               {-11, 8},
                                               {-12, 9},
                                               {-127, 15},
                                               {-5000, 15},
                                               {1, 17},
                                               {7, 23},
                                               {8, 24},
                                               {5000, 31}})
            QCOMPARE(relative_bucket(distance, 32, 128, false), bucket);
        for (const auto& [distance, bucket] : {std::pair{3, 0}, {0, 0}, {-15, 15}, {-16, 16}, {-5000, 31}})
            QCOMPARE(relative_bucket(distance, 32, 128, true), bucket);
    }

    void philox_known_answers() {
        // From the authors' known-answer tests (Random123).
        const std::array<std::uint32_t, 4> zeros{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
        const std::array<std::uint32_t, 4> ones{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
        QCOMPARE(philox({0, 0, 0, 0}, 0), zeros);
        QCOMPARE(philox({~0U, ~0U, ~0U, ~0U}, ~0ULL), ones);
    }

    void head_offsets() {
        QCOMPARE(head_offset(5, 12, 4, OffsetRule::Modulo, 3), std::int64_t{1});
        QCOMPARE(head_offset(5, 12, 16, OffsetRule::Rotating, 2), std::int64_t{15});
        QCOMPARE(head_offset(5, 12, 4, OffsetRule::Grouped, 0), std::int64_t{1});
        QCOMPARE(head_offset(5, 12, 16, OffsetRule::Grouped, 0), std::int64_t{5});
    }
};

QTEST_GUILESS_MAIN(TestQueryKey)
#include "test_query_key.moc"
