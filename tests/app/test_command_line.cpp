// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Every verb against the built program: what it prints, in which fields, and its exit code.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTest>

#include "tests/app/program.h"

using corpuscope::tests::long_text;
using corpuscope::tests::Outcome;
using corpuscope::tests::Program;
using corpuscope::tests::write_documents;
using corpuscope::tests::write_file;

class TestCommandLine : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString at(const QString& name) const { return folder_.filePath(name); }
    Program program() const { return {QStringLiteral(CORPUSCOPE_PROGRAM), at(QStringLiteral("library"))}; }

 private slots:
    void initTestCase() {
        write_documents(at(QStringLiteral("documents")));
        const auto added = program().run({"add", at("documents"), "--json"});
        QVERIFY2(added.code == 0, added.error);
        QCOMPARE(added.json()["added"].toInt(), 3);
        QCOMPARE(added.json()["failed"].toArray().size(), 0);
    }

    void addingAgainDoesNothing() {
        const auto again = program().run({"add", at("documents"), "--json"});
        QCOMPARE(again.code, 0);
        QCOMPARE(again.json()["added"].toInt(), 0);
        QCOMPARE(again.json()["unchanged"].toInt(), 3);
        QCOMPARE(again.json()["tokens_encoded"].toInt(), 0);
    }

    void statusHasItsFields() {
        const auto status = program().run({"status", "--json"});
        QCOMPARE(status.code, 0);
        const auto json = status.json();
        QStringList fields = json.keys();
        QCOMPARE(fields, QStringList({"bytes", "documents", "failed", "generation", "model", "passages",
                                      "pending", "tokens"}));
        QCOMPARE(json["documents"].toInt(), 3);
        QCOMPARE(json["failed"].toInt(), 0);
        QCOMPARE(json["pending"].toInt(), 0);
        QVERIFY(json["passages"].toInt() >= 3);
        QVERIFY(json["tokens"].toInt() > 40);
        QCOMPARE(json["bytes"].toInteger(), QFileInfo(at("library")).size());
        QVERIFY(json["model"].toString().contains("default") || !json["model"].toString().isEmpty());
    }

    void askCitesTheRightDocument() {
        const auto asked = program().run({"ask", "How often is the bell rung in fog?", "--json"});
        QCOMPARE(asked.code, 0);
        const auto json = asked.json();
        QCOMPARE(json["question"].toString(), QStringLiteral("How often is the bell rung in fog?"));
        QVERIFY(json["answered"].isBool());
        const auto passage = json["passages"].toArray().first().toObject();
        QCOMPARE(passage.keys(), QStringList({"end", "heading", "page", "path", "score", "start", "text"}));
        QCOMPARE(passage["path"].toString(), at("documents/lighthouse.txt"));
        QVERIFY(passage["text"].toString().contains("every two minutes"));
        QCOMPARE(json["coverage"].toObject(),
                 QJsonObject({{"documents", 3}, {"searched", 3}, {"failed", 0}, {"pending", 0}}));
        for (const auto& value : json["answers"].toArray()) {
            const auto answer = value.toObject();
            QCOMPARE(answer.keys(), QStringList({"end", "page", "path", "score", "start", "text"}));
            QFile file(answer["path"].toString());
            QVERIFY(file.open(QIODevice::ReadOnly));
            if (file.fileName().endsWith(".txt"))
                QVERIFY2(file.readAll().contains(answer["text"].toString().toUtf8()),
                         "an answer is word for word");
        }
    }

    void askInWordsWithoutQuotes() {
        const auto asked = program().run({"ask", "how", "often", "is", "the", "boiler", "inspected"});
        QCOMPARE(asked.code, 0);
        QVERIFY(asked.out.contains("Searched 3 of 3 documents, 0 failed, 0 waiting."));
        QVERIFY(asked.out.contains("engine.html"));
    }

    void batchKeepsTheOrder() {
        const QByteArray batch =
            "{\"id\": 7, \"question\": \"What does the lamp burn?\"}\n"
            "\n"
            "{\"id\": \"b\", \"question\": \"Who must take a pilot?\"}\n"
            "{\"id\": 1, \"question\": \"When is the boiler inspected?\"}\n";
        write_file(at("batch.jsonl"), batch);
        const auto asked = program().run({"ask", "--batch", at("batch.jsonl")});
        QVERIFY2(asked.code == 0, asked.error);
        const auto lines = asked.json_lines();
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[0]["id"].toInt(), 7);
        QCOMPARE(lines[1]["id"].toString(), QStringLiteral("b"));
        QCOMPARE(lines[2]["id"].toInt(), 1);
        QVERIFY(lines[1]["passages"].toArray().first().toObject()["path"].toString().endsWith("harbour.md"));
        QVERIFY(lines[2].contains("coverage"));
        QCOMPARE(program().run({"ask", "--batch", "-"}, batch).json_lines().size(), 3);
    }

    void batchGoesOnAfterABadLine() {
        write_file(at("bad.jsonl"),
                   "{\"id\": 1, \"question\": \"What does the lamp burn?\"}\nnot json\n"
                   "{\"id\": 3}\n{\"id\": 4, \"question\": \"Who must take a pilot?\"}\n");
        const auto asked = program().run({"ask", "--batch", at("bad.jsonl")});
        QCOMPARE(asked.code, 3);
        QCOMPARE(asked.json_lines().size(), 2);
        QVERIFY(asked.error.contains("bad.jsonl: line 2: "));
        QVERIFY(asked.error.contains("bad.jsonl: line 3: "));
    }

    void searchInEveryMode_data() {
        QTest::addColumn<QString>("mode");
        for (const auto* mode : {"hybrid", "keyword", "vector"}) QTest::newRow(mode) << QString(mode);
    }
    void searchInEveryMode() {
        QFETCH(QString, mode);
        const auto found =
            program().run({"search", "pressure of the boiler", "--mode", mode, "--limit", "2", "--json"});
        QVERIFY2(found.code == 0, found.error);
        const auto passages = found.json()["passages"].toArray();
        QVERIFY(!passages.isEmpty() && passages.size() <= 2);
        QVERIFY(passages.first().toObject()["path"].toString().endsWith("deep/engine.html"));
    }

    void searchWithinAFolder() {
        const auto found = program().run({"search", "lamp", "--within", at("documents/deep"), "--json"});
        QVERIFY2(found.code == 0, found.error);
        for (const auto& passage : found.json()["passages"].toArray())
            QVERIFY(passage.toObject()["path"].toString().endsWith("engine.html"));
    }

    void evaluateCounts() {
        write_file(at("questions.jsonl"),
                   "{\"question\": \"What does the lamp burn?\", \"answers\": [\"colza oil\"]}\n"
                   "{\"question\": \"When is the boiler inspected?\", \"answers\": [\"in March\"], \"path\": "
                   "\"engine.html\"}\n");
        const auto evaluated = program().run({"evaluate", at("questions.jsonl"), "--json"});
        QVERIFY2(evaluated.code == 0, evaluated.error);
        QCOMPARE(evaluated.json()["answerable"].toInt(), 2);
        QCOMPARE(evaluated.json()["recall_at_5"].toDouble(), 1.0);
        QVERIFY(evaluated.json()["mrr_at_10"].toDouble() > 0.4);
    }

    void summarizeQuotes() {
        const auto summary =
            program().run({"summarize", at("documents/lighthouse.txt"), "--sentences", "2", "--json"});
        QVERIFY2(summary.code == 0, summary.error);
        const auto sentences = summary.json()["sentences"].toArray();
        QCOMPARE(sentences.size(), 2);
        QVERIFY(sentences[0].toObject()["start"].toInt() < sentences[1].toObject()["start"].toInt());
        double shares = 0;
        for (const auto& sentence : sentences) {
            QVERIFY(sentence.toObject()["topic"].isArray());
            shares += sentence.toObject()["share"].toDouble();
        }
        QVERIFY2(std::abs(shares - 1) < 1e-9, "two sentences, two topics, all of the document");
    }

    void attentionDraws() {
        const auto drawn = program().run(
            {"attention", "--level", "token", "--layer", "2", "--out", at("map.png"), "--json"});
        QVERIFY2(drawn.code == 0, drawn.error);
        QFile picture(at("map.png"));
        QVERIFY(picture.open(QIODevice::ReadOnly));
        QVERIFY(picture.read(8) == QByteArray("\x89PNG\r\n\x1a\n", 8));
        QVERIFY(drawn.json()["cells"].toInt() > 40);
        const auto numbers = program().run({"attention", at("documents/harbour.md"), "--out", at("map.npz")});
        QVERIFY2(numbers.code == 0, numbers.error);
        QVERIFY(QFileInfo::exists(at("map.npz")));
    }

    void exportsWithManifest() {
        const auto exported = program().run({"export", at("vectors.npy"), "--level", "passage", "--json"});
        QVERIFY2(exported.code == 0, exported.error);
        QCOMPARE(exported.json()["rows"].toInt(),
                 program().run({"status", "--json"}).json()["passages"].toInt());
        QVERIFY(QFileInfo::exists(at("vectors.npy")));
        QVERIFY(QFileInfo::exists(at("manifest.json")));
    }

    void verifyIsClean() {
        const auto verified = program().run({"verify", "--json"});
        QCOMPARE(verified.code, 0);
        QCOMPARE(verified.json()["ok"].toBool(), true);
    }

    void modelIsDescribed() {
        const auto list = program().run({"model", "list"});
        QCOMPARE(list.code, 0);
        QVERIFY(list.out.contains("default\t"));
        const auto info = program().run({"model", "info", "--json"});
        QCOMPARE(info.code, 0);
        QCOMPARE(info.json()["layers"].toInt(), 6);
        QCOMPARE(info.json()["hash"].toString().size(), 64);
    }

    void benchHasItsFields_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("encode") << QStringList{"bench", "encode", "--tokens", "600"};
        QTest::newRow("encode, recomputing")
            << QStringList{"bench", "encode", "--tokens", "600", "--recompute"};
        QTest::newRow("encode, states on disk")
            << QStringList{"bench", "encode", "--tokens", "600", "--scratch", QDir::tempPath()};
        QTest::newRow("attention") << QStringList{"bench", "attention", "--tokens", "600"};
        QTest::newRow("search") << QStringList{"bench", "search", "--queries", "3"};
    }
    void benchHasItsFields() {
        QFETCH(QStringList, arguments);
        const auto bench = program().run(arguments << "--json");
        QVERIFY2(bench.code == 0, bench.error);
        const auto json = bench.json();
        for (const auto* field :
             {"tokens", "seconds", "tokens_per_second", "peak_rss_bytes", "backend", "dtype", "branches"})
            QVERIFY2(json.contains(field), field);
        QVERIFY(json["tokens_per_second"].toDouble() > 0);
        QVERIFY(json["peak_rss_bytes"].toInteger() > 1 << 20);
    }

    void brokenDocumentsAreListed() {
        const Program other(CORPUSCOPE_PROGRAM, at("other-library"));
        write_file(at("mixed/good.txt"), long_text(5));
        write_file(at("mixed/empty.txt"), "");
        write_file(at("mixed/fake.docx"), "PK\x03\x04 this is no archive");
        const auto added = other.run({"add", at("mixed"), "--json"});
        QCOMPARE(added.code, 3);
        QCOMPARE(added.json()["added"].toInt(), 1);
        QCOMPARE(added.json()["failed"].toArray().size(), 2);
        for (const auto& failed : added.json()["failed"].toArray())
            QVERIFY(!failed.toObject()["reason"].toString().isEmpty());
        QVERIFY(added.error.contains("fake.docx: "));
        const auto again = other.run({"add", at("mixed"), "--json"});
        QCOMPARE(again.code, 3);
        QCOMPARE(again.json()["unchanged"].toInt(), 1);
        QCOMPARE(again.json()["failed"], added.json()["failed"]);
        QVERIFY(other.run({"status"}).out.contains("empty.txt: "));
        QCOMPARE(other.run({"verify"}).code, 0);
    }

    /// Names and texts come from strangers: a terminal must not take orders from them.
    void controlCharactersStayOutOfTheTerminal() {
        const Program other(CORPUSCOPE_PROGRAM, at("control-library"));
        write_file(at("controls/red\n\x1b[31m.txt"),
                   "The warden of the gate feeds the \x1b[31mheron at dusk.\n");
        write_file(at("controls/empty\n\x1b[31m.txt"), "");
        const auto added = other.run({"add", at("controls")});
        const auto asked = other.run({"ask", "Who feeds the heron at dusk?"});
        QVERIFY2(asked.out.contains("heron"), asked.out);
        QVERIFY2(added.error.contains("/controls/empty  [31m.txt: has no bytes"), added.error);
        for (const auto& shown : {added.out, added.error, asked.out, other.run({"status"}).out})
            QVERIFY2(!shown.contains('\x1b'), shown);
    }

    void removeTakesOut() {
        const Program other(CORPUSCOPE_PROGRAM, at("removed-library"));
        QCOMPARE(other.run({"add", at("documents")}).code, 0);
        const auto removed = other.run({"remove", at("documents/deep"), "--json"});
        QVERIFY2(removed.code == 0, removed.error);
        QCOMPARE(removed.json()["removed"].toArray(), QJsonArray({at("documents/deep/engine.html")}));
        QCOMPARE(other.run({"status", "--json"}).json()["documents"].toInt(), 2);
        QCOMPARE(other.run({"compact"}).code, 0);
        QCOMPARE(other.run({"verify"}).code, 0);
        QVERIFY(QFileInfo::exists(at("documents/deep/engine.html")));
    }
};

QTEST_GUILESS_MAIN(TestCommandLine)
#include "test_command_line.moc"
