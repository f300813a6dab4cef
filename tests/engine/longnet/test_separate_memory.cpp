// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The encoder on a backend whose memory the processor cannot touch and whose work is done late, against the
// cpu backend.
#include <QTemporaryDir>
#include <QTest>

#include "engine/longnet/calibration.h"
#include "engine/longnet/encoder.h"
#include "engine/models.h"
#include "tests/engine/longnet/golden_sequence.h"
#include "tests/engine/longnet/separate_memory.h"
#include "tests/engine/longnet/small_model.h"

using namespace corpuscope;
using namespace corpuscope::longnet;
using kernels::Precision;

namespace {

// Half of it holds a block of 64 positions of the small model, but not the states of 120 units.
constexpr std::size_t kNoRoomForStates = 300000, kNoRoomForBf16States = 150000;

std::shared_ptr<kernels::Backend> separate(const SeparateMemoryOptions& options = {}) {
    return make_separate_memory_backend(kernels::make_backend("cpu", 1), options);
}
std::shared_ptr<kernels::Backend> cpu() { return kernels::make_backend("cpu", 1); }

}  // namespace

class TestSeparateMemory : public QObject {
    Q_OBJECT
 private slots:
    void defaultModelMatchesItsGolden_data() {
        QTest::addColumn<int>("precision");
        QTest::addColumn<double>("bound");
        QTest::newRow("float32") << static_cast<int>(Precision::F32) << 0.9999;
        QTest::newRow("bf16") << static_cast<int>(Precision::BF16) << 0.995;
        QTest::newRow("int8") << static_cast<int>(Precision::Int8) << 0.995;
    }
    void defaultModelMatchesItsGolden() {
        QFETCH(int, precision);
        QFETCH(double, bound);
        const SafetensorsFile golden(test_data("minilm/first-weights-sequence.safetensors"));
        const Units units = read_golden_units(golden);
        Encoder encoder(load_model(find_model("default")), separate({.bf16_rows = true}),
                        static_cast<Precision>(precision));
        for (const bool recompute : {false, true})
            for (const auto& [name, context] : kGoldenContexts) {
                EncodeOptions options = in_context(context);
                options.block = 1024;
                options.recompute = recompute;
                const std::vector<float> vectors = encoder.encode(units, options);
                const double lowest =
                    lowest_cosine(vectors, golden.floats(golden.at(name)), encoder.model().config.d_model);
                qInfo("%s: lowest cosine %.6f", name, lowest);
                QVERIFY2(lowest >= bound, qPrintable(QString("%1: %2").arg(name).arg(lowest, 0, 'f', 6)));
            }
    }

    void agreesWithTheProcessor_data() {
        QTest::addColumn<int>("block");
        QTest::addColumn<bool>("room");
        QTest::addColumn<bool>("recompute");
        for (const int block : {16, 64, 512})
            for (const bool room : {true, false})
                for (const bool recompute : {false, true})
                    QTest::addRow("blocks of %d, %s%s", block, room ? "resident" : "streamed",
                                  recompute ? ", recomputed" : "")
                        << block << room << recompute;
    }
    void agreesWithTheProcessor() {
        QFETCH(int, block);
        QFETCH(bool, room);
        QFETCH(bool, recompute);
        const Units units = make_units(120, 14, 50);
        Encoder plain(make_small_model(), cpu(), Precision::F32);
        std::vector<float> wanted_lengths, lengths;
        EncodeOptions options = in_blocks(block);
        options.lengths = &wanted_lengths;
        const std::vector<float> wanted = plain.encode(units, options);
        options.lengths = &lengths;
        options.recompute = recompute;
        for (unsigned seed = 1; seed <= 3; ++seed) {
            SeparateMemoryOptions memory{.seed = seed};
            if (!room) memory.free_memory = kNoRoomForStates;
            Encoder encoder(make_small_model(), separate(memory), Precision::F32);
            std::int64_t done = 0, total = 0;
            options.progress = [&](const EncodeProgress& progress) {
                QVERIFY(progress.positions_done >= done);
                done = progress.positions_done;
                total = progress.positions_total;
            };
            QVERIFY(lowest_cosine(encoder.encode(units, options), wanted, 32) > 0.999999);
            QCOMPARE(done, total);
            QCOMPARE(lengths.size(), wanted_lengths.size());
            for (std::size_t u = 0; u < lengths.size(); ++u)
                QVERIFY(std::abs(lengths[u] - wanted_lengths[u]) < 1e-4f);
        }
    }

