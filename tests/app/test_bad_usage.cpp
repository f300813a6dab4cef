// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What the program says when it is asked for something that cannot be done.
#include <QDir>
#include <QFile>
#include <QTest>
#include <limits>
#include <span>
#include <vector>

#include "engine/longnet/safetensors.h"
#include "tests/app/program.h"

using corpuscope::tests::Outcome;
using corpuscope::tests::Program;
using corpuscope::tests::write_documents;
using corpuscope::tests::write_file;

class TestBadUsage : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString at(const QString& name) const { return folder_.filePath(name); }
    Program program(const QString& library = QStringLiteral("library")) const {
        return {CORPUSCOPE_PROGRAM, at(library)};
    }

 private slots:
    void helpAndVersion() {
        const auto help = program().run({"--help"});
        QCOMPARE(help.code, 0);
        for (const auto* verb :
             {"add", "status", "ask", "search", "evaluate", "summarize", "text", "attention", "export",
              "encode", "verify", "compact", "remove", "model", "bench"})
            QVERIFY2(help.out.contains(QByteArray("\n  ") + verb), verb);
        QVERIFY(program().run({"--version"}).out.startsWith("corpuscope "));
        QCOMPARE(program().run({"ask", "--help"}).code, 0);
    }

    void optionsOfTheWindowBeforeAVerb() {
        const auto outcome = program().run({"--library", at("other"), "status"});
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains("--library before 'status'"), outcome.error);
    }

    void aWindowWithoutADisplay() {
        qunsetenv("WAYLAND_DISPLAY");
        const auto outcome = program().run({});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.error.contains("there is no display"), outcome.error);
    }

    void nothingIsWrittenOverTheLibrary() {
        write_documents(at("kept"));
        const auto with_documents = program("kept.npz");
        QCOMPARE(with_documents.run({"add", at("kept")}).code, 0);
        for (const QStringList& arguments :
             {QStringList{"export", at("kept.npz")}, QStringList{"attention", "--out", at("kept.npz")}}) {
            const auto outcome = with_documents.run(arguments);
            QCOMPARE(outcome.code, 1);
            QVERIFY2(outcome.error.contains("is the library itself"), outcome.error);
        }
        const auto manifest = with_documents.run({"export", at("manifest.json"), "--format", "jsonl"});
        QCOMPARE(manifest.code, 1);
        QVERIFY2(manifest.error.contains("the name of the manifest"), manifest.error);
        QCOMPARE(with_documents.run({"verify"}).code, 0);
    }

    void wrongWords_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("hint");
        QTest::newRow("verb") << QStringList{"serach", "x"} << QByteArray("did you mean 'search'?");
        QTest::newRow("option") << QStringList{"status", "--jsn"} << QByteArray("'corpuscope status --help'");
        QTest::newRow("no argument") << QStringList{"add"} << QByteArray("PATH");
        QTest::newRow("number") << QStringList{"ask", "x", "--limit", "many"} << QByteArray("--limit");
        QTest::newRow("range") << QStringList{"ask", "x", "--limit", "0"} << QByteArray("--limit");
        QTest::newRow("mode") << QStringList{"search", "x", "--mode", "magic"} << QByteArray("--mode");
        QTest::newRow("neither question nor batch") << QStringList{"ask"} << QByteArray("--batch");
        QTest::newRow("half a verb") << QStringList{"model"} << QByteArray("'corpuscope model --help'");
        QTest::newRow("map's ending") << QStringList{"attention", "--out", "map.jpg"} << QByteArray(".png");
        QTest::newRow("export's ending") << QStringList{"export", "vectors.xlsx"} << QByteArray("--format");
        for (const auto* option : {"--layer", "--head", "--branch", "--from", "--to"})
            QTest::addRow("negative %s", option)
                << QStringList{"attention", "--out", "map.png", option, "-1"} << QByteArray(option);
        QTest::newRow("empty range") << QStringList{"attention", "--out", "map.png", "--from",
                                                    "5",         "--to",  "5"}
                                     << QByteArray("--to: 5 is not after --from 5");
        QTest::newRow("turned range") << QStringList{"text", "a.txt", "--from", "5", "--to", "4"}
                                      << QByteArray("--to: 4 is before --from 5");
        QTest::newRow("branches") << QStringList{"bench", "attention", "--segments", "8,16", "--rates", "1"}
                                  << QByteArray("--rates");
    }
    void wrongWords() {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, hint);
        const auto outcome = program().run(arguments);
        QCOMPARE(outcome.code, 2);
        QVERIFY(outcome.out.isEmpty());
        QVERIFY2(outcome.error.startsWith("corpuscope: "), outcome.error);
        QVERIFY2(outcome.error.contains(hint), outcome.error);
    }

    void missingThings_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("named");
        QTest::newRow("no library: status") << QStringList{"status"} << at("library");
        QTest::newRow("no library: ask") << QStringList{"ask", "x"} << at("library");
        QTest::newRow("no library: verify") << QStringList{"verify"} << at("library");
        QTest::newRow("no path") << QStringList{"add", at("nowhere")} << at("nowhere");
        QTest::newRow("no batch") << QStringList{"ask", "--batch", at("nowhere.jsonl")}
                                  << at("nowhere.jsonl");
        QTest::newRow("no questions") << QStringList{"evaluate", at("nowhere.jsonl")} << at("nowhere.jsonl");
        QTest::newRow("no tensor file")
            << QStringList{"encode", at("no.safetensors"), at("out.npy")} << at("no.safetensors");
        QTest::newRow("no model") << QStringList{"model", "info", "no-such-model"}
                                  << QString("no-such-model");
    }
    void missingThings() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, named);
        if (arguments.first() == "ask" && arguments.contains("--batch")) {
            write_documents(at("documents"));
            QCOMPARE(program("library-for-batch").run({"add", at("documents")}).code, 0);
            const auto outcome = program("library-for-batch").run(arguments);
            QCOMPARE(outcome.code, 1);
            QVERIFY2(outcome.error.contains(named.toUtf8()), outcome.error);
            return;
        }
        const auto outcome = program().run(arguments);
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.error.startsWith("corpuscope: "), outcome.error);
        QVERIFY2(outcome.error.contains(named.toUtf8()), outcome.error);
        QVERIFY(!QFile::exists(at("out.npy")));
    }

    void noLibraryYetSaysWhatToDo() {
        const auto outcome = program().run({"ask", "x"});
        QVERIFY2(outcome.error.contains("corpuscope add FOLDER"), outcome.error);
    }

    void notALibrary() {
        write_file(at("letter.txt"), QByteArray("Dear reader, ").repeated(500));
        for (const auto& arguments :
             {QStringList{"status"}, QStringList{"verify"}, QStringList{"add", at("letter.txt")}}) {
            const auto outcome = program("letter.txt").run(arguments);
            QCOMPARE(outcome.code, 1);
            QVERIFY2(outcome.error.contains(at("letter.txt").toUtf8()), outcome.error);
        }
        QFile letter(at("letter.txt"));
        QVERIFY(letter.open(QIODevice::ReadOnly));
        QVERIFY2(letter.readAll().startsWith("Dear reader"), "a file that is no library is left alone");
    }

    void emptyFolder() {
        QVERIFY(QDir().mkpath(at("empty")));
        const auto added = program("empty-library").run({"add", at("empty"), "--json"});
        QCOMPARE(added.code, 0);
        QCOMPARE(added.json()["added"].toInt(), 0);
        QVERIFY2(added.error.contains(at("empty").toUtf8() + ": holds no documents"), added.error);
        const auto asked = program("empty-library").run({"ask", "Is there anything?", "--json"});
        QCOMPARE(asked.code, 0);
        QCOMPARE(asked.json()["answered"].toBool(true), false);
        QCOMPARE(program("empty-library").run({"export", at("nothing.npy")}).code, 1);
        QVERIFY(!QFile::exists(at("nothing.npy")));
    }

    void removingWhatIsNotThere() {
        write_documents(at("documents"));
        QCOMPARE(program("removal").run({"add", at("documents")}).code, 0);
        const auto outcome = program("removal").run({"remove", at("documents/nothing.txt")});
        QCOMPARE(outcome.code, 1);
        QVERIFY(outcome.error.contains("nothing.txt"));
        const auto elsewhere = program("removal").run({"summarize", "engine.html"});
        QCOMPARE(elsewhere.code, 1);
        const QString meant = "did you mean " + at("documents/deep/engine.html") + "?";
        QVERIFY2(elsewhere.error.contains(meant.toUtf8()), elsewhere.error);
        QCOMPARE(program("removal").run({"attention", "--layer", "9", "--out", at("map.png")}).code, 1);
        QVERIFY(!QFile::exists(at("map.png")));
    }

    /// What could be known before the work is said before it: here before what else is wrong.
    void aFileThatCannotBeWritten() {
        write_documents(at("documents"));
        const auto with_documents = program("unwritable");
        QCOMPARE(with_documents.run({"add", at("documents")}).code, 0);
        QVERIFY(QDir().mkpath(at("folder.npy")) && QDir().mkpath(at("folder.png")));
        const auto nowhere = at("no/such");
        for (const QStringList& arguments :
             {QStringList{"attention", "--layer", "9", "--out", nowhere + "/map.png"},
              QStringList{"attention", "--layer", "9", "--out", at("folder.png")},
              QStringList{"encode", at("no.safetensors"), nowhere + "/out.npy"},
              QStringList{"encode", at("no.safetensors"), at("folder.npy")},
              QStringList{"export", "--level", "token", nowhere + "/out.npy"}}) {
            const auto outcome = with_documents.run(arguments);
            QCOMPARE(outcome.code, 1);
            QVERIFY2(outcome.error.contains("cannot be written: "), outcome.error);
            QVERIFY2(outcome.error.startsWith("corpuscope: " + at("").toUtf8()), outcome.error);
            QVERIFY(!QFileInfo::exists(nowhere));
        }
        for (const QStringList& arguments :
             {QStringList{"attention", "--layer", "9", "--out", at("early.png")},
              QStringList{"encode", at("no.safetensors"), at("early.npy")}}) {
            const auto outcome = with_documents.run(arguments);
            QCOMPARE(outcome.code, 1);
            QVERIFY2(!outcome.error.contains("cannot be written"), outcome.error);
        }
        QVERIFY(!QFileInfo::exists(at("early.png")) && !QFileInfo::exists(at("early.npy")));
    }

    void fullStandardOutput() {
        if (!QFile::exists("/dev/full")) QSKIP("there is no /dev/full here");
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        program().start(process, {"model", "list"});
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("standard output"));
    }

    void damagedTensors() {
        write_file(at("cut.safetensors"), QByteArray("\x40\0\0\0\0\0\0\0{\"ids\":", 15));
        const auto outcome = program().run({"encode", at("cut.safetensors"), at("out.npy")});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.error.contains("cut.safetensors"), outcome.error);
        QVERIFY(!QFile::exists(at("out.npy")));
    }

    void tensorsThatMakeNoSense_data() {
        using Numbers = std::vector<std::int32_t>;
        QTest::addColumn<Numbers>("ids");
        QTest::addColumn<Numbers>("unit");
        QTest::addColumn<Numbers>("document");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("negative id") << Numbers{5, -7} << Numbers{0, 0} << Numbers{} << QByteArray("id -7 ");
        QTest::newRow("foreign id") << Numbers{5, 999999} << Numbers{0, 0} << Numbers{}
                                    << QByteArray("999999");
        QTest::newRow("unit beyond") << Numbers{5, 6} << Numbers{0, 2147483647} << Numbers{}
                                     << QByteArray("2147483647");
        QTest::newRow("unit without document")
            << Numbers{5, 6} << Numbers{0, 3} << Numbers{0, 0} << QByteArray("number 3");
        QTest::newRow("falling unit") << Numbers{5, 6} << Numbers{1, 0} << Numbers{} << QByteArray("unit");
        QTest::newRow("negative unit") << Numbers{5, 6} << Numbers{-1, 0} << Numbers{} << QByteArray("unit");
        QTest::newRow("falling document")
            << Numbers{5, 6} << Numbers{0, 1} << Numbers{1, 0} << QByteArray("document");
        QTest::newRow("lengths") << Numbers{5, 6} << Numbers{0} << Numbers{} << QByteArray("length");
        QTest::newRow("long unit") << Numbers(300, 5) << Numbers(300, 0) << Numbers{} << QByteArray("300");
        QTest::newRow("nothing") << Numbers{} << Numbers{} << Numbers{} << QByteArray("no tokens");
    }
    void tensorsThatMakeNoSense() {
        using namespace corpuscope::longnet;
        using Numbers = std::vector<std::int32_t>;
        QFETCH(Numbers, ids);
        QFETCH(Numbers, unit);
        QFETCH(Numbers, document);
        QFETCH(QByteArray, named);
        const auto tensor = [](const char* name, const Numbers& numbers) {
            return Tensor{name, TensorType::I32, {std::ssize(numbers)}, std::as_bytes(std::span(numbers))};
        };
        std::vector<Tensor> tensors = {tensor("ids", ids), tensor("unit", unit)};
        if (!document.empty()) tensors.push_back(tensor("document", document));
        write_safetensors(at("units.safetensors").toStdString(), tensors);
        const auto outcome = program().run({"encode", at("units.safetensors"), at("out.npy")});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.error.contains(named), outcome.error);
        QVERIFY2(outcome.error.contains("units.safetensors"), outcome.error);
        QVERIFY(!QFile::exists(at("out.npy")));
    }

    void weightsThatAreNotNumbers() {
        const QDir model(QString::fromUtf8(qgetenv("CORPUSCOPE_MODELS")) + "/default");
        QVERIFY(QDir().mkpath(at("model")));
        for (const auto* name : {"config.json", "tokenizer.model"})
            QVERIFY(QFile::copy(model.filePath(name), at("model/") + name));
        const std::string name = "encoder.layer.3.output.LayerNorm.bias";
        {
            const corpuscope::longnet::SafetensorsFile file(
                model.filePath("model.safetensors").toStdString());
            std::vector<corpuscope::longnet::Tensor> tensors;
            for (const auto& [known, tensor] : file.tensors()) tensors.push_back(tensor);
            std::vector<float> bias = file.floats(file.at(name));
            bias[7] = std::numeric_limits<float>::quiet_NaN();
            for (auto& tensor : tensors)
                if (tensor.name == name) {
                    tensor.type = corpuscope::longnet::TensorType::F32;
                    tensor.data = std::as_bytes(std::span(bias));
                }
            write_safetensors(at("model/model.safetensors").toStdString(), tensors);
        }
        write_documents(at("documents"));
        const auto outcome = program("of-nan").run({"add", at("documents"), "--model", at("model")});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.error.contains(at("model/model.safetensors").toUtf8()), outcome.error);
        QVERIFY2(outcome.error.contains(QByteArray::fromStdString(name) + " holds nan"), outcome.error);
    }
};

QTEST_GUILESS_MAIN(TestBadUsage)
#include "test_bad_usage.moc"
