// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What adding a folder reads of it: everything, only changes after that, and what cannot be read is listed.
#include <sys/stat.h>

#include <QTest>
#include <fstream>

#include "tests/engine/indexing/indexed_folder.h"
#include "tests/engine/library/without_privileges.h"

using namespace corpuscope;
using namespace corpuscope::indexing;
using corpuscope::indexing::testing::FakeEncoder;
using corpuscope::indexing::testing::IndexedFolder;
using library::DocumentState;
using library::Library;
using library::OpenMode;

namespace fs = std::filesystem;

class TestIndexer : public QObject, IndexedFolder {
    Q_OBJECT

 private slots:
    void init() { open(); }
    void cleanup() { close(); }

    void a_folder_is_read_and_encoded();
    void an_unchanged_folder_writes_nothing();
    void a_changed_document_is_read_again();
    void another_time_of_modification_alone_reads_nothing();
    void a_vanished_document_is_removed();
    void an_empty_folder_takes_no_documents_with_it();
    void a_folder_in_place_of_a_document_removes_it();
    void names_that_begin_like_the_library_are_no_part_of_it();
    void a_missing_path_is_listed_and_removes_nothing();
    void hidden_entries_links_and_the_library_itself_are_passed_over();
    void a_named_file_is_always_tried();
    void a_failed_document_stays_listed();
    void a_failed_document_is_tried_again_when_it_changed_or_is_named();
    void what_may_not_be_opened_is_listed_and_kept();
    void a_name_that_is_no_utf8_is_listed();
    void an_older_reader_version_is_read_again();
    void a_file_that_vanishes_on_the_way_is_listed();
    void a_file_that_becomes_a_pipe_on_the_way_is_listed();
    void cancelling_while_reading_keeps_what_was_read();
};

void TestIndexer::a_folder_is_read_and_encoded() {
    write("a.txt", article(1));
    write("deep/er/b.md", "# Elephants\n\n" + article(2));
    write("empty.txt", "");
    write("picture.png", "\x89PNG");
    const Report report = add(docs_);
    QCOMPARE(report.added, 2);
    QCOMPARE(report.unchanged, 0);
    QCOMPARE(report.failed.size(), 1u);
    QCOMPARE(report.failed[0].path, (docs_ / "empty.txt").string());
    QVERIFY(!report.failed[0].reason.empty());
    QCOMPARE(library_->documents().size(), 3u);
    QCOMPARE(record("a.txt").state, DocumentState::Ready);
    QCOMPARE(record("a.txt").generation, 1);
    QCOMPARE(record("a.txt").sha256.size(), 64u);
    QCOMPARE(record("deep/er/b.md").title, std::string("Elephants"));
    QCOMPARE(record("empty.txt").state, DocumentState::Failed);
    QVERIFY(library_->vectors(record("a.txt").id)->dimension == FakeEncoder::kDimension);
    QVERIFY(!library_->keyword_search("elephants", 3).empty());
    QCOMPARE(report.tokens_encoded, library_->counts().tokens);
    QCOMPARE(encoder_->passes, 1);
    QVERIFY(!fs::exists(file_.string() + ".encoding"));
}

void TestIndexer::an_unchanged_folder_writes_nothing() {
    write("a.txt", article(1));
    write("b.txt", article(2));
    write("empty.txt", "");
    add(docs_);
    library_->compact();  // leaves an empty write-ahead log
    const auto modified = fs::last_write_time(file_);
    const Report report = add(docs_);
    QCOMPARE(report.unchanged, 2);
    QCOMPARE(report.added + report.updated + report.removed, 0);
    QCOMPARE(report.failed.size(), 1u);
    QCOMPARE(report.failed[0].path, (docs_ / "empty.txt").string());
    QCOMPARE(report.failed[0].reason, record("empty.txt").reason);
    QCOMPARE(encoder_->passes, 1);
    QCOMPARE(fs::file_size(file_.string() + "-wal"), std::uintmax_t{0});
    QVERIFY(fs::last_write_time(file_) == modified);
}

