// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What goes into a library comes out of it, unchanged, also after it was closed.
#include <QTemporaryDir>
#include <QTest>

#include "engine/library/library.h"
#include "tests/engine/library/library_fixtures.h"

using namespace corpuscope;
using namespace corpuscope::library;
using namespace corpuscope::library::testing;

namespace {

double cosine(const float* a, const float* b, std::int64_t dimension) {
    double product = 0, aa = 0, bb = 0;
    for (std::int64_t i = 0; i < dimension; ++i) {
        product += static_cast<double>(a[i]) * b[i];
        aa += static_cast<double>(a[i]) * a[i];
        bb += static_cast<double>(b[i]) * b[i];
    }
    return product / std::sqrt(aa * bb);
}

}  // namespace

class TestLibrary : public QObject {
    Q_OBJECT

 private slots:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        file_ = std::filesystem::path(folder_->path().toStdString()) / "new folder" / "my library.corpuscope";
        library_ = Library::open(file_, OpenMode::ReadWrite);
    }
    void cleanup() {
        QCOMPARE(library_->verify(), std::vector<std::string>{});
        library_.reset();
        folder_.reset();
    }

    void a_read_document_comes_back();
    void a_replaced_document_leaves_nothing_behind();
    void a_failed_document_keeps_its_reason();
    void a_removed_document_is_gone();
    void what_does_not_fit_together_is_refused();
    void vectors_come_back_close();
    void vectors_of_a_dominating_value_stay_float();
    void vectors_that_do_not_fit_are_refused();
    void another_model_drops_the_vectors();
    void a_transaction_is_all_or_nothing();
    void a_document_without_units_can_be_ready();
    void settings_come_back();
    void counts_add_up();
    void compacting_shrinks_the_file();
    void readers_see_what_is_committed();
    void a_read_transaction_is_of_one_moment();
    void the_default_file_follows_the_environment();

 private:
    void reopen() {
        library_.reset();
        library_ = Library::open(file_, OpenMode::ReadWrite);
    }
    std::unique_ptr<QTemporaryDir> folder_;
    std::filesystem::path file_;
    std::unique_ptr<Library> library_;
};

void TestLibrary::a_read_document_comes_back() {
    const auto read = read_document("Käse", {"Erste Zeile: süß.", "Second, with a \"quote\" and 漢字."});
    const DocumentId id = store(*library_, "/docs/käse.txt", read);
    reopen();
    const auto record = library_->find("/docs/käse.txt");
    QVERIFY(record);
    const auto expected = record_of("/docs/käse.txt", read);
    QCOMPARE(record->id, id);
    QCOMPARE(record->bytes, expected.bytes);
    QCOMPARE(record->modified_ns, expected.modified_ns);
    QCOMPARE(record->sha256, expected.sha256);
    QCOMPARE(record->title, expected.title);
    QCOMPARE(record->warnings, expected.warnings);
    QCOMPARE(record->segmentation, expected.segmentation);
    QCOMPARE(record->state, DocumentState::Read);
    QCOMPARE(record->passages, 2);
    QCOMPARE(record->units, 2);
    QCOMPARE(record->tokens, read.passages.tokens);
    QCOMPARE(record->pages, 1);

    const StoredText text = library_->text(id);
    QCOMPARE(text.text, read.document.text);
    QCOMPARE(text.pages, read.document.pages);
    QCOMPARE(text.blocks.size(), 2u);
    QCOMPARE(text.blocks[1].range, read.document.blocks[1].range);
    QCOMPARE(text.source_map[1].source_offset, read.document.source_map[1].source_offset);
    QCOMPARE(library_->sentences(id), read.passages.sentences);
    const StoredUnits units = library_->units(id);
    QCOMPARE(units.offsets.size(), 3u);
    QCOMPARE(units.ranges[1], read.passages.units[1].range);
    QCOMPARE(std::vector<std::int32_t>(units.ids.begin() + units.offsets[1], units.ids.end()),
             read.passages.units[1].ids);
    const auto passages = library_->passages(id);
    QCOMPARE(passages.size(), 2u);
    QCOMPARE(passages[1].text, std::string("Second, with a \"quote\" and 漢字."));
    QCOMPARE(passages[1].heading, std::string("Käse › Section"));
    QCOMPARE(passages[1].first_unit, 1);
    QCOMPARE(passages[1].first_sentence, 1);
    const std::vector<PassageId> ids = {passages[1].id, passages[0].id};
    QCOMPARE(library_->passages(ids)[0].range, passages[1].range);
    QCOMPARE(library_->passage_ids(id), (std::vector<PassageId>{passages[0].id, passages[1].id}));
}

