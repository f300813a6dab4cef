// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <faiss/IndexFlat.h>

#include <QTest>
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "engine/search/vector_rows.h"
#include "tests/engine/library/library_fixtures.h"

using namespace corpuscope::search;
using corpuscope::library::testing::random_rows;

/// More rows than a thread takes at once, so that several threads share a search.
constexpr std::int64_t kRows = 10'000;

class TestVectorRows : public QObject {
    Q_OBJECT

 private slots:
    void float_rows_find_what_faiss_finds() {
        constexpr std::int64_t kDimension = 40;
        const std::vector<float> values = random_rows(kRows, kDimension, 1);
        VectorRows rows(kDimension, RowEncoding::Float32);
        rows.add(std::span(values).first(17 * kDimension));
        rows.add(std::span(values).subspan(17 * kDimension));
        QCOMPARE(rows.size(), kRows);
        faiss::IndexFlatIP oracle(kDimension);
        oracle.add(kRows, values.data());
        for (const std::int64_t limit : {std::int64_t{1}, std::int64_t{50}, kRows}) {
            const std::vector<float> question = random_rows(1, kDimension, 7);
            std::vector<float> cosines(static_cast<std::size_t>(limit));
            std::vector<faiss::Index::idx_t> expected(cosines.size());
            oracle.search(1, question.data(), limit, cosines.data(), expected.data());
            const std::vector<NearRow> found = rows.nearest(rows.prepare(question), limit);
            QCOMPARE(found.size(), expected.size());
            for (std::size_t i = 0; i < found.size(); ++i)
                QVERIFY(std::abs(found[i].cosine - cosines[i]) < 1e-5f);
            QCOMPARE(found.front().row, expected.front());
        }
    }

    void equal_rows_come_in_their_order() {
        constexpr std::int64_t kDimension = 384;
        const std::vector<float> one = random_rows(1, kDimension, 3);
        for (const RowEncoding encoding : {RowEncoding::Float32, RowEncoding::Packed}) {
            VectorRows rows(kDimension, encoding);
            for (std::int64_t i = 0; i < kRows; ++i) rows.add(one);
            const std::vector<NearRow> found = rows.nearest(rows.prepare(one), 100);
            for (std::size_t i = 0; i < found.size(); ++i)
                QCOMPARE(found[i].row, static_cast<std::int64_t>(i));
        }
    }

    /// Dimensions that fill the words of a packed row, and some that do not.
    void packed_cosines_are_near_data() {
        QTest::addColumn<int>("dimension");
        for (const int dimension : {1, 3, 127, 128, 384, 768, 1000})
            QTest::addRow("%d", dimension) << dimension;
    }
    void packed_cosines_are_near() {
        QFETCH(int, dimension);
        constexpr std::int64_t kCount = 700;
        const std::vector<float> values = random_rows(kCount, dimension, 5);
        const std::vector<float> question = random_rows(1, dimension, 6);
        VectorRows rows(dimension, RowEncoding::Packed);
        rows.add(values);
        std::vector<float> cosines(kCount);
        rows.cosines(rows.prepare(question), 0, kCount, cosines.data());
        double squares = 0;
        for (std::int64_t r = 0; r < kCount; ++r) {
            const double exact =
                std::inner_product(question.begin(), question.end(), values.begin() + r * dimension, 0.0);
            squares += std::pow(cosines[static_cast<std::size_t>(r)] - exact, 2);
        }
        // The directions differ by 1 part in 10, which falls on one of all dimensions.
        QVERIFY(std::sqrt(squares / kCount) < 0.13 / std::sqrt(dimension));
    }

    /// Of many packed rows only those are looked at whose signs are near. Random directions, none of which
    /// is really near, are where that misses most.
    void many_packed_rows_find_what_all_cosines_say_data() {
        QTest::addColumn<int>("dimension");
        for (const int dimension : {254, 384}) QTest::addRow("%d", dimension) << dimension;
    }
    void many_packed_rows_find_what_all_cosines_say() {
        QFETCH(int, dimension);
        constexpr std::int64_t kWanted = 20;
        constexpr int kQuestions = 20;
        VectorRows rows(dimension, RowEncoding::Packed);
        rows.add(random_rows(kRows + 1, dimension, 11));
        std::vector<float> cosines(kRows + 1);
        int found = 0;
        for (unsigned q = 0; q < kQuestions; ++q) {
            const std::vector<float> question = random_rows(1, dimension, 100 + q);
            const RowQuestion ready = rows.prepare(question);
            rows.cosines(ready, 0, kRows + 1, cosines.data());
            const std::vector<NearRow> nearest = rows.nearest(ready, kWanted);
            QCOMPARE(nearest.size(), static_cast<std::size_t>(kWanted));
            for (std::size_t i = 0; i < nearest.size(); ++i) {
                QCOMPARE(nearest[i].cosine, cosines[static_cast<std::size_t>(nearest[i].row)]);
                QVERIFY(i == 0 || nearest[i - 1].cosine >= nearest[i].cosine);
            }
            std::vector<float> best = cosines;
            std::nth_element(best.begin(), best.begin() + kWanted - 1, best.end(), std::greater<>());
            for (const NearRow& near : nearest) found += near.cosine >= best[kWanted - 1] ? 1 : 0;
        }
        QVERIFY2(found >= 0.9 * kQuestions * kWanted, qPrintable(QString::number(found)));
    }

    void a_row_is_nearest_to_itself() {
        constexpr std::int64_t kDimension = 384;
        const std::vector<float> values = random_rows(kRows, kDimension, 9);
        VectorRows rows(kDimension, RowEncoding::Packed);
        rows.add(values);
        for (std::int64_t r = 0; r < kRows; r += 997) {
            const auto row = std::span(values).subspan(static_cast<std::size_t>(r * kDimension), kDimension);
            const std::vector<NearRow> found = rows.nearest(rows.prepare(row), 3);
            QCOMPARE(found.front().row, r);
            QVERIFY(found.front().cosine > 0.99f && found.front().cosine < 1.001f);
        }
    }
};

QTEST_GUILESS_MAIN(TestVectorRows)
#include "test_vector_rows.moc"