void TestIndexer::a_changed_document_is_read_again() {
    write("a.txt", article(1));
    for (int i = 0; i < 8; ++i) write(numbered("other", i), article(100 + i));
    add(docs_);
    const auto before = record("a.txt");
    write("a.txt", article(1) + "\nNow there are dinosaurs too.\n");
    const Report report = add(docs_);
    QCOMPARE(report.updated, 1);
    QCOMPARE(report.unchanged, 8);
    QCOMPARE(record("a.txt").id, before.id);
    QVERIFY(record("a.txt").sha256 != before.sha256);
    QCOMPARE(record("a.txt").state, DocumentState::Ready);
    QCOMPARE(record("a.txt").generation, 2);
    QCOMPARE(library_->keyword_search("dinosaurs", 5).size(), 1u);
}

void TestIndexer::another_time_of_modification_alone_reads_nothing() {
    write("a.txt", article(1));
    add(docs_);
    fs::last_write_time(docs_ / "a.txt", fs::file_time_type::clock::now() + std::chrono::hours(1));
    const auto before = record("a.txt");
    const Report report = add(docs_);
    QCOMPARE(report.unchanged, 1);
    QCOMPARE(report.updated, 0);
    QVERIFY(record("a.txt").modified_ns > before.modified_ns);
    QCOMPARE(record("a.txt").state, DocumentState::Ready);
    QCOMPARE(encoder_->passes, 1);
}

void TestIndexer::a_vanished_document_is_removed() {
    write("a.txt", article(1));
    write("sub/b.txt", article(2));
    add(docs_);
    fs::remove_all(docs_ / "sub");
    const Report report = add(docs_);
    QCOMPARE(report.removed, 1);
    QCOMPARE(library_->documents().size(), 1u);
    QCOMPARE(encoder_->passes, 1);
}

/// As where a disk is not mounted.
void TestIndexer::an_empty_folder_takes_no_documents_with_it() {
    write("disk/a.txt", article(1));
    write("disk/sub/b.txt", article(2));
    write("c.txt", article(3));
    add(docs_);
    fs::rename(docs_ / "disk", docs_.parent_path() / "elsewhere");
    fs::create_directory(docs_ / "disk");
    const Report report = add(docs_ / "disk");
    QCOMPARE(report.removed, 0);
    QCOMPARE(report.failed.size(), 1u);
    QCOMPARE(report.failed[0].path, (docs_ / "disk").string());
    QVERIFY(report.failed[0].reason.starts_with("is empty now"));
    QCOMPARE(library_->documents().size(), 3u);
    fs::remove(docs_ / "disk");
    fs::rename(docs_.parent_path() / "elsewhere", docs_ / "disk");
    QCOMPARE(add(docs_ / "disk").unchanged, 2);
    // One that the library knows nothing of is no failure.
    fs::create_directory(docs_ / "new");
    QVERIFY(add(docs_ / "new").failed.empty());
}

void TestIndexer::a_folder_in_place_of_a_document_removes_it() {
    write("a.txt", article(1));
    write("b.txt", article(2));
    add(docs_);
    fs::remove(docs_ / "a.txt");
    fs::create_directory(docs_ / "a.txt");
    QCOMPARE(add(docs_).removed, 1);
    QCOMPARE(library_->documents().size(), 1U);
}

/// "test.corpuscope" beside the library of that name and "test.corpuscope-notes.txt".
void TestIndexer::names_that_begin_like_the_library_are_no_part_of_it() {
    std::ofstream(file_.string() + "-notes.txt") << article(3);
    std::ofstream(file_.parent_path() / "test.txt") << article(4);
    QCOMPARE(add(file_.parent_path()).added, 2);
    fs::remove(file_.string() + "-notes.txt");
    fs::remove(file_.parent_path() / "test.txt");
}

void TestIndexer::a_missing_path_is_listed_and_removes_nothing() {
    write("a.txt", article(1));
    add(docs_);
    fs::rename(docs_, docs_.string() + ".moved");
    const Report report = add(docs_);
    QCOMPARE(report.failed.size(), 1u);
    QCOMPARE(report.failed[0].path, docs_.string());
    QCOMPARE(report.failed[0].reason, std::string("does not exist"));
    QCOMPARE(report.removed, 0);
    QCOMPARE(library_->documents().size(), 1u);
}

