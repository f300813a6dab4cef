// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What adding a folder does to a library: everything in, only changes after that, nothing lost on the way.
#include <sys/stat.h>

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <fstream>

#include "engine/indexing/indexer.h"
#include "tests/engine/indexing/fake_encoder.h"
#include "tests/engine/library/without_privileges.h"

using namespace corpuscope;
using namespace corpuscope::indexing;
using corpuscope::indexing::testing::FakeEncoder;
using library::DocumentState;
using library::Library;
using library::OpenMode;

namespace fs = std::filesystem;

class TestIndexer : public QObject {
    Q_OBJECT

 private slots:
    void init();
    void cleanup();

    void a_folder_is_read_and_encoded();
    void an_unchanged_folder_writes_nothing();
    void a_changed_document_is_read_again();
    void another_time_of_modification_alone_reads_nothing();
    void a_vanished_document_is_removed();
    void a_missing_path_is_listed_and_removes_nothing();
    void hidden_entries_links_and_the_library_itself_are_passed_over();
    void a_named_file_is_always_tried();
    void a_failed_document_is_tried_again_when_it_changed_or_is_named();
    void what_may_not_be_opened_is_listed_and_kept();
    void a_name_that_is_no_utf8_is_listed();
    void few_new_documents_are_a_sequence_of_their_own();
    void many_new_documents_make_a_pass_over_everything();
    void refreshing_encodes_everything_as_one_sequence();
    void another_model_encodes_everything_anew();
    void an_older_reader_version_is_read_again();
    void a_file_that_vanishes_on_the_way_is_listed();
    void a_file_that_becomes_a_pipe_on_the_way_is_listed();
    void cancelling_while_reading_keeps_what_was_read();
    void cancelling_while_encoding_goes_on_from_there();
    void cancelling_between_stores_gives_all_the_same_context();
    void without_room_for_the_states_they_are_computed_again();
    void passages_weigh_their_units_by_positions();
    void progress_adds_up();

 private:
    void write(const std::string& name, const std::string& text) {
        fs::create_directories((docs_ / name).parent_path());
        std::ofstream(docs_ / name, std::ios::binary) << text;
    }
    static std::string numbered(const std::string& stem, int number) {
        std::string name = stem;
        name += std::to_string(number);
        return name += ".txt";
    }
    static std::string article(int seed, int sentences = 12) {
        std::string text = "Article number " + std::to_string(seed) + "\n\n";
        for (int s = 0; s < sentences; ++s) {
            text += "Sentence " + std::to_string(s) + " of article " + std::to_string(seed) +
                    " tells of animals, of rivers and of the weather in the mountains. ";
        }
        return text + "\n";
    }
    Report add(const fs::path& path, Control* control = nullptr) {
        Options options;
        options.control = control;
        const std::vector<fs::path> paths = {path};
        return indexer_->add(paths, options);
    }
    library::DocumentRecord record(const std::string& name) const {
        return library_->find((docs_ / name).string()).value_or(library::DocumentRecord{});
    }

    std::unique_ptr<QTemporaryDir> folder_;
    fs::path docs_, file_;
    std::unique_ptr<Library> library_;
    FakeEncoder* encoder_ = nullptr;
    std::unique_ptr<Indexer> indexer_;
};

void TestIndexer::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    const fs::path root = fs::canonical(folder_->path().toStdString());
    docs_ = root / "docs";
    file_ = root / "test.corpuscope";
    fs::create_directories(docs_);
    library_ = Library::open(file_, OpenMode::ReadWrite);
    auto encoder = std::make_unique<FakeEncoder>();
    encoder_ = encoder.get();
    indexer_ = std::make_unique<Indexer>(*library_, std::move(encoder), indexing::testing::tokenize);
}

void TestIndexer::cleanup() {
    QCOMPARE(library_->verify(), std::vector<std::string>{});
    indexer_.reset();
    library_.reset();
    fs::remove_all(docs_);
    folder_.reset();
}

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
    QCOMPARE(report.unchanged, 3);
    QCOMPARE(report.added + report.updated + report.removed, 0);
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

