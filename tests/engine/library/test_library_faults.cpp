// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What can be wrong with a library file or the disk it lies on: each gives a line that names file and reason,
// and nothing that was stored is lost.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <iostream>

#include "engine/library/library.h"
#include "tests/engine/library/file_size_limit.h"
#include "tests/engine/library/library_fixtures.h"
#include "tests/engine/library/without_privileges.h"

using namespace corpuscope;
using namespace corpuscope::library;
using namespace corpuscope::library::testing;

namespace fs = std::filesystem;

namespace {

/// What opening the file throws; empty: nothing.
std::string refusal(const fs::path& file, OpenMode mode) {
    try {
        Library::open(file, mode);
        return {};
    } catch (const LibraryError& error) {
        return error.what();
    }
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Nobody may write; folders can be entered.
constexpr fs::perms kReadOnly = fs::perms::owner_read | fs::perms::owner_exec | fs::perms::group_read |
                                fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec;

int hold(const char* file) {
    const auto library = Library::open(file, OpenMode::ReadWrite);
    std::cout << "held" << std::endl;
    std::string line;
    std::getline(std::cin, line);
    return 0;
}

}  // namespace

class TestLibraryFaults : public QObject {
    Q_OBJECT

 private slots:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        root_ = fs::canonical(folder_->path().toStdString());
        file_ = root_ / "test.corpuscope";
    }

    void a_file_that_is_no_database();
    void the_database_of_another_application();
    void a_newer_version();
    void a_folder_in_place_of_the_file();
    void a_pipe_in_place_of_the_file();
    void a_missing_file_for_reading();
    void a_folder_that_cannot_be_made();
    void a_folder_without_permission();
    void a_read_only_medium_can_be_read();
    void a_second_process_is_kept_out();
    void a_link_leads_to_the_same_lock();
    void a_full_disk_loses_nothing();
    void a_full_disk_can_be_read();
    void damage_is_found_data();
    void damage_is_found();
    void overwritten_pages_are_found();
    void a_file_cut_short_is_found();

 private:
    void fill(int documents = 3) {
        const auto library = Library::open(file_, OpenMode::ReadWrite);
        for (int i = 0; i < documents; ++i) {
            std::string text = "Sentence about elephants, number ";
            const std::vector<std::string> texts(20, text += std::to_string(i));
            std::string path = "/docs/";
            const auto id = store(*library, path += std::to_string(i), read_document("Title", texts));
            store_random_vectors(*library, id, 1);
        }
        SequencePart part;
        part.generation = 1;
        part.block = 65536;
        part.document = {DocumentId{1}, DocumentId{2}};
        part.filled = {200, 30};
        part.rows = {{0x3f80, 0x4000}, {0x3f80, 0x4000}};
        library->store_sequence_part(part);
    }
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path root_, file_;
};

void TestLibraryFaults::a_file_that_is_no_database() {
    std::ofstream(file_) << std::string(5000, 'x');
    for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::ReadWrite}) {
        const std::string reason = refusal(file_, mode);
        QVERIFY2(contains(reason, file_.string()) && contains(reason, "not a Corpuscope library"),
                 reason.c_str());
    }
    QCOMPARE(fs::file_size(file_), std::uintmax_t{5000});
}

void TestLibraryFaults::the_database_of_another_application() {
    SQLite::Database(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE mine (x)");
    for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::ReadWrite}) {
        const std::string reason = refusal(file_, mode);
        QVERIFY2(contains(reason, file_.string()) && contains(reason, "another application"), reason.c_str());
    }
}

void TestLibraryFaults::a_newer_version() {
    fill();
    SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
    for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::ReadWrite}) {
        const std::string reason = refusal(file_, mode);
        QVERIFY2(contains(reason, file_.string()) && contains(reason, "newer version"), reason.c_str());
    }
    SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 2");
    QCOMPARE(Library::open(file_, OpenMode::ReadWrite)->verify(), std::vector<std::string>{});
}

void TestLibraryFaults::a_folder_in_place_of_the_file() {
    fs::create_directory(file_);
    for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::ReadWrite}) {
        QVERIFY(contains(refusal(file_, mode), "is a folder"));
    }
}

void TestLibraryFaults::a_pipe_in_place_of_the_file() {
    QCOMPARE(::mkfifo(file_.c_str(), 0600), 0);
    for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::ReadWrite}) {
        QVERIFY(contains(refusal(file_, mode), "is not a Corpuscope library"));
    }
}