void TestIndexer::hidden_entries_links_and_the_library_itself_are_passed_over() {
    write("a.txt", article(1));
    write(".hidden.txt", article(2));
    write(".git/config.txt", article(3));
    write("../outside.txt", article(4));
    fs::create_symlink(docs_.parent_path() / "outside.txt", docs_ / "link.txt");
    fs::create_directory_symlink(docs_, docs_ / "loop");
    fs::create_directory_symlink(docs_.parent_path(), docs_ / "up");
    const Report report = add(docs_.parent_path());
    QCOMPARE(report.added, 2);
    QVERIFY(report.failed.empty());
    std::vector<std::string> paths;
    for (const auto& document : library_->documents()) paths.push_back(document.path);
    QCOMPARE(paths, (std::vector<std::string>{(docs_ / "a.txt").string(),
                                              (docs_.parent_path() / "outside.txt").string()}));
}

void TestIndexer::a_named_file_is_always_tried() {
    write("picture.png", "no picture");
    write(".hidden.txt", article(2));
    fs::create_symlink(docs_ / ".hidden.txt", docs_ / "link.txt");
    add(docs_ / "picture.png");
    QCOMPARE(record("picture.png").path, (docs_ / "picture.png").string());
    QCOMPARE(add(docs_ / "link.txt").added, 1);
    QCOMPARE(record(".hidden.txt").state, DocumentState::Ready);
    // A later look at the folder keeps it, though it would not have found it.
    QCOMPARE(add(docs_).removed, 0);
    QCOMPARE(record(".hidden.txt").state, DocumentState::Ready);
    fs::remove(docs_ / ".hidden.txt");
    QCOMPARE(add(docs_).removed, 1);
}

void TestIndexer::a_failed_document_stays_listed() {
    write("broken.docx", "this is not an archive at all");
    const Report first = add(docs_);
    const auto listed = [&](const Report& report) {
        QCOMPARE(report.unchanged, 0);
        QCOMPARE(report.failed.size(), 1u);
        QCOMPARE(report.failed[0].path, first.failed[0].path);
        QCOMPARE(report.failed[0].reason, first.failed[0].reason);
    };
    listed(add(docs_));
    fs::last_write_time(docs_ / "broken.docx", fs::file_time_type::clock::now() + std::chrono::hours(1));
    listed(add(docs_));
}

void TestIndexer::a_failed_document_is_tried_again_when_it_changed_or_is_named() {
    write("broken.docx", "this is not an archive at all");
    QCOMPARE(add(docs_).failed.size(), 1u);
    QCOMPARE(add(docs_ / "broken.docx").failed.size(), 1u);
    QCOMPARE(record("broken.docx").state, DocumentState::Failed);
    QVERIFY(!record("broken.docx").reason.empty());
    write("late.txt", "");
    QCOMPARE(add(docs_).failed.size(), 2u);
    write("late.txt", article(1));
    const Report report = add(docs_);
    QCOMPARE(report.added + report.updated, 1);
    QCOMPARE(report.failed.size(), 1u);
    QCOMPARE(report.failed[0].path, (docs_ / "broken.docx").string());
    QCOMPARE(record("late.txt").state, DocumentState::Ready);
}

void TestIndexer::what_may_not_be_opened_is_listed_and_kept() {
    write("closed/a.txt", article(1));
    write("b.txt", article(2));
    add(docs_);
    write("c.txt", article(3));
    fs::permissions(docs_ / "closed", fs::perms::none);
    fs::permissions(docs_ / "c.txt", fs::perms::none);
    fs::permissions(docs_.parent_path(), fs::perms::all);
    Report report;
    {
        const library::testing::WithoutPrivileges user;
        report = add(docs_);
    }
    fs::permissions(docs_ / "closed", fs::perms::owner_all);
    fs::permissions(docs_ / "c.txt", fs::perms::owner_all);
    QCOMPARE(report.removed, 0);
    QCOMPARE(report.failed.size(), 2u);
    QCOMPARE(report.failed[0].path, (docs_ / "closed").string());
    QVERIFY(report.failed[0].reason.find("Permission denied") != std::string::npos);
    QCOMPARE(report.failed[1].path, (docs_ / "c.txt").string());
    QVERIFY(report.failed[1].reason.find("Permission denied") != std::string::npos);
    QCOMPARE(record("closed/a.txt").state, DocumentState::Ready);
    QCOMPARE(record("c.txt").state, DocumentState::Failed);
    // Permissions do not show in the time of modification; it is tried again all the same.
    QCOMPARE(add(docs_).failed.size(), 0u);
    QCOMPARE(record("c.txt").state, DocumentState::Ready);
}

