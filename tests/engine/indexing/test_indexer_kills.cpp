// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A process that adds a folder is killed at any moment, over and over; each time the library proves clean,
// and once a run gets to its end the library is what an undisturbed run makes. CORPUSCOPE_KILLS: how many
// kills at least (default 30).
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <fstream>
#include <random>

#include "engine/indexing/indexer.h"
#include "tests/engine/indexing/fake_encoder.h"

using namespace corpuscope;
using namespace corpuscope::indexing;
using corpuscope::indexing::testing::FakeEncoder;
using library::Library;
using library::OpenMode;

namespace fs = std::filesystem;

namespace {

int add(const fs::path& file, const fs::path& folder, std::chrono::milliseconds step_time) {
    const auto library = Library::open(file, OpenMode::ReadWrite);
    auto encoder = std::make_unique<FakeEncoder>();
    encoder->step_time = step_time;
    Indexer indexer(*library, std::move(encoder), indexing::testing::tokenize);
    const std::vector<fs::path> paths = {folder};
    indexer.add(paths, {});
    return 0;
}

/// Everything that a library says of its documents.
std::vector<std::string> contents(const fs::path& file) {
    const auto library = Library::open(file, OpenMode::ReadOnly);
    std::vector<std::string> lines = {library->counts().model, std::to_string(library->counts().generation)};
    for (const auto& record : library->documents()) {
        std::string line = record.path + ' ' + record.sha256 + ' ' + std::string(to_string(record.state)) +
                           ' ' + std::to_string(record.generation) + ' ' + std::to_string(record.tokens) +
                           ' ' + record.reason;
        if (record.state == library::DocumentState::Ready) {
            line += library->text(record.id).text;
            for (const auto& passage : library->passages(record.id)) line += passage.heading + passage.text;
            const auto vectors = library->quantized_vectors(record.id, library::VectorLevel::Passage);
            line.append(reinterpret_cast<const char*>(vectors->codes.data()), vectors->codes.size());
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace

class TestIndexerKills : public QObject {
    Q_OBJECT

 private slots:
    void killed_at_any_moment_nothing_is_lost();

 private:
    fs::path article(int number) const {
        std::string name = "a";
        name += std::to_string(number);
        return docs_ / (name += ".md");
    }
    void write(int number, int version) {
        std::string text = "# Article " + std::to_string(number) + "\n\n";
        for (int s = 0; s < 60; ++s) {
            text += "Version " + std::to_string(version) + " of sentence " + std::to_string(s) +
                    " says something else than all others do, number " + std::to_string(s * number) + ". ";
            if (s % 10 == 9) text += "\n\n## Part " + std::to_string(s) + "\n\n";
        }
        std::ofstream(article(number)) << text;
    }
    void change_folder(int round) {
        for (int i = 0; i < 3; ++i) write((round * 7 + i * 5) % 25, round);
        fs::remove(article((round * 11 + 1) % 25));
        write(100 + round, round);
    }
    /// Runs the child, killing it at random moments, until it gets to its end.
    void add_with_kills();

    QTemporaryDir folder_;
    fs::path docs_, killed_, undisturbed_;
    std::mt19937 random_{20261};
    int kills_ = 0;
    qint64 longest_ms_ = 400;
};

void TestIndexerKills::add_with_kills() {
    while (true) {
        QProcess child;
        QElapsedTimer timer;
        timer.start();
        child.start(
            QCoreApplication::applicationFilePath(),
            {"--add", QString::fromStdString(killed_.string()), QString::fromStdString(docs_.string())});
        QVERIFY(child.waitForStarted());
        const auto moment = std::uniform_int_distribution<qint64>(5, longest_ms_)(random_);
        if (child.waitForFinished(static_cast<int>(moment))) {
            QCOMPARE(child.exitStatus(), QProcess::NormalExit);
            QVERIFY2(child.exitCode() == 0, child.readAllStandardError().constData());
            longest_ms_ = std::max<qint64>(timer.elapsed(), 40);
            return;
        }
        child.kill();
        QVERIFY(child.waitForFinished());
        if (child.exitStatus() == QProcess::CrashExit) ++kills_;
        // On a busy machine even what is left takes longer than it did: let it get a little further each
        // time.
        longest_ms_ += longest_ms_ / 10;
        if (fs::exists(killed_)) {
            QCOMPARE(Library::open(killed_, OpenMode::ReadWrite)->verify(), std::vector<std::string>{});
        }
    }
}

void TestIndexerKills::killed_at_any_moment_nothing_is_lost() {
    const fs::path root = fs::canonical(folder_.path().toStdString());
    docs_ = root / "docs";
    killed_ = root / "killed.corpuscope";
    undisturbed_ = root / "undisturbed.corpuscope";
    fs::create_directories(docs_);
    for (int number = 0; number < 25; ++number) write(number, 0);
    std::ofstream(docs_ / "empty.txt").flush();
    const int wanted =
        qEnvironmentVariableIsSet("CORPUSCOPE_KILLS") ? qEnvironmentVariableIntValue("CORPUSCOPE_KILLS") : 30;
    int rounds = 0;
    for (; kills_ < wanted; ++rounds) {
        if (rounds > 0) change_folder(rounds);
        add_with_kills();
        if (QTest::currentTestFailed()) return;
        QCOMPARE(add(undisturbed_, docs_, {}), 0);
        QCOMPARE(Library::open(killed_, OpenMode::ReadWrite)->verify(), std::vector<std::string>{});
        const auto expected = contents(undisturbed_);
        QVERIFY(expected.size() > 20);
        QVERIFY(contents(killed_) == expected);
        QVERIFY(!fs::exists(killed_.string() + ".encoding"));
    }
    qInfo("%d kills in %d rounds", kills_, rounds);
}

int main(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "--add")
        return add(argv[2], argv[3], std::chrono::milliseconds(8));
    const QCoreApplication application(argc, argv);
    TestIndexerKills test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_indexer_kills.moc"
