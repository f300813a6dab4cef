// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "engine/search/vector_index.h"
#include "tests/engine/library/library_fixtures.h"

using namespace corpuscope;
using namespace corpuscope::search;

namespace {

constexpr std::int64_t kDimension = 48;

double dot(std::span<const float> a, const float* b) {
    return std::inner_product(a.begin(), a.end(), b, 0.0);
}

/// A document whose passages have several units each, so that the best unit of a passage is a choice.
library::ReadDocument several_units(const std::string& title, int passages, int units) {
    std::vector<std::string> texts;
    for (int i = 0; i < passages * units; ++i) texts.push_back(title + " says " + std::to_string(i) + ".");
    library::ReadDocument read = library::testing::read_document(title, texts);
    auto& all = read.passages.passages;
    std::vector<documents::Passage> joined;
    for (int p = 0; p < passages; ++p) {
        documents::Passage passage = all[static_cast<std::size_t>(p * units)];
        passage.range.end = all[static_cast<std::size_t>((p + 1) * units - 1)].range.end;
        passage.units = passage.sentences = units;
        joined.push_back(passage);
    }
    all = joined;
    return read;
}

}  // namespace

class TestVectorIndex : public QObject {
    Q_OBJECT

 private slots:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        library_ = library::Library::open(folder_->filePath("test.corpuscope").toStdString(),
                                          library::OpenMode::ReadWrite);
    }

    void an_empty_library_has_no_vectors() {
        const auto index = VectorIndex::build(*library_);
        QCOMPARE(index->passages(), 0);
        QCOMPARE(index->dimension(), 0);
        QVERIFY(index->nearest({}, 10).empty());
    }

    void documents_without_vectors_are_left_out() {
        fill(2, 3, 2);
        library::testing::store(*library_, "/waiting.txt",
                                library::testing::read_document("Waiting", {"Wait."}));
        const auto index = VectorIndex::build(*library_);
        QCOMPARE(index->passages(), 6);
        QCOMPARE(index->units(), 12);
        QCOMPARE(index->dimension(), kDimension);
    }

    void finds_what_comparing_with_every_vector_finds() {
        fill(8, 20, 4);
        const auto index = VectorIndex::build(*library_);
        const std::vector<float> question = library::testing::random_rows(1, kDimension, 4711);
        const std::vector<double> expected =
            best_of_each_passage(question, &library::DocumentVectors::units, true);
        const std::vector<Neighbour> found = index->nearest(index->prepare(question), index->units());
        QCOMPARE(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (i > 0) QVERIFY(found[i].cosine <= found[i - 1].cosine);
            QVERIFY(std::abs(found[i].cosine - expected[static_cast<std::size_t>(found[i].passage)]) < 1e-5);
            QVERIFY(std::abs(found[i].cosine - index->best_unit(index->prepare(question), found[i].passage)) <
                    1e-5);
        }
    }

    void passage_vectors_are_those_stored() {
        fill(3, 5, 2);
        const auto index = VectorIndex::build(*library_);
        const std::vector<float> question = library::testing::random_rows(1, kDimension, 12);
        const std::vector<double> expected =
            best_of_each_passage(question, &library::DocumentVectors::passages, false);
        for (std::int64_t row = 0; row < index->passages(); ++row)
            QVERIFY(std::abs(index->passage_cosine(index->prepare(question), row) -
                             expected[static_cast<std::size_t>(row)]) < 1e-5);
    }

    /// A search reranks the best of 1,000 units: what is near must be among them, in whatever order.
    void four_bits_find_what_float_finds() {
        fill(10, 40, 4);
        const auto flat = VectorIndex::build(*library_);
        const auto packed = VectorIndex::build(*library_, {.quantize_from = 1});
        QVERIFY(!flat->quantized());
        QVERIFY(packed->quantized());
        int common = 0;
        double error = 0;
        constexpr int kQuestions = 20, kBest = 20;
        for (int q = 0; q < kQuestions; ++q) {
            const std::vector<float> question =
                library::testing::random_rows(1, kDimension, 900u + static_cast<unsigned>(q));
            std::set<std::int64_t> found;
            for (const Neighbour& neighbour : packed->nearest(packed->prepare(question), 5 * kBest))
                found.insert(neighbour.passage);
            const std::vector<Neighbour> exact = flat->nearest(flat->prepare(question), kBest);
            for (const Neighbour& neighbour : exact) {
                common += found.contains(neighbour.passage) ? 1 : 0;
                error = std::max<double>(
                    error, std::abs(packed->best_unit(packed->prepare(question), neighbour.passage) -
                                    neighbour.cosine));
                QVERIFY(std::abs(packed->passage_cosine(packed->prepare(question), neighbour.passage) -
                                 flat->passage_cosine(flat->prepare(question), neighbour.passage)) < 0.1);
            }
        }
        QVERIFY2(common >= 0.99 * kQuestions * kBest * 0.98, qPrintable(QString::number(common)));
        QVERIFY2(error < 0.1, qPrintable(QString::number(error)));
    }

    void knows_passages_and_documents() {
        const std::vector<DocumentId> ids = fill(3, 4, 2);
        const auto index = VectorIndex::build(*library_);
        for (std::int64_t row = 0; row < index->passages(); ++row) {
            QCOMPARE(index->row_of(index->passage(row)), std::optional(row));
            QCOMPARE(library_->passage(index->passage(row)).document, index->document(row));
        }
        QVERIFY(!index->row_of(PassageId{999}));
        const std::vector<std::int64_t> rows = index->rows_of(std::vector{ids[1]});
        QCOMPARE(rows.size(), 4);
        for (const std::int64_t row : rows) QCOMPARE(index->document(row), ids[1]);
    }

    void moments_are_those_of_all_passages() {
        fill(4, 6, 3);
        const auto index = VectorIndex::build(*library_);
        const std::vector<float> question = library::testing::random_rows(1, kDimension, 77);
        const std::vector<double> scores =
            best_of_each_passage(question, &library::DocumentVectors::units, true);
        const double mean =
            std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
        double variance = 0;
        for (const double score : scores)
            variance += (score - mean) * (score - mean) / static_cast<double>(scores.size());
        const Moments moments = index->unit_moments(index->prepare(question));
        QVERIFY(std::abs(moments.mean - mean) < 1e-5);
        QVERIFY(std::abs(moments.deviation - std::sqrt(variance)) < 1e-5);
    }

 private:
    std::vector<DocumentId> fill(int documents, int passages, int units) {
        std::vector<DocumentId> ids;
        for (int d = 0; d < documents; ++d) {
            const std::string name = "Document " + std::to_string(d);
            ids.push_back(
                library::testing::store(*library_, "/" + name, several_units(name, passages, units)));
            const library::DocumentVectors vectors =
                library::testing::random_vectors(*library_->document(ids.back()), 1, kDimension);
            library_->store_vectors({&ids.back(), 1}, {&vectors, 1});
        }
        return ids;
    }

    /// By the order of the documents' paths and their passages, which is that of the index's rows.
    std::vector<double> best_of_each_passage(std::span<const float> question,
                                             std::vector<float> library::DocumentVectors::*level,
                                             bool of_units) const {
        std::vector<double> best;
        for (const library::DocumentRecord& record : library_->documents()) {
            const auto vectors = library_->vectors(record.id);
            if (!vectors) continue;
            const float* rows = ((*vectors).*level).data();
            std::int64_t row = 0;
            for (const library::StoredPassage& passage : library_->passages(record.id)) {
                double highest = -1;
                for (std::int64_t u = 0; u < (of_units ? passage.units : 1); ++u, ++row)
                    highest = std::max(highest, dot(question, rows + row * kDimension));
                best.push_back(highest);
            }
        }
        return best;
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<library::Library> library_;
};

QTEST_GUILESS_MAIN(TestVectorIndex)
#include "test_vector_index.moc"