void TestIndexer::a_failed_document_is_tried_again_when_it_changed_or_is_named() {
    write("broken.docx", "this is not an archive at all");
    QCOMPARE(add(docs_).failed.size(), 1u);
    QCOMPARE(add(docs_).failed.size(), 0u);
    QCOMPARE(add(docs_ / "broken.docx").failed.size(), 1u);
    QCOMPARE(record("broken.docx").state, DocumentState::Failed);
    QVERIFY(!record("broken.docx").reason.empty());
    write("late.txt", "");
    QCOMPARE(add(docs_).failed.size(), 1u);
    write("late.txt", article(1));
    QCOMPARE(add(docs_).failed.size(), 0u);
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

void TestIndexer::few_new_documents_are_a_sequence_of_their_own() {
    for (int i = 0; i < 8; ++i) write(numbered("old", i), article(i));
    add(docs_);
    const auto old_vectors = library_->vectors(record("old3.txt").id);
    write("new.txt", article(50));
    const Report report = add(docs_);
    QCOMPARE(report.added, 1);
    QCOMPARE(report.tokens_encoded, record("new.txt").tokens);
    QCOMPARE(encoder_->last_units, record("new.txt").units);
    QCOMPARE(record("new.txt").generation, 2);
    QCOMPARE(record("old3.txt").generation, 1);
    QCOMPARE(library_->vectors(record("old3.txt").id)->units, old_vectors->units);
}

void TestIndexer::many_new_documents_make_a_pass_over_everything() {
    for (int i = 0; i < 3; ++i) write(numbered("old", i), article(i));
    add(docs_);
    for (int i = 0; i < 4; ++i) write(numbered("new", i), article(50 + i));
    const Report report = add(docs_);
    QCOMPARE(report.tokens_encoded, library_->counts().tokens);
    QCOMPARE(record("old1.txt").generation, 2);
    QCOMPARE(record("new1.txt").generation, 2);
}

void TestIndexer::refreshing_encodes_everything_as_one_sequence() {
    for (int i = 0; i < 4; ++i) write(numbered("old", i), article(i));
    add(docs_);
    write("new.txt", article(9));
    add(docs_);
    const Report report = indexer_->refresh({});
    QCOMPARE(report.tokens_encoded, library_->counts().tokens);
    QCOMPARE(encoder_->last_units, library_->counts().units);
    for (const auto& document : library_->documents()) QCOMPARE(document.generation, 3);
    QCOMPARE(library_->counts().generation, 3);
}

void TestIndexer::another_model_encodes_everything_anew() {
    for (int i = 0; i < 4; ++i) write(numbered("a", i), article(i));
    add(docs_);
    const auto segmentation = record("a1.txt").segmentation;
    encoder_->name = "fake 2";
    fs::remove(docs_ / "a3.txt");
    write("other/b.txt", article(7));
    // Also what is not below the folder added: its stored text is enough.
    const Report report = add(docs_ / "other");
    QCOMPARE(report.added, 1);
    QCOMPARE(report.tokens_encoded, library_->counts().tokens);
    QCOMPARE(library_->counts().model, std::string("fake 2"));
    QCOMPARE(library_->counts().ready, 5);
    QVERIFY(record("a1.txt").segmentation != segmentation);
    QCOMPARE(record("a3.txt").generation, 2);
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

void TestIndexer::cancelling_while_encoding_goes_on_from_there() {
    for (int i = 0; i < 5; ++i) write(numbered("a", i), article(i));
    Control control;
    encoder_->after_step = [&](int step) {
        if (step == 4) control.cancel();
    };
    QVERIFY_EXCEPTION_THROWN(add(docs_, &control), Cancelled);
    QCOMPARE(library_->counts().read, 5);
    encoder_->after_step = nullptr;
    const Report report = add(docs_);
    QCOMPARE(report.unchanged, 5);
    QCOMPARE(encoder_->steps_gone_on_from, 5);
    QCOMPARE(library_->counts().ready, 5);
    QVERIFY(!library_->setting("encoding"));
}

void TestIndexer::cancelling_between_stores_gives_all_the_same_context() {
    // More units than one transaction takes.
    for (int i = 0; i < 6; ++i) write(numbered("a", i), article(i, 8000));
    Control control;
    Options options;
    options.control = &control;
    options.progress = [&](const Progress& progress) {
        if (progress.phase == Phase::Storing) control.cancel();
    };
    const std::vector<fs::path> paths = {docs_};
    QVERIFY_EXCEPTION_THROWN(indexer_->add(paths, options), Cancelled);
    QVERIFY(library_->counts().ready > 0);
    QVERIFY(library_->counts().read > 0);
    add(docs_);
    QCOMPARE(library_->counts().ready, 6);
    QCOMPARE(encoder_->last_units, library_->counts().units);
    for (const auto& document : library_->documents()) QCOMPARE(document.generation, 1);
}

void TestIndexer::without_room_for_the_states_they_are_computed_again() {
    write("a.txt", article(1));
    encoder_->scratch_is_full = true;
    const std::vector<fs::path> paths = {docs_};
    QCOMPARE(indexer_->add(paths, {}).added, 1);
    QCOMPARE(encoder_->passes, 2);
    QCOMPARE(library_->counts().ready, 1);
    QVERIFY(!fs::exists(file_.string() + ".encoding"));
}

void TestIndexer::passages_weigh_their_units_by_positions() {
    write("a.txt", article(1, 40));
    add(docs_);
    const auto id = record("a.txt").id;
    const auto units = library_->units(id);
    longnet::Units given{units.ids, units.offsets, {}};
    given.document.assign(units.ranges.size(), 0);
    longnet::EncodeOptions options;
    options.scratch = file_.string() + ".encoding";
    const auto encoded = encoder_->encode(given, options);
    fs::remove_all(options.scratch);
    const auto passages = library_->passages(id);
    QVERIFY(passages.size() > 1 && passages[1].units > 1);
    const auto stored = library_->vectors(id);
    for (std::size_t p = 0; p < passages.size(); ++p) {
        std::vector<double> mean(FakeEncoder::kDimension);
        double square = 0, product = 0;
        for (auto u = passages[p].first_unit; u < passages[p].first_unit + passages[p].units; ++u) {
            const double weight =
                static_cast<double>(units.offsets[u + 1] - units.offsets[u] + 2) * encoded.lengths[u];
            for (std::int64_t i = 0; i < FakeEncoder::kDimension; ++i) {
                mean[i] += weight * encoded.vectors[u * FakeEncoder::kDimension + i];
            }
        }
        for (std::int64_t i = 0; i < FakeEncoder::kDimension; ++i) {
            square += mean[i] * mean[i];
            product += mean[i] * stored->passages[p * FakeEncoder::kDimension + i];
        }
        QVERIFY(product / std::sqrt(square) > 0.9999);
    }
}

void TestIndexer::progress_adds_up() {
    for (int i = 0; i < 5; ++i) write(numbered("a", i), article(i));
    encoder_->step_time = std::chrono::milliseconds(60);
    std::vector<Progress> seen;
    Options options;
    options.progress = [&](const Progress& progress) { seen.push_back(progress); };
    const std::vector<fs::path> paths = {docs_};
    indexer_->add(paths, options);
    QCOMPARE(seen.front().phase, Phase::Scanning);
    QCOMPARE(seen.back().phase, Phase::Done);
    QCOMPARE(seen.back().documents_done, 5);
    QCOMPARE(seen.back().documents_total, 5);
    QCOMPARE(seen.back().bytes_done, seen.back().bytes_total);
    QCOMPARE(seen.back().tokens_done, library_->counts().tokens);
    QVERIFY(std::is_sorted(seen.begin(), seen.end(), [](const Progress& a, const Progress& b) {
        return a.phase < b.phase || (a.phase == b.phase && a.tokens_done < b.tokens_done);
    }));
    QVERIFY(std::any_of(seen.begin(), seen.end(), [](const Progress& progress) {
        return progress.phase == Phase::Encoding && progress.tokens_done > 0 &&
               progress.tokens_done < progress.tokens_total;
    }));
}

QTEST_GUILESS_MAIN(TestIndexer)
#include "test_indexer.moc"
