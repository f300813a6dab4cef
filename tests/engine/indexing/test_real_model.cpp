// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The indexer with the model that the program comes with: passage vectors are the means over the positions of
// their units.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>

#include "engine/indexing/indexer.h"
#include "engine/models.h"
#include "kernels/backend.h"

using namespace corpuscope;
using namespace corpuscope::indexing;

namespace {

/// All hidden states of the last layer.
struct Recorder final : longnet::Observer {
    explicit Recorder(std::int64_t width) : dimension(width) {}
    void hidden(std::int64_t begin, std::int64_t count, const float* given) override {
        states.resize(std::max(states.size(), static_cast<std::size_t>((begin + count) * dimension)));
        std::copy_n(given, count * dimension, states.begin() + begin * dimension);
    }
    std::int64_t dimension;
    std::vector<float> states;
};

}  // namespace

class TestRealModel : public QObject {
    Q_OBJECT

 private slots:
    void passages_are_means_over_positions();
};

void TestRealModel::passages_are_means_over_positions() {
    const auto folder = find_model("default");
    const auto tokenizer = tokenizer::Tokenizer::load(folder / "tokenizer.model");
    longnet::Encoder encoder(longnet::load_model(folder), kernels::make_backend("cpu", 1),
                             kernels::Precision::F32);
    const std::int64_t d = encoder.model().config.d_model;

    const QTemporaryDir temporary;
    const std::filesystem::path root = std::filesystem::canonical(temporary.path().toStdString());
    std::filesystem::create_directory(root / "docs");
    std::string text;
    for (int s = 0; s < 24; ++s) {
        text += "The committee of the harbour met on day " + std::to_string(s * 7 + 1) +
                " and heard about cranes, tides and the price of coal. Nobody objected. ";
    }
    std::ofstream(root / "docs" / "a.txt") << text;
    const auto library = library::Library::open(root / "test.corpuscope", library::OpenMode::ReadWrite);
    const std::vector<std::filesystem::path> paths = {root / "docs"};
    const Report report = Indexer(*library, encoder, tokenizer).add(paths, {});
    QCOMPARE(report.added, 1);
    QVERIFY(library->counts().model.starts_with(encoder.model().config.name));

    const auto id = library->documents().front().id;
    const auto stored_units = library->units(id);
    longnet::Units units{stored_units.ids, stored_units.offsets, {}};
    units.document.assign(stored_units.ranges.size(), 0);
    Recorder recorder(d);
    encoder.encode(units, {}, &recorder);
    const auto layout = longnet::lay_out(units, encoder.model().config);
    const auto vectors = library->vectors(id);
    const auto passages = library->passages(id);
    QVERIFY(passages.size() > 1);
    for (std::size_t p = 0; p < passages.size(); ++p) {
        std::vector<double> sum(static_cast<std::size_t>(d));
        for (auto u = passages[p].first_unit; u < passages[p].first_unit + passages[p].units; ++u) {
            for (auto at = layout.unit_begin[u]; at < layout.unit_begin[u] + layout.unit_length[u]; ++at) {
                for (std::int64_t i = 0; i < d; ++i) sum[i] += recorder.states[at * d + i];
            }
        }
        double square = 0, product = 0;
        for (std::int64_t i = 0; i < d; ++i) {
            square += sum[i] * sum[i];
            product += sum[i] * vectors->passages[p * d + i];
        }
        QVERIFY2(product / std::sqrt(square) > 0.9999,
                 qPrintable(QString::number(product / std::sqrt(square))));
    }
    QCOMPARE(library->verify(), std::vector<std::string>{});
}

QTEST_GUILESS_MAIN(TestRealModel)
#include "test_real_model.moc"