    void bf16RowsAgreeWithFloat32() {
        const Units units = make_units(120, 14, 50);
        Encoder exact(make_small_model(), cpu(), Precision::F32);
        const std::vector<float> wanted = exact.encode(units);
        for (unsigned seed = 1; seed <= 5; ++seed) {
            Encoder encoder(make_small_model(),
                            separate({.bf16_rows = true, .free_memory = kNoRoomForBf16States, .seed = seed}),
                            Precision::BF16);
            QVERIFY(lowest_cosine(encoder.encode(units, in_blocks(64)), wanted, 32) > 0.999);
        }
    }

    void aKilledPassGoesOnFromItsScratch_data() {
        QTest::addColumn<int>("checkpoints");
        QTest::addColumn<int>("precision");
        for (const auto& [name, precision] :
             {std::pair{"float32", Precision::F32}, {"bf16", Precision::BF16}})
            for (const int checkpoints : {1, 9, 20, 30})
                QTest::addRow("%s, %d", name, checkpoints) << checkpoints << static_cast<int>(precision);
    }
    void aKilledPassGoesOnFromItsScratch() {
        QFETCH(int, checkpoints);
        QFETCH(int, precision);
        const Units units = make_units(120, 14, 50);
        Encoder encoder(make_small_model(), separate({.bf16_rows = true}), static_cast<Precision>(precision));
        EncodeOptions options = in_blocks(32);
        const std::vector<float> wanted = encoder.encode(units, options);

        const QTemporaryDir folder;
        Control control;
        options.scratch = folder.path().toStdString();
        options.control = &control;
        std::int64_t reached = 0, first = -1;
        options.progress = [&, left = checkpoints](const EncodeProgress& progress) mutable {
            reached = progress.positions_done;
            if (--left == 0) control.cancel();
        };
        QVERIFY_EXCEPTION_THROWN(encoder.encode(units, options), Cancelled);
        options.control = nullptr;
        options.progress = [&](const EncodeProgress& progress) {
            if (first < 0) first = progress.positions_done;
        };
        QCOMPARE(encoder.encode(units, options), wanted);
        // At most the block at hand and the two that were on their way are done again.
        QVERIFY2(first > reached - 3 * 32 - 16, qPrintable(QString("%1 of %2").arg(first).arg(reached)));
        // The same folder serves the cpu backend, whose states are laid out differently.
        Encoder plain(make_small_model(), cpu(), static_cast<Precision>(precision));
        QVERIFY(lowest_cosine(plain.encode(units, options), wanted, 32) > 0.999);
    }

    void cancels() {
        const Units units = make_units(120, 14, 50);
        Encoder encoder(make_small_model(), separate({.free_memory = kNoRoomForStates}), Precision::F32);
        Control control;
        EncodeOptions options = in_blocks(32);
        options.control = &control;
        options.progress = [&](const EncodeProgress& progress) {
            if (progress.positions_done * 3 > progress.positions_total) control.cancel();
        };
        QVERIFY_EXCEPTION_THROWN(encoder.encode(units, options), Cancelled);
        options.control = nullptr;
        options.progress = {};
        Encoder plain(make_small_model(), cpu(), Precision::F32);
        QVERIFY(lowest_cosine(encoder.encode(units, options), plain.encode(units), 32) > 0.999999);
    }

    void anObserverSeesTheSame() {
        struct Recorder : Observer {
            std::vector<float> states, queries, keys;
            std::vector<std::int64_t> positions;
            void hidden(std::int64_t begin, std::int64_t count, const float* rows) override {
                positions.insert(positions.end(), {begin, count});
                states.insert(states.end(), rows, rows + count * 32);
            }
            bool wants_attention(int layer) override { return layer == 1; }
            void attention(int, std::int64_t begin, std::int64_t count, const float* q,
                           const float* k) override {
                positions.insert(positions.end(), {begin, count});
                queries.insert(queries.end(), q, q + count * 32);
                keys.insert(keys.end(), k, k + count * 32);
            }
        } wanted, seen;
        const Units units = make_units(100, 14, 50);
        Encoder plain(make_small_model(), cpu(), Precision::F32);
        Encoder encoder(make_small_model(), separate(), Precision::F32);
        plain.encode(units, in_blocks(64), &wanted);
        encoder.encode(units, in_blocks(64), &seen);
        QCOMPARE(seen.positions, wanted.positions);
        QVERIFY(lowest_cosine(seen.states, wanted.states, 32) > 0.999999);
        QVERIFY(lowest_cosine(seen.queries, wanted.queries, 32) > 0.999999);
        QVERIFY(lowest_cosine(seen.keys, wanted.keys, 32) > 0.999999);
    }