void TestLibraryFaults::a_missing_file_for_reading() {
    QVERIFY(contains(refusal(file_, OpenMode::ReadOnly), file_.string() + " does not exist"));
    QVERIFY(!fs::exists(file_));
    std::ofstream(file_).flush();
    QVERIFY(contains(refusal(file_, OpenMode::ReadOnly), "is empty"));
    QCOMPARE(refusal(file_, OpenMode::ReadWrite), std::string());
}

void TestLibraryFaults::a_folder_that_cannot_be_made() {
    std::ofstream(root_ / "file") << "x";
    const std::string reason = refusal(root_ / "file" / "test.corpuscope", OpenMode::ReadWrite);
    QVERIFY2(contains(reason, "cannot be created") && contains(reason, "Not a directory"), reason.c_str());
}

void TestLibraryFaults::a_folder_without_permission() {
    fs::permissions(root_, kReadOnly);
    {
        const WithoutPrivileges user;
        const std::string reason = refusal(file_, OpenMode::ReadWrite);
        QVERIFY2(contains(reason, file_.string()) && contains(reason, "Permission denied"), reason.c_str());
    }
    fs::permissions(root_, fs::perms::owner_all);
}

void TestLibraryFaults::a_read_only_medium_can_be_read() {
    fill();
    fs::permissions(file_, kReadOnly);
    fs::permissions(root_, kReadOnly);
    {
        const WithoutPrivileges user;
        const auto library = Library::open(file_, OpenMode::ReadOnly);
        QCOMPARE(library->documents().size(), 3u);
        QCOMPARE(library->keyword_search("elephants", 100).size(), 60u);
        const auto problems = library->verify();
        QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().c_str());
        QVERIFY(contains(refusal(file_, OpenMode::ReadWrite), "Permission denied"));
    }
    fs::permissions(root_, fs::perms::owner_all);
}

void TestLibraryFaults::a_second_process_is_kept_out() {
    fill();
    QProcess holder;
    holder.start(QCoreApplication::applicationFilePath(), {"--hold", QString::fromStdString(file_.string())});
    QVERIFY(holder.waitForReadyRead(20000));
    const std::string expected = file_.string() + " is in use by another Corpuscope (process " +
                                 std::to_string(holder.processId()) + ")";
    QCOMPARE(refusal(file_, OpenMode::ReadWrite), expected);
    QCOMPARE(Library::open(file_, OpenMode::ReadOnly)->documents().size(), 3u);
    holder.kill();
    QVERIFY(holder.waitForFinished(20000));
    QCOMPARE(refusal(file_, OpenMode::ReadWrite), std::string());

    const auto here = Library::open(file_, OpenMode::ReadWrite);
    QVERIFY(contains(refusal(file_, OpenMode::ReadWrite), "in use by another Corpuscope"));
}

void TestLibraryFaults::a_full_disk_loses_nothing() {
    fill();
    const auto library = Library::open(file_, OpenMode::ReadWrite);
    const auto large = read_document("Large", std::vector<std::string>(3000, std::string(900, 'w')));
    std::string reason;
    {
        const FileSizeLimit limit(fs::file_size(file_) + 100000);
        try {
            store(*library, "/docs/large", large);
        } catch (const LibraryError& error) {
            reason = error.what();
        }
    }
    QVERIFY2(contains(reason, file_.string()) && contains(reason, "what was stored before is safe"),
             reason.c_str());
    QCOMPARE(library->verify(), std::vector<std::string>{});
    QCOMPARE(library->counts().ready, 3);
    const DocumentId id = store(*library, "/docs/large", large);
    QCOMPARE(library->text(id).text, large.document.text);
}

void TestLibraryFaults::a_link_leads_to_the_same_lock() {
    fill();
    fs::create_directory_symlink(root_, root_ / "link");
    fs::create_symlink(file_, root_ / "other.corpuscope");
    const auto here = Library::open(file_, OpenMode::ReadWrite);
    for (const char* name : {"link/test.corpuscope", "other.corpuscope"})
        QVERIFY(contains(refusal(root_ / name, OpenMode::ReadWrite), "in use by another Corpuscope"));
    QCOMPARE(Library::open(root_ / "other.corpuscope", OpenMode::ReadOnly)->file(), file_);
}

