// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C in the middle of `add`, a kill, and two processes at once: nothing is lost, and the same command
// goes on.
#include <signal.h>

#include <QFileInfo>
#include <QTest>
#include <span>
#include <vector>

#include "engine/longnet/safetensors.h"
#include "tests/app/program.h"

using corpuscope::tests::long_text;
using corpuscope::tests::Program;
using corpuscope::tests::write_file;

class TestInterruption : public QObject {
    Q_OBJECT

    static constexpr int kDocuments = 20;

    QTemporaryDir folder_;
    QString at(const QString& name) const { return folder_.filePath(name); }
    Program program(const QString& library) const { return {CORPUSCOPE_PROGRAM, at(library)}; }

    /// Waits until `add` says that it is at the phase.
    static bool waitForPhase(QProcess& process, const QByteArray& phase) {
        QByteArray said;
        while (!said.contains(phase)) {
            if (process.state() == QProcess::NotRunning && process.bytesAvailable() == 0) return false;
            process.waitForReadyRead(100);
            said += process.readAllStandardError();
        }
        return true;
    }

 private slots:
    void initTestCase() {
        for (int i = 0; i < kDocuments; ++i)
            write_file(at(QStringLiteral("documents/%1.txt").arg(i)),
                       "Document " + QByteArray::number(i) + ".\n" + long_text(40));
    }

    void stopsAndGoesOn_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("Ctrl-C") << SIGINT;
        QTest::newRow("terminated") << SIGTERM;
        QTest::newRow("killed") << SIGKILL;
    }
    void stopsAndGoesOn() {
        QFETCH(int, signal);
        const auto one = program(QStringLiteral("library-%1").arg(signal));
        QProcess adding;
        one.start(adding, {"add", at("documents"), "--threads", "1", "--dtype", "f32"});
        QVERIFY(waitForPhase(adding, "encoding"));
        ::kill(static_cast<pid_t>(adding.processId()), signal);
        QVERIFY(adding.waitForFinished(60000));
        if (signal != SIGKILL) {
            QCOMPARE(adding.exitStatus(), QProcess::NormalExit);
            QCOMPARE(adding.exitCode(), 1);
            QVERIFY(adding.readAllStandardError().contains("add: interrupted; the same command goes on"));
        }
        QCOMPARE(one.run({"verify"}).code, 0);

        const auto rest = one.run({"add", at("documents"), "--json"});
        QVERIFY2(rest.code == 0, rest.error);
        const auto status = one.run({"status", "--json"}).json();
        QCOMPARE(status["documents"].toInt(), kDocuments);
        QCOMPARE(status["pending"].toInt(), 0);
        QCOMPARE(one.run({"verify"}).code, 0);
    }

    void whatDoesNotGoOnSaysSo() {
        using namespace corpuscope::longnet;
        std::vector<std::int32_t> ids(200000, 2000), unit(ids.size());
        for (std::size_t i = 0; i < unit.size(); ++i) unit[i] = static_cast<std::int32_t>(i / 20);
        const std::vector<std::int64_t> shape = {std::ssize(ids)};
        const std::vector<Tensor> tensors = {
            {"ids", TensorType::I32, shape, std::as_bytes(std::span(ids))},
            {"unit", TensorType::I32, shape, std::as_bytes(std::span(unit))}};
        write_safetensors(at("units.safetensors").toStdString(), tensors);
        QProcess encoding;
        program(QStringLiteral("none"))
            .start(encoding, {"encode", at("units.safetensors"), at("vectors.npy"), "--threads", "1",
                              "--dtype", "f32"});
        QVERIFY(waitForPhase(encoding, "encoding"));
        ::kill(static_cast<pid_t>(encoding.processId()), SIGINT);
        QVERIFY(encoding.waitForFinished(60000));
        QCOMPARE(encoding.exitCode(), 1);
        const auto said = encoding.readAllStandardError();
        QVERIFY2(said.contains("encode: interrupted; nothing was written"), said);
        QVERIFY(!QFileInfo::exists(at("vectors.npy")));
    }

    void secondProcessIsKeptOut() {
        const auto one = program(QStringLiteral("shared"));
        QProcess adding;
        one.start(adding, {"add", at("documents"), "--threads", "1", "--dtype", "f32"});
        QVERIFY(waitForPhase(adding, "encoding"));
        const auto second = one.run({"add", at("documents")});
        QCOMPARE(second.code, 1);
        QVERIFY2(second.error.contains("shared"), second.error);
        const auto status = one.run({"status", "--json"});
        QVERIFY2(status.code == 0, "reading goes on while another process writes");
        QCOMPARE(status.json()["documents"].toInt(), kDocuments);
        adding.terminate();
        QVERIFY(adding.waitForFinished(60000));
    }
};

QTEST_GUILESS_MAIN(TestInterruption)
#include "test_interruption.moc"
