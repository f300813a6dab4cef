// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The process that reads documents: it says what reading here would say, and whatever becomes of it costs one
// document.
#include <QDirIterator>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <thread>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/documents/process/messages.h"
#include "engine/documents/process/reading_process.h"
#include "tests/engine/documents/document_checks.h"

using namespace corpuscope;
using namespace corpuscope::documents;

namespace {

// What a reader says first: five bytes, "ready". Its socket is its standard input.
const std::string kReady = R"(printf '\005\000\000\000\000\000\000\000ready' >&0
)";
const std::string kWaitForRequest = "head -c 8 > /dev/null\n";

void compare(const ReadResult& result, const ReadResult& expected) {
    QCOMPARE(result.has_value(), expected.has_value());
    if (!result) {
        QCOMPARE(result.error().kind, expected.error().kind);
        QCOMPARE(result.error().reason, expected.error().reason);
        return;
    }
    QCOMPARE(result->format, expected->format);
    QCOMPARE(result->title, expected->title);
    QCOMPARE(result->text, expected->text);
    QCOMPARE(result->warnings, expected->warnings);
    QVERIFY(result->pages == expected->pages);
    const auto same_block = [](const Block& a, const Block& b) {
        return a.kind == b.kind && a.level == b.level && a.range == b.range;
    };
    QVERIFY(std::equal(result->blocks.begin(), result->blocks.end(), expected->blocks.begin(),
                       expected->blocks.end(), same_block));
    const auto same_anchor = [](const SourceAnchor& a, const SourceAnchor& b) {
        return a.text_offset == b.text_offset && a.source_offset == b.source_offset;
    };
    QVERIFY(std::equal(result->source_map.begin(), result->source_map.end(), expected->source_map.begin(),
                       expected->source_map.end(), same_anchor));
}

/// Children of this process that are called like the reader (as the kernel cuts names).
std::vector<pid_t> readers() {
    std::vector<pid_t> found;
    QDirIterator processes("/proc", {"[0-9]*"}, QDir::Dirs);
    while (processes.hasNext()) {
        QFile stat(processes.next() + "/stat");
        if (!stat.open(QIODevice::ReadOnly)) continue;
        const QByteArray line = stat.readAll();
        const QList<QByteArray> rest = line.mid(line.lastIndexOf(')') + 2).split(' ');
        if (line.contains("(corpuscope-read") && rest.value(1).toInt() == ::getpid())
            found.push_back(line.left(line.indexOf(' ')).toInt());
    }
    return found;
}

}  // namespace

class TestReadingProcess : public QObject {
    Q_OBJECT

 private slots:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        QVERIFY(folder_->isValid());
        write("note.txt", "The fog bell is rung twice a minute.\n");
    }

    void says_what_reading_here_says() {
        ReadingProcess process;
        int read = 0, refused = 0;
        for (const auto& entry : std::filesystem::directory_iterator(data(""))) {
            if (!entry.is_regular_file()) continue;
            const ReadResult here = read_document(entry.path());
            ++(here ? read : refused);
            compare(process.read(entry.path(), {}), here);
            if (QTest::currentTestFailed()) qFatal("in %s", entry.path().c_str());
        }
        QVERIFY(read > 20);
        QVERIFY(refused > 10);
    }

    void limits_go_along() {
        ReadingProcess process;
        Limits limits;
        limits.max_text_bytes = 10;
        compare(process.read(path("note.txt"), limits), read_document(path("note.txt"), limits));
        compare(process.read(path("nowhere.txt"), {}), read_document(path("nowhere.txt")));
        compare(process.read(path(""), {}), read_document(path("")));
    }

    void a_document_that_brings_the_reader_down_costs_itself() {
        // Its first start ends badly; after that it is the real one.
        ReadingProcess process(script(kReady + "rm \"$0\"; ln -s " + reader_program().string() + " \"$0\"; " +
                                      kWaitForRequest + "kill -SEGV $$\n"));
        const ReadResult evil = process.read(path("note.txt"), {});
        QVERIFY(!evil);
        QCOMPARE(evil.error().kind, FailureKind::Damaged);
        QCOMPARE(evil.error().reason,
                 std::string("brings down the program that reads it (Segmentation fault)"));
        compare(process.read(path("note.txt"), {}), read_document(path("note.txt")));
    }

    // What an earlier document did to the process is not held against a later one.
    void a_used_process_that_ends_is_replaced() {
        ReadingProcess process;
        QVERIFY(process.read(path("note.txt"), {}));
        const auto children = readers();
        QCOMPARE(children.size(), std::size_t{1});
        // Ctrl-C in a terminal goes to a group.
        QCOMPARE(::getpgid(children.front()), children.front());
        ::kill(children.front(), SIGKILL);
        QVERIFY(process.read(path("note.txt"), {}));
    }

    void memory_is_bounded() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("sanitizers need more memory than any limit");