void TestLibrary::a_replaced_document_leaves_nothing_behind() {
    const DocumentId id = store(*library_, "/a.txt", read_document("Elephants", {"grey", "large"}));
    store_random_vectors(*library_, id, 1);
    QCOMPARE(store(*library_, "/a.txt", read_document("Mice", {"small"})), id);
    QCOMPARE(library_->document(id)->state, DocumentState::Read);
    QVERIFY(!library_->vectors(id));
    QVERIFY(library_->keyword_search("elephants grey", 5).empty());
    QCOMPARE(library_->keyword_search("mice", 5).size(), 1u);
    QCOMPARE(library_->passages(id).size(), 1u);
}

void TestLibrary::a_failed_document_keeps_its_reason() {
    const auto read = read_document("Elephants", {"grey"});
    const DocumentId id = store(*library_, "/a.txt", read);
    library_->store_failed(id, record_of("/a.txt", read), "needs a password");
    QCOMPARE(library_->document(id)->state, DocumentState::Failed);
    QCOMPARE(library_->document(id)->reason, std::string("needs a password"));
    QVERIFY(library_->passages(id).empty());
    QVERIFY_EXCEPTION_THROWN(library_->text(id), LibraryError);
    QVERIFY(library_->keyword_search("elephants", 5).empty());
}

void TestLibrary::a_removed_document_is_gone() {
    const DocumentId id = store(*library_, "/a.txt", read_document("Elephants", {"grey"}));
    const DocumentId other = store(*library_, "/b.txt", read_document("Mice", {"grey"}));
    store_random_vectors(*library_, id, 1);
    library_->remove(id);
    QVERIFY(!library_->document(id));
    QCOMPARE(library_->documents().size(), 1u);
    QCOMPARE(library_->keyword_search("grey", 5).size(), 1u);
    QVERIFY(store(*library_, "/c.txt", read_document("Cats", {"black"})) > other);
}

void TestLibrary::what_does_not_fit_together_is_refused() {
    const auto good = read_document("Käse", {"süß", "und gut"});
    const DocumentId id = store(*library_, "/a.txt", good);
    const auto refused = [&](auto damage) {
        ReadDocument bad = good;
        damage(bad);
        try {
            library_->store_read(id, record_of("/a.txt", bad), bad);
            return false;
        } catch (const std::invalid_argument&) {
            return library_->text(id).text == good.document.text;
        }
    };
    QVERIFY(refused([](ReadDocument& bad) { bad.passages.passages[1].range.end += 100; }));
    QVERIFY(refused([](ReadDocument& bad) { bad.passages.passages[1].range.begin = 0; }));
    QVERIFY(refused([](ReadDocument& bad) { bad.passages.passages[1].units = 2; }));
    QVERIFY(refused([](ReadDocument& bad) { bad.passages.sentences[0].end = 2; }));  // inside the ü
    QVERIFY(refused([](ReadDocument& bad) { bad.passages.units[0].ids.clear(); }));
    QVERIFY(refused([](ReadDocument& bad) { bad.document.pages[0].end += 1; }));
}

void TestLibrary::vectors_come_back_close() {
    const DocumentId id = store(*library_, "/a.txt", read_document("A", {"one", "two", "three"}));
    const DocumentVectors given = random_vectors(*library_->document(id), 7);
    library_->store_vectors({&id, 1}, {&given, 1});
    reopen();
    QCOMPARE(library_->document(id)->state, DocumentState::Ready);
    QCOMPARE(library_->document(id)->generation, 7);
    QCOMPARE(library_->counts().generation, 7);
    const auto stored = library_->vectors(id);
    QVERIFY(stored);
    QCOMPARE(stored->dimension, 384);
    QCOMPARE(stored->units.size(), given.units.size());
    for (std::int64_t r = 0; r < 3; ++r) {
        QVERIFY(cosine(&stored->units[r * 384], &given.units[r * 384], 384) > 0.9999);
        QVERIFY(cosine(&stored->passages[r * 384], &given.passages[r * 384], 384) > 0.9999);
    }
    QVERIFY(cosine(stored->document.data(), given.document.data(), 384) > 0.9999);
    const auto quantized = library_->quantized_vectors(id, VectorLevel::Unit);
    QVERIFY(quantized);
    QCOMPARE(quantized->codes.size(), given.units.size());
    QCOMPARE(quantized->scales.size(), 3u);
    QCOMPARE(quantized->scales[2] * static_cast<float>(quantized->codes[2 * 384 + 5]),
             stored->units[2 * 384 + 5]);
}

