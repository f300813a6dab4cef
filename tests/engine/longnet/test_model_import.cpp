// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "engine/model_import.h"
#include "engine/models.h"
#include "engine/tokenizer/tokenizer.h"
#include "tests/engine/longnet/golden_sequence.h"

using namespace corpuscope;
using namespace corpuscope::longnet;
using kernels::Precision;
namespace fs = std::filesystem;

namespace {

struct GoldenPassage {
    std::string text;
    std::vector<std::int32_t> ids;  // without [CLS] and [SEP]
    std::vector<float> vector;
};

std::vector<GoldenPassage> read_passages() {
    QFile file(QString::fromStdString(test_data("minilm/passages.jsonl").string()));
    std::vector<GoldenPassage> passages;
    if (!file.open(QIODevice::ReadOnly)) return passages;
    while (!file.atEnd()) {
        const QJsonObject line = QJsonDocument::fromJson(file.readLine()).object();
        GoldenPassage passage;
        passage.text = line["text"].toString().toStdString();
        for (const auto& id : line["wordpieces"].toArray()) passage.ids.push_back(id.toInt());
        passage.ids = {passage.ids.begin() + 1, passage.ids.end() - 1};
        for (const auto& value : line["vector"].toArray())
            passage.vector.push_back(static_cast<float>(value.toDouble()));
        passages.push_back(std::move(passage));
    }
    return passages;
}

bool is_english(const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void write(const fs::path& path, const QByteArray& content) {
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
}

/// What `work` throws, as text.
template <typename Work>
std::string error_of(Work work) {
    try {
        work();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

/// The original weights of all-MiniLM-L6-v2 are not part of the project: tests against them take its folder
/// from the environment variable CORPUSCOPE_MINILM and are skipped without it.
class TestModelImport : public QObject {
    Q_OBJECT
 private slots:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        minilm_ = qEnvironmentVariable("CORPUSCOPE_MINILM").toStdString();
        if (minilm_.empty()) return;
        import_model(minilm_, imported("bf16"), {"minilm", Storage::Bf16});
        import_model(minilm_, imported("int8"), {"minilm", Storage::Int8});
    }

    void reproducesTheOriginalVectors_data() {
        QTest::addColumn<QByteArray>("storage");
        QTest::addColumn<int>("precision");
        QTest::addColumn<double>("bound");
        QTest::newRow("bf16 weights, float32")
            << QByteArray("bf16") << static_cast<int>(Precision::F32) << 0.9999;
        QTest::newRow("bf16 weights, bf16")
            << QByteArray("bf16") << static_cast<int>(Precision::BF16) << 0.995;
        QTest::newRow("bf16 weights, int8")
            << QByteArray("bf16") << static_cast<int>(Precision::Int8) << 0.995;
        QTest::newRow("int8 weights, int8")
            << QByteArray("int8") << static_cast<int>(Precision::Int8) << 0.995;
    }
    void reproducesTheOriginalVectors() {
        QFETCH(QByteArray, storage);
        QFETCH(int, precision);
        QFETCH(double, bound);
        if (minilm_.empty()) QSKIP("CORPUSCOPE_MINILM is not set");
        Encoder encoder(load_model(imported(storage.constData())), kernels::make_backend("cpu"),
                        static_cast<Precision>(precision));
        double lowest = 1;
        for (const GoldenPassage& passage : read_passages())
            lowest = std::min(lowest, cosine(encoder.encode_alone(passage.ids), passage.vector));
        const SafetensorsFile golden(test_data("minilm/sequence.safetensors"));
        for (const auto& [name, context] : kGoldenContexts) {
            const auto vectors = encoder.encode(read_golden_units(golden), in_context(context));
            const double of_sequence = lowest_cosine(vectors, golden.floats(golden.at(name)), 384);
            qInfo("%s: lowest cosine %.6f", name, of_sequence);
            QVERIFY(of_sequence >= bound);
        }
        qInfo("passages: lowest cosine %.6f", lowest);
        QVERIFY(lowest >= bound);
    }

    void ownTokensGiveNearlyTheSameVectors() {
        if (minilm_.empty()) QSKIP("CORPUSCOPE_MINILM is not set");
        Encoder encoder(load_model(imported("bf16")), kernels::make_backend("cpu"), Precision::F32);
        const auto tokenizer = tokenizer::Tokenizer::load(imported("bf16") / "tokenizer.model");
        double sum = 0;
        int count = 0;
        for (const GoldenPassage& passage : read_passages()) {
            if (!is_english(passage.text)) continue;
            sum += cosine(encoder.encode_alone(tokenizer->encode(passage.text)), passage.vector);
            ++count;
        }
        QVERIFY(count > 0);
        qInfo("mean cosine of %d English passages: %.5f", count, sum / count);
        QVERIFY(sum / count >= 0.985);
    }

    void brokenFoldersAreNamed() {
        const fs::path source = root() / "broken";
        fs::create_directories(source);
        const auto error = [&] { return error_of([&] { import_model(source, root() / "out", {}); }); };
        QVERIFY(QString::fromStdString(error()).contains("vocab.txt"));
        write(source / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\na\n");
        QVERIFY(QString::fromStdString(error()).contains("line 6 repeats"));
        write(source / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\na\n");
        QVERIFY(QString::fromStdString(error()).contains("[SEP] is missing"));
        write(source / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n");
        QVERIFY(QString::fromStdString(error()).contains("config.json"));
        write(source / "config.json", R"({"model_type": "t5"})");
        QVERIFY(QString::fromStdString(error()).contains("\"model_type\" is \"t5\""));
    }

    void brokenModelFoldersAreNamed() {
        const fs::path model = root() / "model";
        fs::create_directories(model);
        const fs::path original = find_model("default");
        const auto error = [&] { return error_of([&] { load_model(model); }); };
        QVERIFY(QString::fromStdString(error()).contains("config.json"));
        fs::copy_file(original / "config.json", model / "config.json");
        QVERIFY(QString::fromStdString(error()).contains("model.safetensors"));
        fs::copy_file(original / "model.safetensors", model / "model.safetensors");
        Config config = read_config(model / "config.json");
        config.vocabulary = 999;
        write_config(model / "config.json", config);
        QVERIFY(
            QString::fromStdString(error()).contains("word_embeddings.weight has the shape [29528, 384]"));
        config.heads = 7;
        write_config(model / "config.json", config);
        QVERIFY(QString::fromStdString(error()).contains("\"heads\" does not divide"));
        fs::resize_file(model / "model.safetensors", fs::file_size(model / "model.safetensors") / 2);
        fs::copy_file(original / "config.json", model / "config.json", fs::copy_options::overwrite_existing);
        QVERIFY(QString::fromStdString(error()).contains("cut short"));
    }

    void unknownModelListsWhereItLooked() {
        const QString error = QString::fromStdString(error_of([] { find_model("no-such-model"); }));
        QVERIFY(error.contains("no-such-model") && error.contains("corpuscope/models"));
    }

 private:
    fs::path root() const { return folder_.path().toStdString(); }
    fs::path imported(const char* storage) const { return root() / storage; }
    QTemporaryDir folder_;
    std::string minilm_;
};

QTEST_GUILESS_MAIN(TestModelImport)
#include "test_model_import.moc"
