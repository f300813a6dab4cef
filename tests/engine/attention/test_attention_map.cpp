// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QImage>
#include <QTest>
#include <cmath>
#include <random>

#include "engine/attention/attention_map.h"
#include "engine/attention/block_sums.h"
#include "tests/engine/export/small_corpus.h"

using namespace corpuscope;
using attention::AttentionMap;
using attention::BlockSumProblem;
using attention::MapRequest;

namespace {

/// A small sequence with everything that can happen: several branches, a short last segment, empty positions,
/// units.
struct Sequence {
    static constexpr std::int64_t kLength = 76;
    static constexpr int kHeads = 3, kHeadDim = 4, kLayer = 2;
    static constexpr int kCells = 5;

    Sequence() {
        std::mt19937 random(7);
        std::normal_distribution<float> normal;
        for (auto* values : {&q, &k}) {
            values->resize(kLength * kHeads * kHeadDim);
            for (auto& value : *values) value = normal(random);
        }
        for (int i = 0; i < kLength; ++i) {
            const bool empty = i % 16 > 12;
            unit_of.push_back(empty ? -1 : i / 6);
            cell_of.push_back(empty || i > 70 ? -1 : i * kCells / 71);
        }
    }

    BlockSumProblem problem() const {
        return {.length = kLength,
                .heads = kHeads,
                .first_head = 0,
                .held_heads = kHeads,
                .head_dim = kHeadDim,
                .q = q,
                .k = k,
                .branches = branches,
                .branch = -1,
                .layer = kLayer,
                .outer_gate = -0.7f,
                .neighbour_bias = bias,
                .unit_of = unit_of,
                .cell_of = cell_of,
                .cells = kCells,
                .threads = 2,
                .control = nullptr,
                .progress = {}};
    }

    std::vector<float> q, k;
    std::vector<kernels::Branch> branches = {{16, 1}, {32, 2}, {128, 5}};
    std::vector<float> bias = {-1.5f, 0.3f, -3.0f};
    std::vector<std::int32_t> unit_of, cell_of;
};

/// The same from the whole matrix of probabilities, written as the definition reads.
std::vector<double> dense(const Sequence& s, int branch) {
    constexpr auto n = Sequence::kLength;
    std::vector<double> sums(Sequence::kCells * Sequence::kCells, 0), seen(sums.size(), 0),
        queries(Sequence::kCells, 0);
    for (int h = 0; h < Sequence::kHeads; ++h)
        for (std::int64_t i = 0; i < n; ++i) {
            if (s.cell_of[i] < 0) continue;
            std::vector<double> weight(n, 0);
            double total = 0;
            for (int b = 0; b < 3; ++b) {
                if (branch >= 0 && branch != b) continue;
                const auto [w, r] = s.branches[b];
                const auto kept = [&](std::int64_t at) {
                    return at % w % r == (h + 13 * Sequence::kLayer) % r;
                };
                for (std::int64_t j = 0; j < n; ++j) {
                    if (i / w != j / w || !kept(i) || !kept(j) || s.unit_of[j] < 0) continue;
                    double score = 0;
                    for (int d = 0; d < Sequence::kHeadDim; ++d)
                        score +=
                            static_cast<double>(s.q[(i * Sequence::kHeads + h) * Sequence::kHeadDim + d]) *
                            s.k[(j * Sequence::kHeads + h) * Sequence::kHeadDim + d];
                    score /= std::sqrt(Sequence::kHeadDim);
                    score += b > 0 ? -0.7 : s.unit_of[i] == s.unit_of[j] ? 0.0 : s.bias[h];
                    weight[j] += std::exp(score);
                    total += std::exp(score);
                }
            }
            if (total == 0) continue;
            ++queries[s.cell_of[i]];
            for (std::int64_t j = 0; j < n; ++j) {
                if (weight[j] == 0 || s.cell_of[j] < 0) continue;
                sums[s.cell_of[i] * Sequence::kCells + s.cell_of[j]] += weight[j] / total;
                seen[s.cell_of[i] * Sequence::kCells + s.cell_of[j]] = 1;
            }
        }
    for (int row = 0; row < Sequence::kCells; ++row)
        for (int column = 0; column < Sequence::kCells; ++column) {
            auto& sum = sums[row * Sequence::kCells + column];
            sum = seen[row * Sequence::kCells + column] == 0 ? NAN : sum / queries[row];
        }
    return sums;
}

double row_sum(const AttentionMap& map, std::size_t row) {
    double sum = 0;
    for (std::size_t column = 0; column < map.cells.size(); ++column) {
        const float weight = map.weights[row * map.cells.size() + column];
        if (!std::isnan(weight)) sum += weight;
    }
    return sum;
}

}  // namespace

class TestAttentionMap : public QObject {
    Q_OBJECT

    std::unique_ptr<tests::SmallCorpus> corpus_;

    AttentionMap compute(const MapRequest& request) {
        return attention::compute_map(*corpus_->library, *corpus_->encoder, request);
    }

 private slots:
    void initTestCase() { corpus_ = std::make_unique<tests::SmallCorpus>(); }

