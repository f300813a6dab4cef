// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <limits>

#include "engine/longnet/encoder.h"
#include "engine/models.h"
#include "tests/engine/longnet/golden_sequence.h"
#include "tests/engine/longnet/small_model.h"

using namespace corpuscope;
using namespace corpuscope::longnet;
using kernels::Precision;

namespace {

/// One thread: the small model's tiles are too small to share.
std::shared_ptr<kernels::Backend> cpu() { return kernels::make_backend("cpu", 1); }

}  // namespace

class TestEncoder : public QObject {
    Q_OBJECT
 private slots:
    void defaultModelMatchesItsGolden_data() {
        QTest::addColumn<int>("precision");
        QTest::addColumn<double>("bound");
        // The golden vectors are those of the weights before they were rounded for storage.
        QTest::newRow("float32") << static_cast<int>(Precision::F32) << 0.9999;
        QTest::newRow("bf16") << static_cast<int>(Precision::BF16) << 0.995;
        QTest::newRow("int8") << static_cast<int>(Precision::Int8) << 0.995;
    }
    void defaultModelMatchesItsGolden() {
        QFETCH(int, precision);
        QFETCH(double, bound);
        const SafetensorsFile golden(test_data("minilm/first-weights-sequence.safetensors"));
        const Units units = read_golden_units(golden);
        Encoder encoder(load_model(find_model("default")), cpu(), static_cast<Precision>(precision));
        for (const auto& [name, context] : kGoldenContexts) {
            const std::vector<float> vectors = encoder.encode(units, in_context(context));
            const double lowest =
                lowest_cosine(vectors, golden.floats(golden.at(name)), encoder.model().config.d_model);
            qInfo("%s: lowest cosine %.6f", name, lowest);
            QVERIFY2(lowest >= bound, qPrintable(QString("%1: %2").arg(name).arg(lowest, 0, 'f', 6)));
        }
    }

    void blocksDoNotChangeTheResult_data() {
        QTest::addColumn<int>("block");
        for (const int block : {16, 64, 512}) QTest::addRow("%d", block) << block;
    }
    void blocksDoNotChangeTheResult() {
        QFETCH(int, block);
        const Units units = make_units(120, 14, 50);
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        const std::vector<float> whole = encoder.encode(units);
        const std::vector<float> parts = encoder.encode(units, in_blocks(block));
        QVERIFY(lowest_cosine(whole, parts, 32) > 0.999999);
    }

    void recomputedStatesGiveTheSame_data() { blocksDoNotChangeTheResult_data(); }
    void recomputedStatesGiveTheSame() {
        QFETCH(int, block);
        const Units units = make_units(120, 14, 50);
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        EncodeOptions options = in_blocks(block);
        const std::vector<float> stored = encoder.encode(units, options);
        std::int64_t done = 0, total = 0;
        options.recompute = true;
        options.progress = [&](const EncodeProgress& progress) {
            QVERIFY(progress.positions_done >= done);
            done = progress.positions_done;
            total = progress.positions_total;
        };
        QCOMPARE(encoder.encode(units, options), stored);
        QCOMPARE(done, total);
    }

    void aCancelledPassGoesOnFromItsScratch_data() {
        QTest::addColumn<int>("checkpoints");
        for (const int checkpoints : {1, 20, 50}) QTest::addRow("%d", checkpoints) << checkpoints;
    }
    void aCancelledPassGoesOnFromItsScratch() {
        QFETCH(int, checkpoints);
        const Units units = make_units(120, 14, 50);
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        std::vector<float> wanted_lengths, lengths;
        EncodeOptions options = in_blocks(32);
        options.lengths = &wanted_lengths;
        const std::vector<float> wanted = encoder.encode(units, options);

        const QTemporaryDir folder;
        Control control;
        options.scratch = folder.path().toStdString();
        options.lengths = &lengths;
        options.control = &control;
        options.progress = [&, left = checkpoints](const EncodeProgress&) mutable {
            if (--left == 0) control.cancel();
        };
        QVERIFY_EXCEPTION_THROWN(encoder.encode(units, options), Cancelled);
        options.control = nullptr;
        options.progress = {};
        QCOMPARE(encoder.encode(units, options), wanted);
        QCOMPARE(lengths, wanted_lengths);
        // Another corpus must not go on from these states.
        const Units others = make_units(121, 14, 50);
        QVERIFY(lowest_cosine(encoder.encode(others, options), encoder.encode(others, in_blocks(32)), 32) >
                0.999999);
    }

    void theBackendsAgree() {
        const Units units = make_units(100, 14, 50);
        Encoder fast(make_small_model(), cpu(), Precision::F32);
        Encoder plain(make_small_model(), kernels::make_reference_backend(), Precision::F32);
        QVERIFY(lowest_cosine(fast.encode(units), plain.encode(units), 32) > 0.99999);
    }