void TestIndexer::a_name_that_is_no_utf8_is_listed() {
    write("good.txt", article(1));
    write(
        "b\xff"
        "d.txt",
        article(2));
    const Report report = add(docs_);
    QCOMPARE(report.added, 1);
    QCOMPARE(report.failed.size(), 1u);
    QCOMPARE(report.failed[0].reason, std::string("its name is not valid UTF-8"));
}

void TestIndexer::an_older_reader_version_is_read_again() {
    write("a.txt", article(1));
    add(docs_);
    auto old = record("a.txt");
    old.reader_version = documents::kReaderVersion - 1;
    library::ReadDocument read;
    read.document.text = "what the old reader made of it";
    library_->store_read(old.id, old, read);
    QCOMPARE(add(docs_).updated, 1);
    QCOMPARE(record("a.txt").reader_version, documents::kReaderVersion);
    QVERIFY(library_->text(old.id).text.starts_with("Article number 1"));
}

void TestIndexer::a_file_that_vanishes_on_the_way_is_listed() {
    for (int i = 0; i < 5; ++i) write(numbered("a", i), article(i));
    Options options;
    options.progress = [&](const Progress& progress) {
        if (progress.phase == Phase::Reading) fs::remove(docs_ / "a4.txt");
    };
    const std::vector<fs::path> paths = {docs_};
    const Report report = indexer_->add(paths, options);
    QCOMPARE(report.added, 4);
    QCOMPARE(report.failed.size(), 1u);
    QCOMPARE(report.failed[0].path, (docs_ / "a4.txt").string());
    QCOMPARE(report.failed[0].reason, std::string("vanished while it was being read"));
    QCOMPARE(library_->documents().size(), 4u);
}

/// Nobody writes to the pipe, so that whoever opens it as one opens a file never comes back.
void TestIndexer::a_file_that_becomes_a_pipe_on_the_way_is_listed() {
    for (int i = 0; i < 5; ++i) write(numbered("a", i), article(i));
    const fs::path pipe = docs_ / "a4.txt";
    Options options;
    options.progress = [&](const Progress& progress) {
        if (progress.phase != Phase::Reading || !fs::is_regular_file(pipe)) return;
        fs::remove(pipe);
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    };
    const std::vector<fs::path> paths = {docs_};
    const Report report = indexer_->add(paths, options);
    QCOMPARE(report.added, 4);
    QCOMPARE(report.failed.size(), 1u);
    QCOMPARE(report.failed[0].path, pipe.string());
    QCOMPARE(report.failed[0].reason, std::string("is a pipe, not a document"));
    QVERIFY(library_->verify().empty());
}

void TestIndexer::cancelling_while_reading_keeps_what_was_read() {
    for (int i = 0; i < 20; ++i) write(numbered("a", i), article(i));
    Control control;
    Options options;
    options.control = &control;
    // Tokenizing is what happens on the way through a document.
    int texts = 0;
    Indexer slow(*library_, std::make_unique<FakeEncoder>(), [&](std::string_view text) {
        if (++texts == 40) control.cancel();
        return indexing::testing::tokenize(text);
    });
    const std::vector<fs::path> paths = {docs_};
    QVERIFY_EXCEPTION_THROWN(slow.add(paths, options), Cancelled);
    const auto counts = library_->counts();
    QCOMPARE(counts.documents, 20);
    QVERIFY(counts.read > 0);
    QVERIFY(counts.pending > 0);
    const Report report = add(docs_);
    QCOMPARE(report.unchanged, counts.read);
    QCOMPARE(report.added, counts.pending);
    QCOMPARE(library_->counts().ready, 20);
}

QTEST_GUILESS_MAIN(TestIndexer)
#include "test_indexer.moc"
