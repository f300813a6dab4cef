// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <limits>

#include "engine/longnet/half.h"
#include "engine/longnet/safetensors.h"
#include "engine/longnet/sha256.h"

using namespace corpuscope::longnet;

namespace {

QByteArray file_of(const QByteArray& header, int data_bytes) {
    const auto length = static_cast<quint64>(header.size());
    QByteArray bytes(reinterpret_cast<const char*>(&length), sizeof(length));
    return bytes + header + QByteArray(data_bytes, '\0');
}

/// What reading the file says, or "" where it can be read.
std::string error_of(const QString& path, const QByteArray& content) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        return "cannot write the test file";
    file.close();
    try {
        SafetensorsFile(path.toStdString());
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

class TestSafetensors : public QObject {
    Q_OBJECT
 private slots:
    void readsWhatItWrote() {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "x.safetensors";
        const std::vector<float> floats = {1.5f, -2.0f, 0.0f, 1e-30f, 3.0f, 4.0f};
        const std::vector<std::int32_t> numbers = {7, -8};
        const std::vector<Tensor> tensors = {
            {"floats", TensorType::F32, {2, 3}, std::as_bytes(std::span(floats))},
            {"numbers", TensorType::I32, {2}, std::as_bytes(std::span(numbers))},
            {"none", TensorType::F32, {0, 4}, {}}};
        write_safetensors(path, tensors, {{"case", "a \"quoted\" note"}});
        const SafetensorsFile file(path);
        QCOMPARE(file.tensors().size(), std::size_t{3});
        QCOMPARE(file.metadata().at("case"), std::string("a \"quoted\" note"));
        QCOMPARE(file.floats(file.at("floats")), floats);
        QCOMPARE(file.at("floats").shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(file.integers(file.at("numbers")), numbers);
        QVERIFY_EXCEPTION_THROWN(file.floats(file.at("numbers")), std::runtime_error);
        QVERIFY_EXCEPTION_THROWN(file.at("missing"), std::runtime_error);
    }

    void namesWhatIsWrong_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("reason");
        const QByteArray good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
        QTest::newRow("good") << file_of(good, 8) << "";
        QTest::newRow("empty") << QByteArray() << "not a safetensors file";
        QTest::newRow("data cut short") << file_of(good, 7) << "tensor a: the file is cut short";
        QTest::newRow("header cut short") << file_of(good, 8).left(20) << "cut short";
        QTest::newRow("no JSON") << file_of("{\"a\":", 8) << "header cannot be read";
        QTest::newRow("type") << file_of(R"({"a":{"dtype":"F3","shape":[2],"data_offsets":[0,8]}})", 8)
                              << "tensor a: unknown dtype \"F3\"";
        QTest::newRow("shape") << file_of(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8)
                               << "tensor a: shape [3] of F32 does not fill its 8 bytes";
        QTest::newRow("overflow")
            << file_of(R"({"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]}})", 8)
            << "does not fill";
        QTest::newRow("offsets") << file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8)
                                 << "data_offsets make no sense";
        QTest::newRow("no shape") << file_of(R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", 8)
                                  << "\"shape\" is missing";
    }
    void namesWhatIsWrong() {
        QFETCH(QByteArray, content);
        QFETCH(QString, reason);
        const QTemporaryDir folder;
        const QString path = folder.filePath("broken.safetensors");
        const QString error = QString::fromStdString(error_of(path, content));
        QCOMPARE(error.isEmpty(), reason.isEmpty());
        if (reason.isEmpty()) return;
        QVERIFY2(error.startsWith(path), qPrintable(error));
        QVERIFY2(error.contains(reason), qPrintable(error));
    }

    void halvesRoundTrip() {
        QCOMPARE(bf16_to_float(float_to_bf16(1.0f)), 1.0f);
        QCOMPARE(bf16_to_float(float_to_bf16(1.00390625f)), 1.0f);       // half way: to even
        QCOMPARE(bf16_to_float(float_to_bf16(1.01171875f)), 1.015625f);  // half way: to even
        QVERIFY(std::isnan(bf16_to_float(float_to_bf16(std::numeric_limits<float>::quiet_NaN()))));
        QCOMPARE(fp16_to_float(0x3C00), 1.0f);
        QCOMPARE(fp16_to_float(0xC000), -2.0f);
        QCOMPARE(fp16_to_float(0x0001), std::ldexp(1.0f, -24));
        QVERIFY(std::isinf(fp16_to_float(0x7C00)));
    }

    /// Digests of FIPS 180-4's examples.
    void hashes() {
        const auto hash = [](std::string_view text) { return sha256_hex(std::as_bytes(std::span(text))); };
        QCOMPARE(hash(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(hash("abc"),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                 std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    }
};

QTEST_GUILESS_MAIN(TestSafetensors)
#include "test_safetensors.moc"