    void theCorpusIsReadAsOneSequence() {
        const Units units = make_units(100, 14, 50);
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        const auto sequence = encoder.encode(units);
        const auto window = encoder.encode(units, in_context(Context::Window));
        const auto alone = encoder.encode(units, in_context(Context::Alone));
        QVERIFY(lowest_cosine(sequence, window, 32) < 0.9999);
        QVERIFY(lowest_cosine(window, alone, 32) < 0.9999);
        for (std::size_t u = 0; u < 100; ++u) {
            const std::span ids(units.ids.begin() + units.offsets[u],
                                units.ids.begin() + units.offsets[u + 1]);
            const auto by_itself = encoder.encode_alone(ids);
            QVERIFY(cosine(by_itself, std::span(alone).subspan(u * 32, 32)) > 0.999999);
        }
    }

    void tokenStatesAverageToTheVector() {
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        const std::vector<std::vector<std::int32_t>> texts = {{5, 6, 7}, {}, {8}};
        const auto tokens = encoder.encode_tokens(texts);
        QCOMPARE(tokens.offsets, (std::vector<std::int64_t>{0, 5, 7, 10}));
        std::vector<float> mean(32);
        for (int row = 0; row < 5; ++row)
            for (std::size_t c = 0; c < 32; ++c)
                mean[c] += tokens.states[static_cast<std::size_t>(row) * 32 + c];
        QVERIFY(cosine(mean, encoder.encode_alone(texts[0])) > 0.999999);
        QVERIFY(encoder.encode_tokens({}).states.empty());
        const std::vector<std::vector<std::int32_t>> foreign = {{50}};
        QVERIFY_EXCEPTION_THROWN(encoder.encode_tokens(foreign), std::invalid_argument);
    }

    void smallestAndLargestInput() {
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        QVERIFY(encoder.encode({}).empty());
        Units one{{3}, {0, 1}, {0}};
        QCOMPARE(encoder.encode(one).size(), std::size_t{32});
        Units full{std::vector<std::int32_t>(14, 4), {0, 14}, {0}};
        QCOMPARE(encoder.encode(full).size(), std::size_t{32});
        Units too_long{std::vector<std::int32_t>(15, 4), {0, 15}, {0}};
        QVERIFY_EXCEPTION_THROWN(encoder.encode(too_long), std::invalid_argument);
        Units foreign{{50}, {0, 1}, {0}};
        QVERIFY_EXCEPTION_THROWN(encoder.encode(foreign), std::invalid_argument);
        Units torn{{3, 3}, {0, 1}, {0}};
        QVERIFY_EXCEPTION_THROWN(encoder.encode(torn), std::invalid_argument);
    }

    void idsOutOfRangeAreNamed() {
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        for (const std::int32_t bad :
             {-1, 50, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()}) {
            const std::vector<std::int32_t> ids = {3, bad};
            const std::vector<std::vector<std::int32_t>> texts = {{4}, ids};
            const std::function<void()> calls[] = {
                [&] {
                    encoder.encode({ids, {0, 2}, {0}});
                },
                [&] { encoder.encode_alone(ids); },
                [&] { encoder.encode_tokens(texts); },
            };
            for (const auto& call : calls) {
                QString error = "accepted";
                try {
                    call();
                } catch (const std::invalid_argument& refused) {
                    error = QString::fromUtf8(refused.what());
                }
                QVERIFY2(error.contains(QString("id %1 is not in the vocabulary of 50").arg(bad)),
                         qPrintable(error));
            }
        }
    }

    void cancelsAndTellsProgress() {
        const Units units = make_units(120, 14, 50);
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        Control control;
        EncodeOptions options;
        options.control = &control;
        options.block = 64;
        std::int64_t last = 0;
        options.progress = [&](const EncodeProgress& progress) {
            QVERIFY(progress.positions_done >= last && progress.positions_done <= progress.positions_total);
            last = progress.positions_done;
            if (last * 3 > progress.positions_total) control.cancel();
        };
        QVERIFY_EXCEPTION_THROWN(encoder.encode(units, options), Cancelled);
        QVERIFY(last > 0);
    }

    void observerSeesEveryPosition() {
        struct Counter : Observer {
            std::int64_t states = 0, queries = 0;
            void hidden(std::int64_t, std::int64_t count, const float*) override { states += count; }
            bool wants_attention(int layer) override { return layer == 1; }
            void attention(int, std::int64_t, std::int64_t count, const float*, const float*) override {
                queries += count;
            }
        } counter;
        const Units units = make_units(100, 14, 50);
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        encoder.encode(units, in_blocks(64), &counter);
        const std::int64_t filled = std::ssize(units.ids) + 2 * units.size();
        QCOMPARE(counter.states, filled);
        QCOMPARE(counter.queries, filled);
    }

    void layoutKeepsUnitsInWindows() {
        Config config = make_small_model()->config;
        const Units units = make_units(200, 14, 50);
        const Layout layout = lay_out(units, config);
        QCOMPARE(layout.length % config.window, std::int64_t{0});
        for (std::size_t u = 0; u < layout.unit_begin.size(); ++u) {
            const std::int64_t begin = layout.unit_begin[u], last = begin + layout.unit_length[u] - 1;
            QCOMPARE(begin / config.window, last / config.window);
            if (u > 0 && units.document[u] != units.document[u - 1])
                QCOMPARE(begin % config.window, std::int64_t{0});
        }
    }
};

QTEST_GUILESS_MAIN(TestEncoder)
#include "test_encoder.moc"
