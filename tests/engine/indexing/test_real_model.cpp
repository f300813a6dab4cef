// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The indexer with the model that the program comes with: passage vectors are the means over the positions of
// their units, and later documents are read in the context of the earlier ones.
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
    void initTestCase() {
        const auto folder = find_model("default");
        tokenizer_ = tokenizer::Tokenizer::load(folder / "tokenizer.model");
        encoder_ = std::make_unique<longnet::Encoder>(
            longnet::load_model(folder), kernels::make_backend("cpu", 1), kernels::Precision::F32);
    }
    void init() {
        temporary_ = std::make_unique<QTemporaryDir>();
        root_ = std::filesystem::canonical(temporary_->path().toStdString());
        std::filesystem::create_directory(root_ / "docs");
        library_ = library::Library::open(root_ / "test.corpuscope", library::OpenMode::ReadWrite);
    }
    void cleanup() { QCOMPARE(library_->verify(), std::vector<std::string>{}); }

    void passages_are_means_over_positions();
    void a_later_document_is_read_behind_the_others();

 private:
    void write(const std::string& name, int first, int sentences) {
        std::ofstream file(root_ / "docs" / name);
        for (int s = first; s < first + sentences; ++s)
            file << "The committee of the harbour met on day " << s * 7 + 1
                 << " and heard about cranes, tides and the price of coal. Nobody objected. ";
    }
    Report add() {
        const std::vector<std::filesystem::path> paths = {root_ / "docs"};
        return Indexer(*library_, *encoder_, tokenizer_).add(paths, {});
    }
    longnet::Units units_of(DocumentId id) {
        const auto stored = library_->units(id);
        longnet::Units units{stored.ids, stored.offsets, {}};
        units.document.assign(stored.ranges.size(), 0);
        return units;
    }

    std::shared_ptr<const tokenizer::Tokenizer> tokenizer_;
    std::unique_ptr<longnet::Encoder> encoder_;
    std::unique_ptr<QTemporaryDir> temporary_;
    std::filesystem::path root_;
    std::unique_ptr<library::Library> library_;
};

void TestRealModel::passages_are_means_over_positions() {
    longnet::Encoder& encoder = *encoder_;
    const std::int64_t d = encoder.model().config.d_model;
    write("a.txt", 0, 24);
    QCOMPARE(add().added, 1);
    QVERIFY(library_->counts().model.starts_with(encoder.model().config.name));

    const auto id = library_->documents().front().id;
    const longnet::Units units = units_of(id);
    Recorder recorder(d);
    encoder.encode(units, {}, &recorder);
    const auto layout = longnet::lay_out(units, encoder.model().config);
    const auto vectors = library_->vectors(id);
    const auto passages = library_->passages(id);
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
}

void TestRealModel::a_later_document_is_read_behind_the_others() {
    write("a.txt", 0, 60);
    add();
    write("b.txt", 100, 12);
    const Report report = add();
    const auto documents = library_->documents();
    QCOMPARE(report.tokens_encoded, documents[1].tokens);

    longnet::KeptContext kept;
    longnet::EncodeOptions options;
    options.keep = &kept;
    encoder_->encode(units_of(documents[0].id), options);
    options.keep = nullptr;
    const longnet::Units later = units_of(documents[1].id);
    const auto alone = encoder_->encode(later, options);
    options.before = {&kept, 1};
    const auto behind = encoder_->encode(later, options);
    const auto stored = library_->vectors(documents[1].id);
    // Little attends that far, and the library rounds: how far from `alone` the stored vectors lie towards
    // `behind`, over all of them.
    double along = 0, whole = 0;
    for (std::size_t i = 0; i < stored->units.size(); ++i) {
        const double difference = static_cast<double>(behind[i]) - alone[i];
        along += difference * (static_cast<double>(stored->units[i]) - alone[i]);
        whole += difference * difference;
    }
    QVERIFY(whole > 0);
    QVERIFY2(std::abs(along / whole - 1) < 0.2, qPrintable(QString::number(along / whole)));
}

QTEST_GUILESS_MAIN(TestRealModel)
#include "test_real_model.moc"