void TestLibrary::vectors_of_a_dominating_value_stay_float() {
    const DocumentId id = store(*library_, "/a.txt", read_document("A", {"one"}));
    DocumentVectors given = random_vectors(*library_->document(id), 1);
    // Everything but the first value falls between two codes of int8.
    const float small = 0.0035f;
    for (float& value : given.units) value = small;
    given.units[0] = std::sqrt(1.0f - 383.0f * small * small);
    library_->store_vectors({&id, 1}, {&given, 1});
    const auto stored = library_->vectors(id);
    QVERIFY(cosine(stored->units.data(), given.units.data(), 384) > kLeastCosine);
    QCOMPARE(stored->units, given.units);
}

void TestLibrary::vectors_that_do_not_fit_are_refused() {
    const DocumentId id = store(*library_, "/a.txt", read_document("A", {"one", "two"}));
    const DocumentVectors good = random_vectors(*library_->document(id), 1);
    const auto refused = [&](auto damage) {
        DocumentVectors bad = good;
        damage(bad);
        try {
            library_->store_vectors({&id, 1}, {&bad, 1});
            return false;
        } catch (const std::invalid_argument&) {
            return !library_->vectors(id) && library_->document(id)->state == DocumentState::Read;
        }
    };
    QVERIFY(refused([](DocumentVectors& bad) { bad.units.resize(384); }));
    QVERIFY(refused([](DocumentVectors& bad) { bad.document.clear(); }));
    QVERIFY(refused([](DocumentVectors& bad) { bad.units[3] = std::nanf(""); }));
    QVERIFY(refused([](DocumentVectors& bad) { bad.passages[3] += 1.0f; }));
    QVERIFY(refused([](DocumentVectors& bad) { std::fill(bad.units.begin(), bad.units.end(), 0.0f); }));
}

void TestLibrary::another_model_drops_the_vectors() {
    const DocumentId id = store(*library_, "/a.txt", read_document("A", {"one"}));
    library_->set_model(model_identity("default", "abc"));
    store_random_vectors(*library_, id, 1);
    library_->set_model(model_identity("default", "abc"));
    QVERIFY(library_->vectors(id));
    library_->set_model(model_identity("default", "def"));
    QVERIFY(!library_->vectors(id));
    QCOMPARE(library_->document(id)->state, DocumentState::Read);
    QCOMPARE(library_->counts().model, std::string("default def"));
    QCOMPARE(library_->counts().generation, 1);
}

void TestLibrary::a_transaction_is_all_or_nothing() {
    QVERIFY_EXCEPTION_THROWN(library_->in_transaction([&] {
        store(*library_, "/a.txt", read_document("A", {"one"}));
        throw std::runtime_error("stop");
    }),
                             std::runtime_error);
    QVERIFY(library_->documents().empty());
    library_->in_transaction([&] {
        store(*library_, "/a.txt", read_document("A", {"one"}));
        store(*library_, "/b.txt", read_document("B", {"two"}));
    });
    QCOMPARE(library_->documents().size(), 2u);
}

void TestLibrary::a_document_without_units_can_be_ready() {
    ReadDocument read;
    read.document.text = "\n";
    const DocumentId id = store(*library_, "/blank.txt", read);
    const DocumentVectors none{384, 3, {}, {}, {}};
    library_->store_vectors({&id, 1}, {&none, 1});
    QCOMPARE(library_->document(id)->state, DocumentState::Ready);
    QVERIFY(!library_->vectors(id));
    QCOMPARE(library_->text(id).text, std::string("\n"));
}

void TestLibrary::settings_come_back() {
    QVERIFY(!library_->setting("answer"));
    library_->set_setting("answer", "41");
    library_->set_setting("answer", "42");
    reopen();
    QCOMPARE(library_->setting("answer").value(), std::string("42"));
    library_->remove_setting("answer");
    QVERIFY(!library_->setting("answer"));
}

