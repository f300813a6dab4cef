// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What adding a folder encodes of what it read: in which sequences, and from where it goes on.
#include <QTest>
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/engine/indexing/indexed_folder.h"

using namespace corpuscope;
using namespace corpuscope::indexing;
using corpuscope::indexing::testing::FakeEncoder;
using corpuscope::indexing::testing::IndexedFolder;
using library::DocumentState;
using library::Library;
using library::OpenMode;

namespace fs = std::filesystem;

class TestIndexerEncoding : public QObject, IndexedFolder {
    Q_OBJECT

 private slots:
    void init() { open(); }
    void cleanup() { close(); }

    void few_new_documents_are_read_behind_the_others();
    void what_is_gone_or_changed_is_a_hole();
    void many_small_additions_make_a_pass_over_everything();
    void without_room_behind_everything_is_read_anew();
    void a_cancelled_addition_goes_on_against_the_same_context();
    void many_new_documents_make_a_pass_over_everything();
    void refreshing_encodes_everything_as_one_sequence();
    void another_model_encodes_everything_anew();
    void cancelling_while_encoding_goes_on_from_there();
    void cancelling_between_stores_gives_all_the_same_context();
    void what_a_pass_killed_at_its_end_left_is_removed();
    void without_room_for_the_states_they_are_computed_again();
    void passages_weigh_their_units_by_positions();
    void progress_adds_up();
};

void TestIndexerEncoding::few_new_documents_are_read_behind_the_others() {
    for (int i = 0; i < 8; ++i) write(numbered("old", i), article(i));
    add(docs_);
    const auto old_vectors = library_->vectors(record("old3.txt").id);
    write("new.txt", article(50));
    const Report report = add(docs_);
    QCOMPARE(report.added, 1);
    QCOMPARE(report.tokens_encoded, record("new.txt").tokens);
    QCOMPARE(encoder_->last_units, record("new.txt").units);
    QCOMPARE(encoder_->last_before.size(), 1U);
    QCOMPARE(encoder_->last_before[0].filled, std::vector<std::uint16_t>(8, 100));
    QVERIFY(encoder_->last_before[0].rows == (std::vector<std::vector<std::uint16_t>>{{0x3f80}, {0x4000}}));
    QCOMPARE(record("new.txt").generation, 2);
    QCOMPARE(record("old3.txt").generation, 1);
    QCOMPARE(library_->vectors(record("old3.txt").id)->units, old_vectors->units);
}

void TestIndexerEncoding::what_is_gone_or_changed_is_a_hole() {
    for (int i = 0; i < 8; ++i) write(numbered("old", i), article(i));
    add(docs_);
    fs::remove(docs_ / "old2.txt");
    write("old5.txt", article(60, 14));
    add(docs_);
    QCOMPARE(encoder_->last_before.size(), 1U);
    QCOMPARE(encoder_->last_before[0].filled,
             (std::vector<std::uint16_t>{100, 100, 0, 100, 100, 0, 100, 100}));
    write("new.txt", article(50));
    add(docs_);
    QCOMPARE(encoder_->last_before.size(), 2U);
    QCOMPARE(encoder_->last_before[1].filled, std::vector<std::uint16_t>{100});
    write("old5.txt", article(61, 15));
    add(docs_);
    QCOMPARE(encoder_->last_before.size(), 3U);
    QCOMPARE(encoder_->last_before[1].filled, std::vector<std::uint16_t>{0});
    QCOMPARE(encoder_->last_before[2].filled, std::vector<std::uint16_t>{100});
}

void TestIndexerEncoding::many_small_additions_make_a_pass_over_everything() {
    for (int i = 0; i < 4; ++i) write(numbered("old", i), article(i));
    add(docs_);
    std::vector<std::int64_t> encoded;
    for (int i = 0; i < 5; ++i) {
        write(numbered("new", i), article(50 + i));
        encoded.push_back(add(docs_).tokens_encoded / record("new0.txt").tokens);
    }
    // The fourth makes half of the library new.
    QCOMPARE(encoded, (std::vector<std::int64_t>{1, 1, 1, 8, 1}));
    QCOMPARE(library_->sequence().size(), 2U);
    QCOMPARE(library_->sequence_generation(), std::optional<std::int64_t>(5));
}

void TestIndexerEncoding::without_room_behind_everything_is_read_anew() {
    for (int i = 0; i < 8; ++i) write(numbered("old", i), article(i));
    add(docs_);
    encoder_->has_room_behind = false;
    write("new.txt", article(50));
    const Report report = add(docs_);
    QCOMPARE(report.tokens_encoded, library_->counts().tokens);
    QVERIFY(encoder_->last_before.empty());
    QCOMPARE(library_->sequence().size(), 1U);
    QCOMPARE(library_->sequence_generation(), std::optional<std::int64_t>(2));
}

void TestIndexerEncoding::a_cancelled_addition_goes_on_against_the_same_context() {
    for (int i = 0; i < 8; ++i) write(numbered("old", i), article(i));
    add(docs_);
    write("new.txt", article(50));
    Control control;
    encoder_->after_step = [&](int step) {
        if (step == 4) control.cancel();
    };
    QVERIFY_EXCEPTION_THROWN(add(docs_, &control), Cancelled);
    QCOMPARE(library_->sequence().size(), 1U);
    encoder_->after_step = nullptr;
    add(docs_);
    QCOMPARE(encoder_->steps_gone_on_from, 5);
    QCOMPARE(encoder_->last_before.size(), 1U);
    QCOMPARE(library_->sequence().size(), 2U);
    QCOMPARE(record("new.txt").generation, 2);
}

void TestIndexerEncoding::many_new_documents_make_a_pass_over_everything() {
    for (int i = 0; i < 3; ++i) write(numbered("old", i), article(i));
    add(docs_);
    for (int i = 0; i < 4; ++i) write(numbered("new", i), article(50 + i));
    const Report report = add(docs_);
    QCOMPARE(report.tokens_encoded, library_->counts().tokens);
    QCOMPARE(record("old1.txt").generation, 2);
    QCOMPARE(record("new1.txt").generation, 2);
}

void TestIndexerEncoding::refreshing_encodes_everything_as_one_sequence() {
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

void TestIndexerEncoding::another_model_encodes_everything_anew() {
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

void TestIndexerEncoding::cancelling_while_encoding_goes_on_from_there() {
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

void TestIndexerEncoding::cancelling_between_stores_gives_all_the_same_context() {
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

void TestIndexerEncoding::what_a_pass_killed_at_its_end_left_is_removed() {
    write("a.txt", article(1));
    add(docs_);
    const std::filesystem::path left = library_->file().string() + ".encoding";
    std::filesystem::create_directory(left);
    std::ofstream(left / "states") << "of a pass whose vectors are stored";
    QCOMPARE(add(docs_).tokens_encoded, 0);
    QVERIFY(!std::filesystem::exists(left));
}

void TestIndexerEncoding::without_room_for_the_states_they_are_computed_again() {
    write("a.txt", article(1));
    encoder_->scratch_is_full = true;
    const std::vector<fs::path> paths = {docs_};
    QCOMPARE(indexer_->add(paths, {}).added, 1);
    QCOMPARE(encoder_->passes, 2);
    QCOMPARE(library_->counts().ready, 1);
    QVERIFY(!fs::exists(file_.string() + ".encoding"));
}

void TestIndexerEncoding::passages_weigh_their_units_by_positions() {
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

void TestIndexerEncoding::progress_adds_up() {
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

QTEST_GUILESS_MAIN(TestIndexerEncoding)
#include "test_indexer_encoding.moc"
