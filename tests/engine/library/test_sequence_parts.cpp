// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <SQLiteCpp/SQLiteCpp.h>

#include <QTemporaryDir>
#include <QTest>
#include <bit>
#include <cmath>

#include "engine/library/library.h"
#include "tests/engine/library/library_fixtures.h"

using namespace corpuscope;
using namespace corpuscope::library;
using namespace corpuscope::library::testing;

class TestSequenceParts : public QObject {
    Q_OBJECT

 private slots:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        file_ = std::filesystem::path(folder_->path().toStdString()) / "a.corpuscope";
        library_ = Library::open(file_, OpenMode::ReadWrite);
        const auto id = store(*library_, "/a.txt", read_document("A", {"one"}));
        store_random_vectors(*library_, id, 9);
    }
    void cleanup() {
        QCOMPARE(library_->verify(), std::vector<std::string>{});
        library_.reset();
    }

    void parts_come_back_in_order() {
        // More values than one blob takes.
        const SequencePart first = part(1, 0, std::size_t{40'000'001}), second = part(3, 65536, 12);
        library_->store_sequence_part(first);
        library_->store_sequence_part(second);
        library_ = nullptr;
        library_ = Library::open(file_, OpenMode::ReadWrite);
        QCOMPARE(library_->sequence_generation(), std::optional<std::int64_t>(1));
        const auto parts = library_->sequence();
        QCOMPARE(parts.size(), 2U);
        for (const auto& [stored, given] : {std::pair(&parts[0], &first), std::pair(&parts[1], &second)}) {
            QCOMPARE(stored->generation, given->generation);
            QCOMPARE(stored->begin, given->begin);
            QCOMPARE(stored->block, given->block);
            QVERIFY(stored->document == given->document);
            QCOMPARE(stored->filled, given->filled);
            for (std::size_t layer = 0; layer < 2; ++layer)
                QCOMPARE(largest_error(stored->rows[layer], given->rows[layer]), 0.0);
        }
    }

    void a_part_at_the_beginning_takes_the_place_of_all() {
        library_->store_sequence_part(part(1, 0, 4));
        library_->store_sequence_part(part(2, 65536, 4));
        library_->store_sequence_part(part(5, 0, 4));
        QCOMPARE(library_->sequence().size(), 1U);
        QCOMPARE(library_->sequence_generation(), std::optional<std::int64_t>(5));
        QCOMPARE(rows_stored(), 2);
    }

    void another_model_has_no_sequence() {
        library_->set_model("one");
        library_->store_sequence_part(part(1, 0, 4));
        library_->set_model("two");
        QVERIFY(library_->sequence().empty());
        QVERIFY(!library_->sequence_generation());
        QCOMPARE(rows_stored(), 0);
    }

    void numbers_that_are_not_finite_are_refused() {
        SequencePart bad = part(1, 0, 40);
        bad.rows[1][7] = 0x7f80;
        QVERIFY_EXCEPTION_THROWN(library_->store_sequence_part(bad), std::invalid_argument);
        QVERIFY(library_->sequence().empty());
    }

    void windows_without_a_document_are_refused() {
        SequencePart torn = part(1, 0, 4);
        torn.document.pop_back();
        QVERIFY_EXCEPTION_THROWN(library_->store_sequence_part(torn), std::invalid_argument);
        QVERIFY(library_->sequence().empty());
    }

    void a_library_of_version_1_is_read_and_brought_up_to_date() {
        library_ = nullptr;
        {
            SQLite::Database database(file_.string(), SQLite::OPEN_READWRITE);
            database.exec("DROP TABLE sequence_rows; DROP TABLE sequence_parts; PRAGMA user_version = 1");
        }
        {
            const auto reader = Library::open(file_, OpenMode::ReadOnly);
            QCOMPARE(reader->counts().ready, 1);
            QVERIFY(reader->sequence().empty());
            QVERIFY(!reader->sequence_generation());
            QCOMPARE(reader->verify(), std::vector<std::string>{});
        }
        library_ = Library::open(file_, OpenMode::ReadWrite);
        QCOMPARE(library_->counts().ready, 1);
        library_->store_sequence_part(part(1, 0, 4));
        QCOMPARE(library_->sequence().size(), 1U);
    }

 private:
    /// Two layers of `values` each.
    static SequencePart part(std::int64_t generation, std::int64_t begin, std::size_t values) {
        SequencePart part;
        part.generation = generation;
        part.begin = begin;
        part.block = 65536;
        part.document = {DocumentId{7}, DocumentId{7}, DocumentId{3}, DocumentId{900'000}};
        part.filled = {256, 17, 0, 3};
        for (std::uint16_t layer = 0; layer < 2; ++layer) {
            std::vector<std::uint16_t> rows(values);
            for (std::size_t i = 0; i < values; ++i) {
                const float value = std::ldexp(static_cast<float>(i * 37 % 255) - 127.0F, layer - 3);
                rows[i] = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
            }
            part.rows.push_back(std::move(rows));
        }
        return part;
    }
    /// In units of the largest of 32 neighbours, less what bytes and one bf16 step explain.
    static double largest_error(const std::vector<std::uint16_t>& got,
                                const std::vector<std::uint16_t>& given) {
        if (got.size() != given.size()) return INFINITY;
        const auto value = [](std::uint16_t bits) {
            return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
        };
        double largest = 0;
        for (std::size_t begin = 0; begin < given.size(); begin += 32) {
            double range = 0, error = 0;
            for (std::size_t i = begin; i < std::min(begin + 32, given.size()); ++i) {
                range = std::max(range, std::abs(static_cast<double>(value(given[i]))));
                error = std::max(error, std::abs(static_cast<double>(value(got[i])) - value(given[i])));
            }
            largest = std::max(largest, error / std::max(range, 1e-30) - (1.0 / 250 + 1.0 / 256));
        }
        return std::max(largest, 0.0);
    }
    int rows_stored() {
        SQLite::Database database(file_.string(), SQLite::OPEN_READONLY);
        return database.execAndGet("SELECT count(*) FROM sequence_rows").getInt();
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::filesystem::path file_;
    std::unique_ptr<Library> library_;
};

QTEST_GUILESS_MAIN(TestSequenceParts)
#include "test_sequence_parts.moc"
