// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Every verb against the built program: what it prints, in which fields, and its exit code.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
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
                                      "pending", "tokens", "warnings"}));
        QCOMPARE(json["warnings"].toArray(), QJsonArray());
        QCOMPARE(json["documents"].toInt(), 3);
        QCOMPARE(json["failed"].toInt(), 0);
        QCOMPARE(json["pending"].toInt(), 0);
        QVERIFY(json["passages"].toInt() >= 3);
        QVERIFY(json["tokens"].toInt() > 40);
        QCOMPARE(json["bytes"].toInteger(), QFileInfo(at("library")).size());
        QVERIFY(json["model"].toString().contains("default") || !json["model"].toString().isEmpty());
    }

    void numbersHaveAPointInAnyLocale() {
        QVERIFY(QDir().mkpath(at("locales")));
        QProcess::execute("localedef", {"-i", "de_DE", "-f", "UTF-8", at("locales/de_DE.UTF-8")});
        if (!QFileInfo::exists(at("locales/de_DE.UTF-8/LC_NUMERIC")))
            QSKIP("localedef makes no locale with a decimal comma here");
        const QByteArray usual = qgetenv("LC_ALL");
        qputenv("LOCPATH", at("locales").toUtf8());
        qputenv("LC_ALL", "de_DE.UTF-8");
        const auto status = program().run({"status"});
        const auto found = program().run({"search", "lamp"});
        qunsetenv("LOCPATH");
        if (usual.isEmpty())
            qunsetenv("LC_ALL");
        else
            qputenv("LC_ALL", usual);
        QVERIFY2(QRegularExpression(R"(\(\d+\.\d [KM]iB\))").match(status.out).hasMatch(), status.out);
        QVERIFY2(QRegularExpression(R"(lighthouse\.txt.* · -?\d+\.\d\d\n)").match(found.out).hasMatch(),
                 found.out);
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
                   "{\"id\": 3}\n{\"id\": [[3]], \"question\": \"x\"}\n" +
                       QByteArray("{\"id\": ") + QByteArray(100000, '[') + QByteArray(100000, ']') +
                       ", \"question\": \"x\"}\n{\"id\": 4, \"question\": \"Who must "
                       "take a pilot?\"}\n");
        const auto asked = program().run({"ask", "--batch", at("bad.jsonl")});
        QCOMPARE(asked.code, 3);
        const auto lines = asked.json_lines();
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[1].keys(), QStringList({"error", "id"}));
        QCOMPARE(lines[1]["id"].toInt(), 3);
        QVERIFY(lines[2].contains("coverage"));
        for (const auto* line : {"line 2: not JSON", "line 3: has no \"question\"", "line 4: its \"id\"",
                                 "line 5: its values are nested"})
            QVERIFY2(asked.error.contains(QByteArray("bad.jsonl: ") + line), asked.error);
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
        QCOMPARE(found.json()["coverage"].toObject(),
                 QJsonObject({{"documents", 1}, {"searched", 1}, {"failed", 0}, {"pending", 0}}));
    }

    void evaluateCounts() {
        write_file(at("questions.jsonl"),
                   "{\"question\": \"What does the lamp burn?\", \"answers\": [\"burns  colza[ ]oil\"]}\n"
                   "{\"question\": \"When is the boiler inspected?\", \"answers\": [\"in March\"], \"path\": "
                   "\"engine.html\"}\n");
        const auto evaluated = program().run({"evaluate", at("questions.jsonl"), "--json"});
        QVERIFY2(evaluated.code == 0, evaluated.error);
        QCOMPARE(evaluated.json()["answerable"].toInt(), 2);
        QCOMPARE(evaluated.json()["recall_at_5"].toDouble(), 1.0);
        QVERIFY(evaluated.json()["mrr_at_10"].toDouble() > 0.4);
    }

    void argumentsArriveAsTyped() {
        const auto asked = program().run({"ask", "[what,", "is]", "++", "[a, b]", "--json"});
        QCOMPARE(asked.json()["question"].toString(), QStringLiteral("[what, is] ++ [a, b]"));
        const auto found = program().run({"search", "[lamp,bell]", "--json"});
        QCOMPARE(found.json()["query"].toString(), QStringLiteral("[lamp,bell]"));
        QVERIFY(program().run({"search", "x", "--mode", "[hybrid]"}).error.contains("[hybrid]"));
        const auto empty = program().run({"search", "--library=", "lamp", "--json"});
        QCOMPARE(empty.json()["query"].toString(), QStringLiteral("lamp"));
        QCOMPARE(program().run({"search", "--mode=", "lamp"}).code, 2);
        QCOMPARE(program().run({"search", "lamp", "--json="}).code, 2);
        const auto unknown = program().run({"search", "x", "--within=[a,b]"});
        QVERIFY2(unknown.error.startsWith("corpuscope: [a,b]: no document"), unknown.error);
    }

    void aPathInBracketsIsOnePath() {
        const Program other(CORPUSCOPE_PROGRAM, at("bracket-library"));
        write_file(at("brackets/old/kept.txt"), "The warden of the gate feeds the heron at dusk.\n");
        write_file(at("brackets/[old]/gone.txt"), "The keeper of the bridge rings a bell at noon.\n");
        QCOMPARE(other.run({"add", at("brackets")}).code, 0);
        QProcess process;
        process.setWorkingDirectory(at("brackets"));
        other.start(process, {"remove", "[old]", "--json"});
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(QJsonDocument::fromJson(process.readAllStandardOutput()).object()["removed"].toArray(),
                 QJsonArray({at("brackets/[old]/gone.txt")}));
    }

    void textIsWhatCitationsCountIn() {
        const auto found = program().run({"search", "boiler pressure", "--limit", "1", "--json"});
        const auto passage = found.json()["passages"].toArray().first().toObject();
        const auto from = QString::number(passage["start"].toInt());
        const auto to = QString::number(passage["end"].toInt());
        const QStringList range = {"text", passage["path"].toString(), "--from", from, "--to", to};
        const auto text = program().run(range);
        QCOMPARE(text.code, 0);
        QCOMPARE(QString::fromUtf8(text.out), passage["text"].toString());
        const auto json = program().run(range + QStringList{"--json"}).json();
        QCOMPARE(json["text"], passage["text"]);
        QCOMPARE(json["start"], passage["start"]);
        QCOMPARE(json["end"], passage["end"]);
        const auto whole = program().run({"text", passage["path"].toString()});
        QCOMPARE(static_cast<int>(whole.out.size()), json["bytes"].toInt());
        QVERIFY(whole.out.mid(passage["start"].toInt()).startsWith(text.out));
    }

    void textGivesWholeCharactersAndNothingElse() {
        const Program other(CORPUSCOPE_PROGRAM, at("text-library"));
        write_file(at("text/naïve.txt"), "naïve \u202ereading");
        write_file(at("text/empty.txt"), "");
        QCOMPARE(other.run({"add", at("text")}).code, 3);
        const auto part = [&](const char* from, const char* to) {
            return other.run({"text", at("text/naïve.txt"), "--from", from, "--to", to});
        };
        QCOMPARE(part("0", "3").out, QByteArray("naï"));
        QCOMPARE(part("3", "6").out, QByteArray("ïve"));
        QCOMPARE(part("2", "2").out, QByteArray());
        QVERIFY2(other.run({"text", at("text/naïve.txt")}).out.startsWith("naïve \u202ereading"),
                 "exact where it does not go to a terminal");
        const auto beyond = part("0", "99");
        QCOMPARE(beyond.code, 1);
        QVERIFY2(beyond.error.contains("99 is beyond"), beyond.error);
        const auto folder = other.run({"text", at("text")});
        QCOMPARE(folder.code, 1);
        QVERIFY2(folder.error.contains("2 documents"), folder.error);
        const auto failed = other.run({"text", at("text/empty.txt")});
        QCOMPARE(failed.code, 1);
        QVERIFY2(failed.error.contains("could not be read: has no bytes"), failed.error);
    }

    void whatWasLeftOutIsShown() {
        const Program other(CORPUSCOPE_PROGRAM, at("warnings-library"));
        write_file(at("warnings/letter.eml"),
                   "From: keeper@example.org\nTo: owner@example.org\nSubject: Oil\nMIME-Version: 1.0\n"
                   "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
                   "The oil for the lamp came on Monday.\n--b\nContent-Type: image/png\n"
                   "Content-Disposition: attachment; filename=lamp.png\n\nxxxx\n--b--\n");
        const auto added = other.run({"add", at("warnings")});
        QVERIFY2(added.code == 0, added.error);
        QVERIFY2(added.out.contains("left out of 1 document: 'corpuscope status'"), added.out);
        QVERIFY(other.run({"status"}).out.contains("letter.eml: the attachment lamp.png was left out"));
        const auto status = other.run({"status", "--json"}).json()["warnings"].toArray();
        QCOMPARE(status.size(), 1);
        QCOMPARE(status[0].toObject()["path"].toString(), at("warnings/letter.eml"));
        QCOMPARE(status[0].toObject()["warnings"].toArray().size(), 1);
        QCOMPARE(other.run({"add", at("warnings"), "--json"}).json()["warnings"].toArray(), status);
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
                   "The warden of the gate feeds the \x1b[31mheron\u009b1m at \u202edusk.\n");
        write_file(at("controls/empty\n\x1b[31m.txt"), "");
        const auto added = other.run({"add", at("controls")});
        const auto asked = other.run({"ask", "Who feeds the heron at dusk?"});
        QVERIFY2(asked.out.contains("heron1m at \\u202edusk."), asked.out);
        QVERIFY2(asked.out.contains("/controls/red\\n\\x1b[31m.txt"), asked.out);
        QVERIFY2(added.error.contains("/controls/empty\\n\\x1b[31m.txt: has no bytes"), added.error);
        const auto listed = other.run({"ask", "Which documents mention warden?"});
        QVERIFY2(listed.out.contains("red \\x1b[31m.txt (1 passage)"), listed.out);
        for (const auto& shown :
             {added.out, added.error, asked.out, listed.out, other.run({"status"}).out,
              other.run({"remove", "no\x1b\u009b\u202ething"}).error, other.run({"\x1b\u202e"}).error,
              other.run({"status", "--\x1b\u202e"}).error})
            for (const auto* order : {"\x1b", "\u009b", "\u202e"}) QVERIFY2(!shown.contains(order), shown);
        const auto json = other.run({"ask", "Who feeds the heron at dusk?", "--json"}).json();
        const auto passage = json["passages"].toArray().first().toObject();
        QVERIFY(passage["path"].toString().endsWith("/red\n\x1b[31m.txt"));
        QVERIFY(passage["text"].toString().contains(QStringLiteral("at \u202edusk")));
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
