// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// config.json of a model: a setting that makes no sense is an error that names file, setting and value.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "engine/longnet/model.h"

using namespace corpuscope::longnet;

class TestConfig : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString file_ = folder_.filePath("config.json");

    static Config small() {
        Config config;
        config.layers = 2;
        config.heads = 4;
        config.d_model = 32;
        config.d_ffn = 64;
        config.max_positions = 512;
        config.vocabulary = 1000;
        return config;
    }

 private slots:
    void whatIsWrittenIsRead() {
        Config config = small();
        config.name = "a \"small\" one";
        config.outer_gate = -7.25F;
        config.layer_norm_epsilon = 1e-7F;
        write_config(file_.toStdString(), config);
        const Config read = read_config(file_.toStdString());
        QCOMPARE(read.name, config.name);
        QCOMPARE(read.outer_gate, config.outer_gate);
        QCOMPARE(read.layer_norm_epsilon, config.layer_norm_epsilon);
        QCOMPARE(read.vocabulary, config.vocabulary);
    }

    void nonsenseIsNamed_data() {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QByteArray>("setting");
        const auto row = [](const char* from, const char* to, const char* setting) {
            QTest::addRow("%s", to) << QByteArray(from) << QByteArray(to) << QByteArray(setting);
        };
        row("\"heads\": 4", "\"heads\": 5", "heads");
        row("\"heads\": 4", "\"heads\": 0", "heads");
        row("\"layers\": 2", "\"layers\": -1", "layers");
        row("\"layers\": 2", "\"layers\": \"two\"", "layers");
        row("\"window\": 256", "\"window\": 513", "window");
        row("\"window\": 256", "\"window\": 2.5", "window");
        row("\"branch_growth\": 4", "\"branch_growth\": 1", "branch_growth");
        row("\"unit_tokens\": 16", "\"unit_tokens\": 255", "unit_tokens");
        row("\"cls_id\": 101", "\"cls_id\": 1000", "cls_id");
        row("\"outer_gate\": -2", "\"outer_gate\": 1e39", "outer_gate");
        row("\"layer_norm_epsilon\": ", "\"layer_norm_epsilon\": -", "layer_norm_epsilon");
        row("\"vocabulary\"", "\"words\"", "vocabulary");
    }
    void nonsenseIsNamed() {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QByteArray, setting);
        write_config(file_.toStdString(), small());
        QFile file(file_);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray json = file.readAll();
        QVERIFY(json.contains(from));
        json.replace(from, to);
        QVERIFY(file.resize(0) && file.seek(0));
        file.write(json);
        file.close();
        QByteArray error = "accepted";
        try {
            read_config(file_.toStdString());
        } catch (const std::runtime_error& refused) {
            error = refused.what();
        }
        QVERIFY2(error.startsWith(file_.toUtf8()), error);
        QVERIFY2(error.contains('"' + setting + '"'), error);
    }
};

QTEST_GUILESS_MAIN(TestConfig)
#include "test_config.moc"
