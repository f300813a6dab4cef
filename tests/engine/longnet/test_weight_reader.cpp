// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Weights stored in whole numbers and with absent rows: what they stand for, and that whatever does not fit
// is an error that names the file and the tensor.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <limits>

#include "engine/longnet/weight_reader.h"

using namespace corpuscope::longnet;

namespace {

/// Tensors with the bytes that they point to.
class Tensors {
 public:
    template <typename Number>
    void set(const std::string& name, TensorType type, std::vector<std::int64_t> shape,
             const std::vector<Number>& values) {
        const auto bytes = std::as_bytes(std::span(values));
        stored_[name] = {type, std::move(shape), {bytes.begin(), bytes.end()}};
    }
    void set(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values) {
        set(name, TensorType::F32, std::move(shape), values);
    }
    void remove(const std::string& name) { stored_.erase(name); }

    void write(const std::filesystem::path& path) const {
        std::vector<Tensor> tensors;
        for (const auto& [name, stored] : stored_)
            tensors.push_back({name, stored.type, stored.shape, stored.bytes});
        write_safetensors(path, tensors);
    }

 private:
    struct Stored {
        TensorType type = TensorType::F32;
        std::vector<std::int64_t> shape;
        std::vector<std::byte> bytes;
    };
    std::map<std::string, Stored> stored_;
};

const std::string kTable = kTokenTable;

/// An encoder without layers, of 5 tokens and 4 columns: rows 1, 2 and 4 of its token table are absent.
Config small_config() {
    Config config;
    config.d_model = 4;
    config.max_positions = 2;
    config.vocabulary = 5;
    return config;
}

Tensors small_model() {
    Tensors tensors;
    tensors.set<std::int8_t>(kTable, TensorType::I8, {2, 4}, {1, -1, 127, -128, 0, 2, 3, 4});
    tensors.set<std::uint8_t>(kTable + kLowSuffix, TensorType::U8, {2, 2}, {0xF1, 0x0F, 0x20, 0x43});
    tensors.set(kTable + kScaleSuffix, {2, 2}, {1.0F, 0.5F, 2.0F, 0.25F});
    tensors.set<std::int32_t>(kTable + kAbsentSuffix, TensorType::I32, {2, 2}, {1, 2, 4, 1});
    tensors.set("embeddings.position_embeddings.weight", {2, 4}, std::vector<float>(8, 1.0F));
    tensors.set("embeddings.token_type_embeddings.weight", {1, 4}, std::vector<float>(4, 2.0F));
    tensors.set("embeddings.LayerNorm.weight", {4}, std::vector<float>(4, 3.0F));
    tensors.set("embeddings.LayerNorm.bias", {4}, std::vector<float>(4, 4.0F));
    return tensors;
}

std::string error_of(const std::filesystem::path& path) {
    try {
        read_weights(SafetensorsFile(path), small_config());
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

class TestWeightReader : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path path_ = std::filesystem::path(folder_.path().toStdString()) / "model.safetensors";

 private slots:
    void twelveBitsAndAbsentRows() {
        small_model().write(path_);
        const Weights weights = read_weights(SafetensorsFile(path_), small_config());
        // 16 times the high byte, plus four bits, times the scale of each half row.
        const std::vector<float> expected = {17, -1, 0.5F * 2047, 0.5F * -2048,  // row 0
                                             0,  0,  0,           0,
                                             0,  0,  0,           0,           // absent
                                             0,  68, 0.25F * 51,  0.25F * 68,  // row 3
                                             0,  0,  0,           0};          // absent
        QCOMPARE(weights.tokens, expected);
        QCOMPARE(weights.segment, std::vector<float>(4, 2.0F));
    }

    void whatDoesNotFitIsNamed_data() {
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<int>("type");
        QTest::addColumn<QList<qint64>>("shape");
        QTest::addColumn<QList<int>>("numbers");  ///< empty: the tensor is missing
        const QString low = QString::fromStdString(kTable + kLowSuffix),
                      scale = QString::fromStdString(kTable + kScaleSuffix),
                      absent = QString::fromStdString(kTable + kAbsentSuffix),
                      table = QString::fromStdString(kTable);
        const auto add = [](const char* name, const QString& tensor, TensorType type, QList<qint64> shape,
                            QList<int> numbers) {
            QTest::newRow(name) << tensor << static_cast<int>(type) << shape << numbers;
        };
        add("too few low bits", low, TensorType::U8, {2, 1}, {1, 2});
        add("low bits of another row", low, TensorType::U8, {3, 2}, {1, 2, 3, 4, 5, 6});
        add("low bits in one dimension", low, TensorType::U8, {4}, {1, 2, 3, 4});
        add("low bits with a sign", low, TensorType::I8, {2, 2}, {1, 2, 3, 4});
        add("no scale", scale, TensorType::F32, {}, {});
        add("scales of too few rows", scale, TensorType::F32, {1, 2}, {1, 1});
        add("scales that do not divide a row", scale, TensorType::F32, {2, 3}, {1, 1, 1, 1, 1, 1});
        add("more scales than columns", scale, TensorType::F32, {2, 8}, QList<int>(16, 1));
        add("scales in one dimension", scale, TensorType::F32, {2}, {1, 1});
        add("rows without a scale", scale, TensorType::F32, {2, 0}, {});
        add("scales in whole numbers", scale, TensorType::I32, {2, 2}, {1, 1, 1, 1});
        add("absent rows beyond the table", absent, TensorType::I32, {2, 2}, {1, 2, 4, 2});
        add("absent rows that overlap", absent, TensorType::I32, {2, 2}, {1, 2, 2, 1});
        add("absent rows out of order", absent, TensorType::I32, {2, 2}, {4, 1, 1, 2});
        add("absent rows before the first", absent, TensorType::I32, {2, 2}, {-1, 2, 4, 1});
        add("a negative number of absent rows", absent, TensorType::I32, {2, 2}, {1, -2, 4, 1});
        add("absent rows up to 2^32", absent, TensorType::I32, {1, 2}, {0x7fffffff, 0x7fffffff});
        add("absent rows without their number", absent, TensorType::I32, {3}, {1, 2, 4});
        add("absent rows as fractions", absent, TensorType::F32, {2, 2}, {1, 2, 4, 1});
        add("fewer absent rows than the table lacks", absent, TensorType::I32, {1, 2}, {1, 2});
        add("more absent rows than the table lacks", absent, TensorType::I32, {1, 2}, {1, 4});
        add("a table without absent rows", absent, TensorType::I32, {}, {});
        add("a table of too few columns", table, TensorType::I8, {2, 3}, {1, 2, 3, 4, 5, 6});
        add("a table of no known storage", table, TensorType::I32, {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
    }

    void whatDoesNotFitIsNamed() {
        QFETCH(QString, tensor);
        QFETCH(int, type);
        QFETCH(QList<qint64>, shape);
        QFETCH(QList<int>, numbers);
        const std::string name = tensor.toStdString();
        const std::vector<std::int64_t> dimensions(shape.begin(), shape.end());
        Tensors tensors = small_model();
        const auto set = [&]<typename Number>() {
            tensors.set(name, static_cast<TensorType>(type), dimensions,
                        std::vector<Number>(numbers.begin(), numbers.end()));
        };
        switch (static_cast<TensorType>(type)) {
            case TensorType::F32:
                set.operator()<float>();
                break;
            case TensorType::I32:
                set.operator()<std::int32_t>();
                break;
            case TensorType::I8:
                set.operator()<std::int8_t>();
                break;
            default:
                set.operator()<std::uint8_t>();
        }
        if (shape.isEmpty()) tensors.remove(name);
        tensors.write(path_);
        const QString error = QString::fromStdString(error_of(path_));
        QVERIFY2(error.startsWith(QString::fromStdString(path_.string())), qPrintable(error));
        QVERIFY2(error.contains("tensor " + QString::fromStdString(kTable)), qPrintable(error));
    }

    void rowsAbsentAtBothEnds() {
        Tensors tensors = small_model();
        tensors.set<std::int32_t>(kTable + kAbsentSuffix, TensorType::I32, {3, 2}, {0, 1, 2, 1, 4, 1});
        tensors.set(kTable, {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
        tensors.write(path_);
        const std::vector<float> expected = {0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 7, 8, 0, 0, 0, 0};
        QCOMPARE(read_weights(SafetensorsFile(path_), small_config()).tokens, expected);
    }

    void numbersThatAreNotFiniteAreNamed_data() {
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<QList<qint64>>("shape");
        for (const auto& [tensor, shape] : std::initializer_list<std::pair<std::string, QList<qint64>>>{
                 {kTable + kScaleSuffix, {2, 2}},
                 {"embeddings.position_embeddings.weight", {2, 4}},
                 {"embeddings.token_type_embeddings.weight", {1, 4}},
                 {"embeddings.LayerNorm.weight", {4}},
                 {"embeddings.LayerNorm.bias", {4}}})
            QTest::newRow(tensor.c_str()) << QString::fromStdString(tensor) << shape;
    }
    void numbersThatAreNotFiniteAreNamed() {
        QFETCH(QString, tensor);
        QFETCH(QList<qint64>, shape);
        qint64 count = 1;
        for (const qint64 extent : shape) count *= extent;
        for (const float bad :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            std::vector<float> values(static_cast<std::size_t>(count), 1.0F);
            values[2] = bad;
            Tensors tensors = small_model();
            tensors.set(tensor.toStdString(), {shape.begin(), shape.end()}, values);
            tensors.write(path_);
            const QString error = QString::fromStdString(error_of(path_));
            QVERIFY2(error.startsWith(QString::fromStdString(path_.string())), qPrintable(error));
            QVERIFY2(error.contains("tensor " + tensor + " holds"), qPrintable(error));
            QVERIFY2(error.endsWith("element 2"), qPrintable(error));
        }
    }

    void cutAnywhereIsAnError() {
        small_model().write(path_);
        QCOMPARE(error_of(path_), std::string());
        QFile file(QString::fromStdString(path_.string()));
        for (qint64 size = file.size() - 1; size >= 0; --size) {
            QVERIFY(file.resize(size));
            const QString error = QString::fromStdString(error_of(path_));
            QVERIFY2(error.startsWith(QString::fromStdString(path_.string())), qPrintable(error));
        }
    }
};

QTEST_GUILESS_MAIN(TestWeightReader)
#include "test_weight_reader.moc"
