// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Files that cannot be read: each is refused for its own reason, at once, and never brings the program down.
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "engine/documents/pdf_layout.h"
#include "engine/documents/xml_cursor.h"
#include "tests/engine/documents/document_checks.h"

using namespace corpuscope::documents;

namespace {

Failure failure_of(const std::filesystem::path& file, const Limits& limits = {}) {
    const ReadResult result = read_document(file, limits);
    return result ? Failure{FailureKind::Unreadable, "it was read: " + result->text.substr(0, 80)}
                  : result.error();
}

void write(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

class TestFailures : public QObject {
    Q_OBJECT

 private slots:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        QVERIFY(folder_->isValid());
    }

    void broken_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, FailureKind kind, const char* reason) {
            QTest::newRow(name) << static_cast<int>(kind) << reason;
        };
        row("empty.txt", FailureKind::Empty, "has no bytes in it");
        row("blank.txt", FailureKind::Empty, "has no text in it");
        row("binary.txt", FailureKind::Unsupported, "binary data");
        row("archive-renamed.docx", FailureKind::Damaged, "is a zip archive, but not a docx document");
        row("not-a-zip.docx", FailureKind::Damaged, "is not what its name says");
        row("truncated.docx", FailureKind::Damaged, "damaged zip archive");
        row("cut-off.docx", FailureKind::Damaged, "damaged docx");
        row("expanding-entity.docx", FailureKind::Damaged, "damaged docx");
        row("cut-off.xlsx", FailureKind::Damaged, "damaged xlsx");
        row("cut-off.ods", FailureKind::Damaged, "damaged ods");
        row("truncated.pdf", FailureKind::Damaged, "damaged PDF");
        row("no-spine.epub", FailureKind::Damaged, "no reading order (spine)");
        row("password.pdf", FailureKind::Encrypted, "needs a password");
        row("password.docx", FailureKind::Encrypted, "needs a password");
        row("password.odt", FailureKind::Encrypted, "needs a password");
    }

    void broken() {
        QFETCH(int, kind);
        QFETCH(QString, reason);
        const Failure failure = failure_of(data(QTest::currentDataTag()));
        QVERIFY2(QString::fromStdString(failure.reason).contains(reason), failure.reason.c_str());
        QCOMPARE(static_cast<int>(failure.kind), kind);
    }

    void missing_and_vanished() {
        const Failure failure = failure_of(path("nowhere.txt"));
        QCOMPARE(failure.kind, FailureKind::Unreadable);
        QCOMPARE(failure.reason, std::string("cannot be read: No such file or directory"));
    }

    void without_permission() {
        if (::geteuid() == 0) QSKIP("root may read everything");
        write(path("secret.txt"), "Nobody reads this.");
        ::chmod(path("secret.txt").c_str(), 0);
        QCOMPARE(failure_of(path("secret.txt")).reason, std::string("cannot be read: Permission denied"));
    }

    // Opening the pipe would wait for a writer, reading the device would never end.
    void neither_file_nor_folder() {
        QCOMPARE(::mkfifo(path("pipe.txt").c_str(), 0600), 0);
        QCOMPARE(failure_of(path("pipe.txt")).reason, std::string("is a pipe, not a document"));
        QCOMPARE(failure_of("/dev/zero").reason, std::string("is a device, not a document"));
        QCOMPARE(failure_of(path("")).reason, std::string("is a folder, not a document"));
        QCOMPARE(failure_of(path("pipe.txt")).kind, FailureKind::Unreadable);
    }

    void two_gigabytes() {
        write(path("large.txt"), "x");
        QCOMPARE(::truncate(path("large.txt").c_str(), off_t{2} << 30), 0);
        const Failure failure = failure_of(path("large.txt"));
        QCOMPARE(failure.kind, FailureKind::TooLarge);
        QCOMPARE(failure.reason, std::string("is 2.1 GB large; the limit is 537 MB"));
    }

    void unpacking_is_bounded() {
        Limits limits;
        limits.max_inflated_bytes = 1'000'000;
        const Failure failure = failure_of(data("bomb.docx"), limits);
        QCOMPARE(failure.kind, FailureKind::TooLarge);
        QCOMPARE(failure.reason, std::string("unpacks to more than the limit of 1.0 MB"));
        QCOMPARE(failure_of(data("bomb.docx")).reason,
                 std::string("unpacks to more than 200 times its size"));
    }

    void text_and_pages_are_bounded() {
        Limits limits;
        limits.max_text_bytes = 100;
        for (const char* name :
             {"manual.md", "manual.html", "manual.docx", "manual.odt", "manual.epub", "manual.pdf",
              "talk.pptx", "talk.odp", "gauge.xlsx", "gauge.ods", "stores.csv", "letter.eml", "mailbox.mbox"})
            QCOMPARE(failure_of(data(name), limits).kind, FailureKind::TooLarge);
        limits = {};
        limits.max_pages = 3;
        QCOMPARE(failure_of(data("manual.pdf"), limits).reason, std::string("has 4 pages; the limit is 3"));
    }

    void external_entities_are_not_resolved() {
        const ReadResult result = read_document(data("external-entity.docx"));
        if (!result) return;  // refusing it is as good
        QCOMPARE(result->text, std::string("Before.\n\nAfter."));
    }

    // Elements open within one another by the hundred thousand overflow a recursive parser's stack.
    void deep_html() {
        std::string html = "<html><body>";
        for (int i = 0; i < 200'000; ++i) html += "<div>";
        write(path("deep.html"), html + "text");
        QCOMPARE(failure_of(path("deep.html")).kind, FailureKind::Damaged);
    }

    void compound_files_are_told_apart() {
        const std::string magic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
        write(path("old.doc"), magic + std::string(600, '\0'));
        QCOMPARE(failure_of(path("old.doc")).reason,
                 std::string("is an office file of before 2007, which no reader takes"));
        std::string stream;
        for (const char c : std::string("__substg1.0_0037001F")) stream += {c, '\0'};
        write(path("letter.msg"), magic + std::string(600, '\0') + stream);
        QVERIFY(failure_of(path("letter.msg")).reason.starts_with("is a message as Outlook stores it"));
    }

    // Noise after each kind of beginning: refused or read, but never a crash.
    void noise_behind_every_magic() {
        std::string noise;
        for (unsigned i = 0, x = 1; i < 20'000; ++i)
            noise += static_cast<char>((x = x * 1664525U + 1013904223U) >> 24);
        for (const std::string& magic :
             {std::string("%PDF-1.7\n"), std::string("PK\x03\x04"), std::string("<html>"),
              std::string("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), std::string("\xFF\xFE")}) {
            write(path("noise.bin"), magic + noise);
            const ReadResult result = read_document(path("noise.bin"));
            if (result)
                check_promises(*result);
            else
                QVERIFY(!result.error().reason.empty());
        }
    }

    void every_beginning_of_every_file() {
        for (const auto& entry : std::filesystem::directory_iterator(data(""))) {
            const std::string bytes = bytes_of(entry.path());
            for (const std::size_t part : {1, 3, 7}) {
                const auto file = path("cut" + entry.path().extension().string());
                write(file, bytes.substr(0, bytes.size() * part / 8));
                const ReadResult result = read_document(file, small_limits());
                if (result) check_promises(*result);
            }
        }
    }

    // What a text says of PDF does not make it one; what stands before the header of a PDF does not hide it.
    void beginnings_of_pdf() {
        const std::string pdf = bytes_of(data("manual.pdf"));
        for (const char* name : {"page", "page.pdf"}) {
            write(path(name), "HTTP/1.1 200 OK\r\n\r\n" + pdf);
            const ReadResult result = read_document(path(name));
            QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
            QCOMPARE(result->format, std::string("pdf"));
        }
        for (const char* text :
             {"How files begin.\n\nA PDF begins with %PDF-1.4 and ends with\nstartxref\n%%EOF\n",
              "%PDF-1.4 is how a PDF begins.\n", "Lines:\n%PDF-1.4\nstartxref\n0\n%%EOF\nand so on.\n",
              "Lines:\n%PDF-1.4\nand so on.\n"}) {
            write(path("about.txt"), text);
            const ReadResult result = read_document(path("about.txt"));
            QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
            QCOMPARE(result->format, std::string("txt"));
        }
        // Without a byte that is not text.
        write(path("plain"), "junk\n%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n");
        QCOMPARE(failure_of(path("plain")).reason, std::string("is a damaged PDF: it cannot be opened"));
    }

    void candidates() {
        for (const char* name :
             {"a.txt",  "b.md",   "c.html", "d.htm", "e.pdf",  "f.docx",         "g.odt",
              "h.epub", "README", "i.c",    "j.rst", "k.pptx", "l.odp",          "m.eml",
              "n.mbox", "o.xlsx", "p.ods",  "q.csv", "r.tsv",  "travel-journal", "travel-journal.txt"})
            QVERIFY2(is_candidate(name), name);
        for (const char* name : {"a.css",
                                 "b.js",
                                 "c.png",
                                 "d.svg",
                                 "e.gif",
                                 "f.ico",
                                 "g.zip",
                                 "h.so",
                                 "i.gz",
                                 "j.mp3",
                                 "k.ttf",
                                 "l.jpg",
                                 ".hidden",
                                 "libm.so.6",
                                 "notes.txt~",
                                 "a.corpuscope",
                                 "a.corpuscope-wal",
                                 "b.db-shm",
                                 "c.sqlite3-journal",
                                 "mail-wal"})
            QVERIFY2(!is_candidate(name), name);
    }

    void elementsWithoutEndTakeNoStack() {
        std::string xml = "<c><title>Lamps";
        for (int i = 0; i < 200'000; ++i) xml += "<a>";
        xml += " and bells";
        for (int i = 0; i < 200'000; ++i) xml += "</a>";
        QCOMPARE(text_of_first("title", xml + "</title></c>"), std::string("Lamps and bells"));
        QCOMPARE(text_of_first("title", "<c><title>One &amp; <b>two</b></title><title>3</title></c>"),
                 std::string("One & two"));
        QVERIFY(text_of_first("title", "<c><title>breaks <b>off").starts_with("breaks"));
    }

    /// Of what stands at the edges of pages only what numbers them goes.
    void sentencesAtTheEdgesOfPagesStay() {
        std::vector<PdfPage> pages;
        for (int p = 0; p < 5; ++p) {
            const std::string number = std::to_string(p + 1);
            const auto line = [](const std::string& text) { return PdfLine{.text = text}; };
            pages.push_back(
                {line(number + " barrels of tar were delivered to the yard on the first of the month."),
                 line("What stands in the middle of page " + number + "."),
                 line("Page " + number + " of 5")});
        }
        DocumentBuilder builder("pdf", {});
        append_pdf_pages(pages, {}, builder);
        const std::string text = builder.finish("barrels")->text;
        for (int p = 0; p < 5; ++p)
            QVERIFY2(text.find(std::to_string(p + 1) + " barrels of tar") != std::string::npos, text.c_str());
        QVERIFY2(text.find("Page 3") == std::string::npos, text.c_str());
    }

 private:
    std::filesystem::path path(const std::string& name) const {
        return std::filesystem::path(folder_->path().toStdString()) / name;
    }

    static Limits small_limits() {
        Limits limits;
        limits.max_inflated_bytes = 1'000'000;
        return limits;
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

QTEST_GUILESS_MAIN(TestFailures)
#include "test_failures.moc"
