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

QByteArray read(const fs::path& path) {
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A BERT of one layer whose vocab.txt has 7 pieces and whose table has `rows`.
void write_small_bert(const fs::path& folder, std::int64_t rows) {
    constexpr std::int64_t d = 32, ffn = 64;
    const std::vector<float> zeros(static_cast<std::size_t>(ffn * d));
    std::vector<Tensor> tensors;
    const auto add = [&](const std::string& name, const std::vector<std::int64_t>& shape) {
        std::int64_t size = 1;
        for (const auto extent : shape) size *= extent;
        tensors.push_back({name, TensorType::F32, shape,
                           std::as_bytes(std::span(zeros).first(static_cast<std::size_t>(size)))});
    };
    const auto add_linear = [&](const std::string& name, std::int64_t out, std::int64_t in) {
        add(name + ".weight", {out, in});
        add(name + ".bias", {out});
    };
    const auto add_norm = [&](const std::string& name) {
        add(name + ".weight", {d});
        add(name + ".bias", {d});
    };
    add("embeddings.word_embeddings.weight", {rows, d});
    add("embeddings.position_embeddings.weight", {64, d});
    add("embeddings.token_type_embeddings.weight", {2, d});
    add_norm("embeddings.LayerNorm");
    const std::string layer = "encoder.layer.0.";
    for (const auto* part : {"query", "key", "value"}) add_linear(layer + "attention.self." + part, d, d);
    add_linear(layer + "attention.output.dense", d, d);
    add_norm(layer + "attention.output.LayerNorm");
    add_linear(layer + "intermediate.dense", ffn, d);
    add_linear(layer + "output.dense", d, ffn);
    add_norm(layer + "output.LayerNorm");
    fs::create_directories(folder);
    write_safetensors(folder / "model.safetensors", tensors);
    write(folder / "config.json",
          R"({"model_type": "bert", "num_hidden_layers": 1, "num_attention_heads": 1, "hidden_size": 32,
              "intermediate_size": 64, "max_position_embeddings": 64, "vocab_size": )" +
              QByteArray::number(static_cast<qlonglong>(rows)) + "}");
    write(folder / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\n##c\n");
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

    void nothingButAnImportedModelIsReplaced() {
        const fs::path source = root() / "small";
        write_small_bert(source, 7);
        const auto error = [&](const fs::path& out) {
            return QString::fromStdString(error_of([&] { import_model(source, out, {{}, Storage::Bf16}); }));
        };
        const QByteArray config = read(source / "config.json");
        fs::create_directory_symlink(source, root() / "link");
        for (const fs::path& out : {source, source / "", source / "..", source / "inside", root() / "link",
                                    root() / "link" / "inside", root()}) {
            QVERIFY2(error(out).contains("; choose another"), out.c_str());
            QCOMPARE(read(source / "config.json"), config);
        }
        QVERIFY(!fs::exists(source / "tokenizer.model") && !fs::exists(source / "inside"));

        const fs::path notes = root() / "notes";
        fs::create_directory(notes);
        write(notes / "README.md", "What I have to do");
        QVERIFY(error(notes).contains("is not empty"));
        write(notes / "config.json", "{}");
        QVERIFY(error(notes).contains("is not empty"));
        QVERIFY(error(notes / "README.md").contains("is not a folder"));
        QCOMPARE(read(notes / "README.md"), QByteArray("What I have to do"));

        fs::create_directory(root() / "new");
        for (int i = 0; i < 2; ++i) QCOMPARE(error(root() / "new"), QString());  // empty, then imported
        QCOMPARE(error(root() / "deep/er/"), QString());
        for (const fs::path& out : {root() / "new", root() / "deep/er"}) {
            QCOMPARE(load_model(out)->config.vocabulary, 7);
            QCOMPARE(load_model(out)->config.cls_id, 2);
            QCOMPARE(load_model(out)->config.sep_id, 3);
            QVERIFY(fs::exists(out / "tokenizer.model"));
        }
        QCOMPARE(std::distance(fs::directory_iterator(root() / "deep"), {}), 1);
    }

    // What int8 is rounded for is measured with the vocabulary's own beginning and end of a unit.
    void aSmallVocabularyInInt8() {
        write_small_bert(root() / "seven", 7);
        import_model(root() / "seven", root() / "of-seven", {{}, Storage::Int8});
        QCOMPARE(load_model(root() / "of-seven")->config.cls_id, 2);
    }

    void morePiecesThanRowsAreRefused() {
        const fs::path source = root() / "too-long";
        write_small_bert(source, 6);
        const fs::path out = root() / "of-too-long";
        const auto error = QString::fromStdString(error_of([&] {
            import_model(source, out, {{}, Storage::Bf16});
        }));
        QVERIFY2(error.contains("vocab.txt: has 7 pieces") && error.endsWith("is 6"), qPrintable(error));
        QVERIFY2(!fs::exists(out) && !fs::exists(root() / "of-too-long.importing"),
                 "nothing is left of an import that failed");
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