/// There is no room for what SQLite shares among processes either.
void TestLibraryFaults::a_full_disk_can_be_read() {
    fill();
    const FileSizeLimit limit(0);
    QCOMPARE(Library::open(file_, OpenMode::ReadOnly)->documents().size(), 3u);
}

void TestLibraryFaults::damage_is_found_data() {
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("found");
    const auto row = [](const char* name, const char* sql, const char* found) {
        QTest::newRow(name) << sql << found;
    };
    row("part", "UPDATE parts SET data = substr(data, 1, 3) || x'ff' || substr(data, 5) WHERE document = 2",
        "checksum");
    row("vectors", "UPDATE vectors SET data = substr(data, 1, 99) || x'7f7f' || substr(data, 102)",
        "checksum");
    row("text", "UPDATE passages SET text = replace(text, 'elephants', 'ELEPHANTS') WHERE id = 7",
        "checksum");
    row("words", "UPDATE passages SET text = replace(text, 'elephants', 'crocodile') WHERE id = 7",
        "keyword index");
    row("lost words", "DELETE FROM passage_words_data WHERE id > 10", "keyword index");
    row("range", "UPDATE passages SET end_byte = end_byte + 1 WHERE id = 7", "passage");
    row("page", "UPDATE documents SET pages = 7 WHERE id = 1", "pages");
    row("count", "UPDATE documents SET tokens = tokens + 1 WHERE id = 1", "tokens");
    row("units", "UPDATE documents SET units = units + 1 WHERE id = 1", "units");
    row("state", "UPDATE documents SET state = 1 WHERE id = 1", "not ready");
    row("failed", "UPDATE documents SET state = 3 WHERE id = 1", "without a reason");
    row("no vectors", "DELETE FROM vectors WHERE document = 1", "without vectors");
    row("one level", "DELETE FROM vectors WHERE document = 1 AND level = 1", "passage vectors");
    row("generation", "UPDATE vectors SET generation = 5 WHERE document = 1 AND level = 0", "generation");
    row("sequence", "UPDATE sequence_rows SET data = x'0102' || substr(data, 3) WHERE layer = 1", "checksum");
    row("windows", "UPDATE sequence_parts SET windows = x'00'", "checksum");
    row("layer", "DELETE FROM sequence_rows WHERE layer = 0", "different sizes");
    row("sequence without generation", "UPDATE settings SET value = '0' WHERE key = 'generation'",
        "no generation");
    row("orphan", "PRAGMA foreign_keys = OFF; DELETE FROM documents WHERE id = 1", "belongs to no row");
}

void TestLibraryFaults::damage_is_found() {
    QFETCH(const QString, sql);
    QFETCH(const QString, found);
    fill();
    QCOMPARE(Library::open(file_, OpenMode::ReadOnly)->verify(), std::vector<std::string>{});
    SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec(sql.toStdString());
    for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::ReadWrite}) {
        std::string problems;
        for (const std::string& problem : Library::open(file_, mode)->verify()) problems += problem + "\n";
        QVERIFY2(contains(problems, found.toStdString()), problems.c_str());
    }
}

void TestLibraryFaults::overwritten_pages_are_found() {
    fill();
    const auto size = static_cast<std::int64_t>(fs::file_size(file_));
    constexpr std::int64_t kPage = 8192;
    int found = 0, pages = 0;
    for (std::int64_t at = kPage; at + kPage <= size; at += kPage, ++pages) {
        const fs::path copy = root_ / "copy.corpuscope";
        fs::copy_file(file_, copy, fs::copy_options::overwrite_existing);
        std::fstream stream(copy, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(at);
        stream << std::string(kPage, '\xa5');
        stream.close();
        try {
            found += Library::open(copy, OpenMode::ReadOnly)->verify().empty() ? 0 : 1;
        } catch (const LibraryError&) {
            ++found;
        }
    }
    QVERIFY(pages > 10);
    QCOMPARE(found, pages);
}

void TestLibraryFaults::a_file_cut_short_is_found() {
    fill();
    fs::resize_file(file_, fs::file_size(file_) / 2);
    std::string problems = refusal(file_, OpenMode::ReadOnly);
    if (problems.empty()) {
        for (const std::string& problem : Library::open(file_, OpenMode::ReadOnly)->verify())
            problems += problem;
    }
    QVERIFY(!problems.empty());
}

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--hold") return hold(argv[2]);
    const QCoreApplication application(argc, argv);
    TestLibraryFaults test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_library_faults.moc"