void TestLibrary::counts_add_up() {
    QCOMPARE(library_->counts().documents, 0);
    const DocumentId ready = store(*library_, "/c.txt", read_document("A", {"one", "two"}));
    store_random_vectors(*library_, ready, 1);
    store(*library_, "/b.txt", read_document("B", {"three"}));
    DocumentRecord record;
    record.path = "/a.txt";
    const DocumentId pending = library_->add_pending(record);
    QCOMPARE(library_->add_pending(record), pending);
    record.path = "/d.txt";
    library_->store_failed(library_->add_pending(record), record, "is empty");
    const Counts counts = library_->counts();
    QCOMPARE(counts.documents, 4);
    QCOMPARE(counts.ready, 1);
    QCOMPARE(counts.read, 1);
    QCOMPARE(counts.pending, 1);
    QCOMPARE(counts.failed, 1);
    QCOMPARE(counts.passages, 3);
    QCOMPARE(counts.units, 3);
    QCOMPARE(counts.tokens, 11);
    QVERIFY(counts.bytes > 0);
    const auto documents = library_->documents();
    QCOMPARE(documents.front().path, std::string("/a.txt"));
    QCOMPARE(documents.back().path, std::string("/d.txt"));
}

void TestLibrary::compacting_shrinks_the_file() {
    std::vector<std::string> texts(2000, "The quick brown fox jumps over the lazy dog, again and again.");
    const DocumentId id = store(*library_, "/a.txt", read_document("A", texts));
    const DocumentId kept = store(*library_, "/b.txt", read_document("B", {"something else"}));
    store_random_vectors(*library_, id, 1);
    store_random_vectors(*library_, kept, 1);
    library_->remove(id);
    const auto before = library_->counts().bytes;
    library_->compact();
    QVERIFY(library_->counts().bytes < before / 4);
    QCOMPARE(std::filesystem::file_size(file_), static_cast<std::uintmax_t>(library_->counts().bytes));
    QCOMPARE(library_->keyword_search("something", 5).size(), 1u);
    QVERIFY(library_->vectors(kept));
}

void TestLibrary::readers_see_what_is_committed() {
    store(*library_, "/a.txt", read_document("A", {"one"}));
    const auto reader = Library::open(file_, OpenMode::ReadOnly);
    QCOMPARE(reader->documents().size(), 1u);
    library_->in_transaction([&] {
        store(*library_, "/b.txt", read_document("B", {"two"}));
        QCOMPARE(reader->documents().size(), 1u);
    });
    QCOMPARE(reader->documents().size(), 2u);
    QCOMPARE(reader->keyword_search("two", 5).size(), 1u);
    const auto problems = reader->verify();
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().c_str());
    QVERIFY_EXCEPTION_THROWN(reader->set_setting("a", "b"), LibraryError);
}

void TestLibrary::a_read_transaction_is_of_one_moment() {
    store(*library_, "/a.txt", read_document("A", {"one"}));
    const auto reader = Library::open(file_, OpenMode::ReadOnly);
    {
        const Library::ReadTransaction transaction(*reader);
        QCOMPARE(reader->documents().size(), 1u);
        store(*library_, "/b.txt", read_document("B", {"two"}));
        const Library::ReadTransaction part_of_it(*reader);
        QCOMPARE(reader->documents().size(), 1u);
        QVERIFY(reader->keyword_search("two", 5).empty());
    }
    QCOMPARE(reader->documents().size(), 2u);
    {
        const Library::ReadTransaction transaction(*library_);
        QVERIFY_EXCEPTION_THROWN(library_->set_setting("a", "b"), std::logic_error);
    }
    library_->set_setting("a", "b");
    QCOMPARE(reader->setting("a"), std::optional<std::string>("b"));
}

void TestLibrary::the_default_file_follows_the_environment() {
    qputenv("CORPUSCOPE_LIBRARY", "/somewhere/x.corpuscope");
    QCOMPARE(default_library_file(), std::filesystem::path("/somewhere/x.corpuscope"));
    qunsetenv("CORPUSCOPE_LIBRARY");
    qputenv("XDG_DATA_HOME", "/data");
    QCOMPARE(default_library_file(), std::filesystem::path("/data/corpuscope/library.corpuscope"));
    qputenv("XDG_DATA_HOME", "relative");
    const QByteArray home = qgetenv("HOME");
    qputenv("HOME", "/home/of/someone");
    QCOMPARE(default_library_file(),
             std::filesystem::path("/home/of/someone/.local/share/corpuscope/library.corpuscope"));
    qunsetenv("XDG_DATA_HOME");
    // Never in the folder in which the program happens to be started.
    for (const bool empty : {true, false}) {
        if (empty)
            qputenv("HOME", "");
        else
            qunsetenv("HOME");
        QVERIFY(default_library_file().is_absolute());
        QVERIFY(default_library_file().string().ends_with("/.local/share/corpuscope/library.corpuscope"));
    }
    qputenv("HOME", home);
}

QTEST_GUILESS_MAIN(TestLibrary)
#include "test_library.moc"