    void singleTextsAgree() {
        Encoder plain(make_small_model(), cpu(), Precision::BF16);
        Encoder encoder(make_small_model(), separate({.bf16_rows = true}), Precision::BF16);
        const std::vector<std::vector<std::int32_t>> texts = {{5, 6, 7}, {}, {8, 9, 10, 11, 12, 13, 14}};
        const auto wanted = plain.encode_tokens(texts), tokens = encoder.encode_tokens(texts);
        QCOMPARE(tokens.offsets, wanted.offsets);
        QVERIFY(lowest_cosine(tokens.states, wanted.states, 32) > 0.999);
        QVERIFY(cosine(encoder.encode_alone(texts[0]), plain.encode_alone(texts[0])) > 0.999);
    }

    void lengthsThatComeAgainAreReplayed_data() {
        QTest::addColumn<int>("moves");
        QTest::addColumn<int>("replays");
        // Of 18 texts of two lengths two run first, and two are recorded.
        QTest::newRow("memory stays") << 0 << 14;
        QTest::newRow("memory moves after each third replay") << 3 << 9;
    }
    void lengthsThatComeAgainAreReplayed() {
        QFETCH(int, moves);
        const std::vector<std::vector<std::int32_t>> texts = {{5, 6, 7}, {8, 9, 10, 11, 12, 13, 14},
                                                              {7, 5, 6}, {1, 2, 3},
                                                              {4, 1, 9}, {20, 21, 22, 23, 24, 25, 26}};
        Encoder plain(make_small_model(), cpu(), Precision::F32);
        const auto wanted = plain.encode_tokens(texts);
        int replays = 0;
        Encoder encoder(make_small_model(), separate({.replays = &replays, .moves_after_replays = moves}),
                        Precision::F32);
        for (int round = 0; round < 3; ++round)
            QVERIFY(lowest_cosine(encoder.encode_tokens(texts).states, wanted.states, 32) > 0.999999);
        QTEST(replays, "replays");
    }

    void smallestInput() {
        Encoder encoder(make_small_model(), separate(), Precision::F32);
        QVERIFY(encoder.encode({}).empty());
        QCOMPARE(encoder.encode({{3}, {0, 1}, {0}}).size(), std::size_t{32});
        QVERIFY_EXCEPTION_THROWN(encoder.encode({{50}, {0, 1}, {0}}), std::invalid_argument);
    }

    void calibrationWantsHostMemory() {
        const auto backend = separate();
        QVERIFY_EXCEPTION_THROWN(measure_moments(*make_small_model(), *backend), std::invalid_argument);
    }

    /// A library may be continued on another machine than the one that began it.
    void whatOneBackendKeptAnotherGoesOnFrom() {
        const Units first = make_units(120, 14, 50), second = make_units(60, 14, 50);
        Encoder here(make_small_model(), cpu(), Precision::F32);
        Encoder there(make_small_model(), separate(), Precision::F32);
        std::vector<KeptContext> kept(2);
        std::vector<std::vector<float>> vectors;
        EncodeOptions options = in_blocks(64);
        for (Encoder* encoder : {&here, &there}) {
            options.keep = &kept[encoder == &there];
            encoder->encode(first, options);
        }
        QCOMPARE(kept[0].filled, kept[1].filled);
        QCOMPARE(kept[0].rows.front().size(), kept[1].rows.front().size());
        options.keep = nullptr;
        for (Encoder* encoder : {&here, &there})
            for (const KeptContext& context : kept) {
                options.before = {&context, 1};
                vectors.push_back(encoder->encode(second, options));
            }
        for (const auto& other : vectors) QVERIFY(lowest_cosine(vectors.front(), other, 32) > 0.99999);
        options.before = {};
        QVERIFY(lowest_cosine(vectors.front(), there.encode(second, options), 32) < 0.9999);
    }
};

QTEST_GUILESS_MAIN(TestSeparateMemory)
#include "test_separate_memory.moc"