    void equalsTheDenseComputation_data() {
        QTest::addColumn<int>("branch");
        for (int branch = -1; branch < 3; ++branch) QTest::addRow("branch %d", branch) << branch;
    }
    void equalsTheDenseComputation() {
        QFETCH(int, branch);
        const Sequence sequence;
        auto problem = sequence.problem();
        problem.branch = branch;
        const auto weights = attention::block_sums(problem);
        const auto expected = dense(sequence, branch);
        QCOMPARE(weights.size(), expected.size());
        for (std::size_t i = 0; i < weights.size(); ++i) {
            QCOMPARE(std::isnan(weights[i]), std::isnan(expected[i]));
            if (!std::isnan(expected[i])) QVERIFY(std::abs(weights[i] - expected[i]) < 1e-5);
        }
    }

    void cancels() {
        const Sequence sequence;
        Control control;
        control.cancel();
        auto problem = sequence.problem();
        problem.control = &control;
        QVERIFY_EXCEPTION_THROWN(attention::block_sums(problem), Cancelled);
    }

    void rowsOfTheMixtureSumToOne_data() {
        QTest::addColumn<int>("level");
        QTest::addColumn<int>("head");
        QTest::newRow("documents") << static_cast<int>(MapRequest::Level::Document) << attention::kAll;
        QTest::newRow("passages") << static_cast<int>(MapRequest::Level::Passage) << 3;
        QTest::newRow("tokens") << static_cast<int>(MapRequest::Level::Token) << attention::kAll;
    }
    void rowsOfTheMixtureSumToOne() {
        QFETCH(int, level);
        QFETCH(int, head);
        MapRequest request;
        request.level = static_cast<MapRequest::Level>(level);
        request.layer = 4;
        request.head = head;
        const auto map = compute(request);
        QVERIFY(map.cells.size() >= 2);
        QCOMPARE(map.weights.size(), map.cells.size() * map.cells.size());
        for (std::size_t row = 0; row < map.cells.size(); ++row)
            QVERIFY(std::abs(row_sum(map, row) - 1) < 1e-4);
        for (const auto& cell : map.cells) {
            QVERIFY(cell.document);
            QVERIFY(!cell.range.empty());
            QVERIFY(!cell.label.empty());
        }
    }

    void theWindowSeesNoOtherDocument() {
        MapRequest request;
        request.level = MapRequest::Level::Document;
        request.branch = 0;
        const auto window = compute(request);
        QVERIFY(std::isnan(window.weights[1]) && std::isnan(window.weights[2]));
        QVERIFY(std::abs(window.weights[0] - 1) < 1e-4);
        request.branch = attention::kAll;
        const auto mixture = compute(request);
        QVERIFY2(mixture.weights[1] > 0 && mixture.weights[2] > 0,
                 "the long branches reach the other document");
    }

    void tokensAreNamedAndPlaced() {
        MapRequest request;
        request.level = MapRequest::Level::Token;
        request.to = 4;
        const auto map = compute(request);
        QCOMPARE(map.cells.size(), 4u);
        QCOMPARE(map.cells[0].label, std::string("[CLS]"));
        const auto text = corpus_->library->text(map.cells[2].document).text;
        const auto range = map.cells[2].range;
        QCOMPARE(QString::fromStdString(text.substr(range.begin, range.size())).trimmed(),
                 QStringLiteral("lamp"));
    }

    void poolsNeighbours() {
        MapRequest request;
        request.level = MapRequest::Level::Token;
        request.max_cells = 7;
        const auto map = compute(request);
        QCOMPARE(map.cells.size(), 7u);
        for (std::size_t row = 0; row < 7; ++row) QVERIFY(std::abs(row_sum(map, row) - 1) < 1e-4);
    }

    void senselessValuesAreNamed_data() {
        QTest::addColumn<int>("layer");
        QTest::addColumn<int>("head");
        QTest::addColumn<int>("branch");
        QTest::addColumn<int>("from");
        QTest::addColumn<QString>("named");
        QTest::newRow("layer") << 9 << -1 << -1 << 0 << "layer 9";
        QTest::newRow("head") << 0 << 12 << -1 << 0 << "head 12";
        QTest::newRow("branch") << 0 << 0 << 40 << 0 << "branch 40";
        QTest::newRow("range") << 0 << 0 << 0 << 1000000 << "range 1000000";
    }
    void senselessValuesAreNamed() {
        QFETCH(int, layer);
        QFETCH(int, head);
        QFETCH(int, branch);
        QFETCH(int, from);
        QFETCH(QString, named);
        MapRequest request;
        request.layer = layer;
        request.head = head;
        request.branch = branch;
        request.from = from;
        try {
            compute(request);
            QFAIL("it was taken");
        } catch (const std::invalid_argument& error) {
            QVERIFY2(QString(error.what()).contains(named), error.what());
        }
    }

    void isSaved() {
        const auto map = compute({});
        attention::save_map(map, corpus_->path("map.png"));
        const QImage picture(QString::fromStdString(corpus_->path("map.png").string()));
        QVERIFY(picture.width() > 1000 && picture.height() > 1000);
        attention::save_map(map, corpus_->path("map.npz"));
        QFile numbers(QString::fromStdString(corpus_->path("map.npz").string()));
        QVERIFY(numbers.open(QIODevice::ReadOnly));
        QVERIFY(numbers.readAll().contains("weights.npy"));
        QVERIFY_EXCEPTION_THROWN(attention::save_map(map, corpus_->path("map.jpg")), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(attention::save_map(map, corpus_->path("no/folder/map.png")),
                                 std::runtime_error);
    }
};

QTEST_MAIN(TestAttentionMap)
#include "test_attention_map.moc"