#endif
        write("large.txt", "x");
        QCOMPARE(::truncate(path("large.txt").c_str(), off_t{500} << 20), 0);
        ReadingProcess process(reader_program(), {.memory_bytes = std::int64_t{512} << 20});
        QVERIFY(process.read(path("note.txt"), {}));
        const ReadResult large = process.read(path("large.txt"), {});
        QVERIFY(!large);
        QCOMPARE(large.error().kind, FailureKind::TooLarge);
        QCOMPARE(large.error().reason, std::string("needs more than 537 MB of memory to be read"));
        QVERIFY(process.read(path("note.txt"), {}));
    }

    void time_is_bounded() {
        ReadingProcess process(script(kReady + "ulimit -S -t 1; while :; do :; done\n"), {.cpu_seconds = 1});
        const ReadResult endless = process.read(path("note.txt"), {});
        QVERIFY(!endless);
        QCOMPARE(endless.error().kind, FailureKind::TooLarge);
        QCOMPARE(endless.error().reason, std::string("takes more than 1 s of processor time to be read"));
    }

    // A document that took the reader over may have stopped the clock that would end it.
    void time_is_bounded_from_outside() {
        ReadingProcess process(script(kReady + "trap '' XCPU; while :; do :; done\n"), {.cpu_seconds = 1});
        QCOMPARE(process.read(path("note.txt"), {}).error().kind, FailureKind::TooLarge);
    }

    void can_be_cancelled() {
        ReadingProcess process(script(kReady + "exec sleep 1000\n"));
        Control control;
        std::thread user([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            control.cancel();
        });
        QVERIFY_EXCEPTION_THROWN(process.read(path("note.txt"), {}, &control), Cancelled);
        user.join();
    }

    void ends_with_its_owner() {
        {
            ReadingProcess process;
            QVERIFY(process.read(path("note.txt"), {}));
            QCOMPARE(readers().size(), std::size_t{1});
        }
        QVERIFY(readers().empty());
    }

    void an_impossible_answer_is_no_document() {
        ReadingProcess process(script(kReady + kWaitForRequest + kReady));
        const ReadResult result = process.read(path("note.txt"), {});
        QVERIFY(!result);
        QCOMPARE(result.error().reason, std::string("misleads the program that reads it"));
    }

    void a_reader_that_is_not_there_is_no_fault_of_a_document() {
        try {
            ReadingProcess(path("nowhere")).read(path("note.txt"), {});
            QFAIL("it was read");
        } catch (const ReadingProcessError& error) {
            QVERIFY(QString(error.what()).startsWith(QString::fromStdString(path("nowhere").string())));
        }
        QVERIFY_EXCEPTION_THROWN(ReadingProcess(script("exit 5\n")).read(path("note.txt"), {}),
                                 ReadingProcessError);
    }

    void answers_that_do_not_fit_together_are_refused() {
        Document document;
        document.format = "txt";
        document.text = "Käse and bread";
        document.blocks = {{BlockKind::Heading, 1, {0, 5}}, {BlockKind::Paragraph, 0, {6, 15}}};
        document.pages = {{0, 15}};
        document.source_map = {{0, 0}, {6, 9}};
        const auto decoded = [](const Document& value) {
            return decode_result(encode(ReadResult(value)), {});
        };
        QVERIFY(decoded(document));
        const std::string bytes = encode(ReadResult(document));
        for (std::size_t size = 0; size < bytes.size(); ++size)
            QVERIFY(!decode_result(std::string_view(bytes).substr(0, size), {}));
        QVERIFY(!decode_result(bytes + "x", {}));
        const auto refused = [&](auto change) {
            Document changed = document;
            change(changed);
            return !decoded(changed);
        };
        QVERIFY(refused([](Document& d) { d.blocks[1].range.end = 16; }));
        QVERIFY(refused([](Document& d) { d.blocks[1].range.begin = 4; }));
        QVERIFY(refused([](Document& d) { d.blocks[0].range.end = 2; }));
        QVERIFY(refused([](Document& d) { d.blocks[0].range.begin = -1; }));
        QVERIFY(refused([](Document& d) { d.blocks[0].kind = static_cast<BlockKind>(77); }));
        QVERIFY(refused([](Document& d) { d.pages[0] = {9, 3}; }));
        QVERIFY(refused([](Document& d) { std::swap(d.source_map[0], d.source_map[1]); }));
        QVERIFY(refused([](Document& d) { d.text[1] = 'a'; }));
        QVERIFY(refused([](Document& d) { d.text.back() = '\0'; }));
        QVERIFY(refused([](Document& d) { d.title = "\xFF"; }));
        Limits limits;
        limits.max_text_bytes = 14;
        QVERIFY(!decode_result(bytes, limits));
    }

 private:
    std::filesystem::path path(const std::string& name) const {
        return std::filesystem::path(folder_->path().toStdString()) / name;
    }

    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path(name), std::ios::binary) << bytes;
    }

    std::filesystem::path script(const std::string& lines) const {
        write("reader.sh", "#!/bin/sh\n" + lines);
        ::chmod(path("reader.sh").c_str(), 0700);
        return path("reader.sh");
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

QTEST_GUILESS_MAIN(TestReadingProcess)
#include "test_reading_process.moc"
