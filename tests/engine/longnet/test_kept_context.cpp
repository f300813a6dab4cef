// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A sequence that grows at its end: units read against what an earlier pass kept.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <functional>

#include "engine/longnet/encoder.h"
#include "engine/longnet/layer_stack.h"
#include "tests/engine/longnet/golden_sequence.h"
#include "tests/engine/longnet/small_model.h"

using namespace corpuscope;
using namespace corpuscope::longnet;
using kernels::Precision;

namespace {

constexpr std::int64_t kBlock = 64, kWidth = 32;

std::shared_ptr<kernels::Backend> cpu() { return kernels::make_backend("cpu", 1); }

std::shared_ptr<const Model> model_of_layers(int layers) {
    auto model = std::make_shared<Model>(*make_small_model());
    model->config.layers = layers;
    model->weights.layers.resize(static_cast<std::size_t>(layers));
    return model;
}

/// Units [first, first + count), their documents numbered from 0 on.
Units part_of(const Units& units, std::size_t first, std::size_t count) {
    Units part;
    const std::int64_t begin = units.offsets[first];
    part.ids.assign(units.ids.begin() + begin, units.ids.begin() + units.offsets[first + count]);
    for (std::size_t u = first; u <= first + count; ++u) part.offsets.push_back(units.offsets[u] - begin);
    for (std::size_t u = first; u < first + count; ++u)
        part.document.push_back(units.document[u] - units.document[first]);
    return part;
}

/// Two runs of documents, of which the first one's windows end where a block does.
struct Corpus {
    Units all, first, second;

    explicit Corpus(const Config& config) {
        all = make_units(400, 14, 50);
        const Layout layout = lay_out(all, config);
        for (std::size_t u = 100; u < 400; ++u)
            if (all.document[u] != all.document[u - 1] && layout.unit_begin[u] % kBlock == 0) {
                first = part_of(all, 0, u);
                second = part_of(all, u, 400 - u);
                return;
            }
    }
};

EncodeOptions keeping(KeptContext& context) {
    EncodeOptions options = in_blocks(kBlock);
    options.keep = &context;
    return options;
}

EncodeOptions behind(std::span<const KeptContext> before) {
    EncodeOptions options = in_blocks(kBlock);
    options.before = before;
    return options;
}

/// The definition, in float32: each layer over all rows of the second run, whose keys are those of both. What
/// the first run does in each layer it does by itself.
class PlainLog {
 public:
    PlainLog(const Model& model, kernels::Backend& backend)
        : config_(model.config), stack_(model, backend, Precision::F32), backend_(backend) {}

    std::vector<float> second(const Units& first, const Units& second) {
        const Layout early = lay_out(first, config_), late = lay_out(second, config_, early.length);
        const std::int64_t length = late.length;
        std::vector<float> x(static_cast<std::size_t>(length * kWidth)), qkv(3 * x.size()), mixed(x.size());
        std::vector<std::int32_t> unit(static_cast<std::size_t>(length), -1);
        embed(first, early, 0, x, unit);
        embed(second, late, first.size(), x, unit);
        TileMemory memory;
        memory.resize(backend_, config_, length, kernels::DType::F32);
        for (int layer = 0; layer < config_.layers; ++layer) {
            stack_.project(layer, rows(x, 0, length, kWidth), rows(qkv, 0, length, 3 * kWidth));
            attend(layer, 0, early.length, early.length, qkv, unit, mixed);
            attend(layer, early.length, length, length, qkv, unit, mixed);
            stack_.transform(layer, rows(mixed, 0, length, kWidth), memory, rows(x, 0, length, kWidth));
        }
        return means(late, x);
    }

 private:
    static kernels::Matrix rows(std::vector<float>& all, std::int64_t begin, std::int64_t end,
                                std::int64_t width) {
        return {all.data() + begin * width, end - begin, width, width, kernels::DType::F32};
    }

    void embed(const Units& units, const Layout& layout, std::int64_t number, std::vector<float>& x,
               std::vector<std::int32_t>& unit) {
        for (std::size_t u = 0; u < layout.unit_begin.size(); ++u) {
            std::vector<std::int32_t> ids = {config_.cls_id}, places;
            ids.insert(ids.end(), units.ids.begin() + units.offsets[u],
                       units.ids.begin() + units.offsets[u + 1]);
            ids.push_back(config_.sep_id);
            for (std::size_t i = 0; i < ids.size(); ++i) places.push_back(static_cast<std::int32_t>(i));
            const std::int64_t begin = layout.unit_begin[u], end = begin + layout.unit_length[u];
            stack_.embed(ids, places, rows(x, begin, end, kWidth));
            std::fill(unit.begin() + begin, unit.begin() + end,
                      static_cast<std::int32_t>(number + static_cast<std::int64_t>(u)));
        }
    }

    void attend(int layer, std::int64_t begin, std::int64_t end, std::int64_t length, std::vector<float>& qkv,
                const std::vector<std::int32_t>& unit, std::vector<float>& mixed) {
        const auto branches = branches_for(config_, length);
        std::vector<float> gates(branches.size() * static_cast<std::size_t>(config_.heads),
                                 config_.outer_gate);
        std::fill_n(gates.begin(), config_.heads, 0.0F);
        const std::vector<kernels::KeyRows> keys(
            branches.size(), {qkv.data() + kWidth, qkv.data() + 2 * kWidth, 3 * kWidth, 0, length, false});
        kernels::AttentionProblem problem;
        problem.length = length;
        problem.query_begin = begin;
        problem.queries = end - begin;
        problem.heads = problem.kv_heads = config_.heads;
        problem.head_dim = static_cast<int>(config_.head_dim());
        problem.branches = branches;
        problem.keys = keys;
        problem.rule = kernels::OffsetRule::Rotating;
        problem.layer = layer;
        problem.q = qkv.data() + begin * 3 * kWidth;
        problem.q_stride = 3 * kWidth;
        problem.out = mixed.data() + begin * kWidth;
        problem.out_stride = kWidth;
        problem.gates = gates.data();
        problem.units = unit.data();
        problem.neighbour_bias = stack_.neighbour_bias(layer);
        backend_.attention(problem);
    }

    static std::vector<float> means(const Layout& layout, const std::vector<float>& x) {
        std::vector<float> vectors;
        for (std::size_t u = 0; u < layout.unit_begin.size(); ++u) {
            std::vector<float> mean(kWidth);
            for (std::int64_t row = 0; row < layout.unit_length[u]; ++row)
                for (std::int64_t c = 0; c < kWidth; ++c)
                    mean[static_cast<std::size_t>(c)] +=
                        x[static_cast<std::size_t>((layout.unit_begin[u] + row) * kWidth + c)];
            vectors.insert(vectors.end(), mean.begin(), mean.end());
        }
        return vectors;
    }

    const Config& config_;
    LayerStack stack_;
    kernels::Backend& backend_;
};

}  // namespace

class TestKeptContext : public QObject {
    Q_OBJECT

 private slots:
    void laterUnitsAreReadAsTheDefinitionSays() {
        const auto model = make_small_model();
        const Corpus corpus(model->config);
        KeptContext kept;
        Encoder encoder(model, cpu(), Precision::F32);
        encoder.encode(corpus.first, keeping(kept));
        const auto vectors = encoder.encode(corpus.second, behind({&kept, 1}));
        const auto backend = kernels::make_reference_backend();
        const auto wanted = PlainLog(*model, *backend).second(corpus.first, corpus.second);
        // What is kept is rounded to bf16.
        const double lowest = lowest_cosine(vectors, wanted, kWidth);
        QVERIFY2(lowest > 0.99999, qPrintable(QString::number(lowest, 'f', 7)));
        const auto apart = encoder.encode(corpus.second, in_blocks(kBlock));
        QVERIFY(lowest_cosine(apart, wanted, kWidth) < 0.999);
    }

    void inOneLayerItIsTheSameAsReadingAllAtOnce() {
        const auto model = model_of_layers(1);
        const Corpus corpus(model->config);
        KeptContext kept;
        Encoder encoder(model, cpu(), Precision::F32);
        encoder.encode(corpus.first, keeping(kept));
        const auto behind_first = encoder.encode(corpus.second, behind({&kept, 1}));
        const auto all = encoder.encode(corpus.all, in_blocks(kBlock));
        const std::vector<float> last(all.end() - std::ssize(behind_first), all.end());
        QVERIFY(lowest_cosine(behind_first, last, kWidth) > 0.99999);
    }

    void aThirdPassSeesBoth() {
        const Units all = make_units(300, 14, 50);
        const Units a = part_of(all, 0, 100), b = part_of(all, 100, 100), c = part_of(all, 200, 100);
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        std::vector<KeptContext> kept(2);
        encoder.encode(a, keeping(kept[0]));
        EncodeOptions options = behind({kept.data(), 1});
        options.keep = &kept[1];
        encoder.encode(b, options);
        const Config& config = encoder.model().config;
        QCOMPARE(kept[1].begin, continuation_begin(config, {kept.data(), 1}));
        QCOMPARE(kept[1].begin % kBlock, std::int64_t{0});
        const auto both = encoder.encode(c, behind(kept));
        const auto one_a_hole = [&](std::size_t gone) {
            auto rest = kept;
            std::fill(rest[gone].filled.begin(), rest[gone].filled.end(), std::uint16_t{0});
            return encoder.encode(c, behind(rest));
        };
        QVERIFY(lowest_cosine(one_a_hole(0), both, kWidth) < 0.999999);
        QVERIFY(lowest_cosine(one_a_hole(1), both, kWidth) < 0.999999);
    }

    void nothingAttendsToAHole() {
        const auto model = make_small_model();
        const Corpus corpus(model->config);
        Encoder encoder(model, cpu(), Precision::F32);
        KeptContext kept;
        encoder.encode(corpus.first, keeping(kept));
        const auto seen = encoder.encode(corpus.second, behind({&kept, 1}));
        std::fill(kept.filled.begin(), kept.filled.end(), std::uint16_t{0});
        const auto unseen = encoder.encode(corpus.second, behind({&kept, 1}));
        QVERIFY(lowest_cosine(seen, unseen, kWidth) < 0.9999);
        for (auto& rows : kept.rows) std::fill(rows.begin(), rows.end(), std::uint16_t{0x4100});  // 8.0
        QCOMPARE(encoder.encode(corpus.second, behind({&kept, 1})), unseen);
    }

    void keepingChangesNothing() {
        const Units units = make_units(120, 14, 50);
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        KeptContext kept;
        QCOMPARE(encoder.encode(units, keeping(kept)), encoder.encode(units, in_blocks(kBlock)));
        const Layout layout = lay_out(units, encoder.model().config);
        QCOMPARE(kept.end(encoder.model().config), layout.length);
        std::int64_t filled = 0;
        for (const auto rows : kept.filled) filled += rows;
        QCOMPARE(filled, std::ssize(units.ids) + 2 * units.size());
        QVERIFY(std::is_sorted(kept.document.begin(), kept.document.end()));
        QCOMPARE(kept.document.back(), units.document.back());
    }

    /// Also of a corpus that has no outer branches yet: later passes will have some.
    void aSequenceOfOneBlockIsKept() {
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        KeptContext kept;
        encoder.encode(make_units(5, 14, 50), keeping(kept));
        QCOMPARE(kept.rows.size(), 3U);
        QVERIFY(!kept.rows.front().empty());
        const Units second = make_units(30, 14, 50);
        QVERIFY(lowest_cosine(encoder.encode(second, behind({&kept, 1})), encoder.encode(second), kWidth) <
                0.99999);
    }

    void whateverKeepsTheStatesKeepsTheSame_data() {
        QTest::addColumn<int>("checkpoints");
        QTest::addColumn<bool>("recompute");
        for (const int checkpoints : {0, 1, 20, 60})
            QTest::addRow("disk, %d", checkpoints) << checkpoints << false;
        QTest::newRow("computed again") << 0 << true;
    }
    void whateverKeepsTheStatesKeepsTheSame() {
        QFETCH(int, checkpoints);
        QFETCH(bool, recompute);
        const auto model = make_small_model();
        const Corpus corpus(model->config);
        Encoder encoder(model, cpu(), Precision::F32);
        std::vector<KeptContext> wanted(2), kept(2);
        encoder.encode(corpus.first, keeping(wanted[0]));
        EncodeOptions options = behind({wanted.data(), 1});
        options.keep = &wanted[1];
        const auto vectors = encoder.encode(corpus.second, options);

        const QTemporaryDir folder;
        const auto run = [&](const Units& units, std::size_t part) {
            EncodeOptions stored = behind({kept.data(), part});
            stored.keep = &kept[part];
            stored.recompute = recompute;
            if (!recompute) stored.scratch = folder.path().toStdString();
            Control control;
            stored.control = &control;
            if (checkpoints > 0) {
                stored.progress = [&, left = checkpoints](const EncodeProgress&) mutable {
                    if (--left == 0) control.cancel();
                };
                [&] { QVERIFY_EXCEPTION_THROWN(encoder.encode(units, stored), Cancelled); }();
            }
            stored.control = nullptr;
            stored.progress = {};
            return encoder.encode(units, stored);
        };
        run(corpus.first, 0);
        QCOMPARE(kept[0].rows, wanted[0].rows);
        QCOMPARE(run(corpus.second, 1), vectors);
        QCOMPARE(kept[1].rows, wanted[1].rows);
        QCOMPARE(kept[1].filled, wanted[1].filled);
    }

    void statesReadAgainstOtherContextAreNotGoneOnFrom() {
        const auto model = make_small_model();
        const Corpus corpus(model->config);
        Encoder encoder(model, cpu(), Precision::F32);
        KeptContext kept;
        encoder.encode(corpus.first, keeping(kept));
        const QTemporaryDir folder;
        EncodeOptions options = behind({&kept, 1});
        options.scratch = folder.path().toStdString();
        encoder.encode(corpus.second, options);
        std::fill_n(kept.filled.begin(), 8, std::uint16_t{0});
        const auto again = encoder.encode(corpus.second, options);
        options.scratch.clear();
        QCOMPARE(again, encoder.encode(corpus.second, options));
    }

    void whatDoesNotFitIsRefused() {
        const auto model = make_small_model();
        const Corpus corpus(model->config);
        Encoder encoder(model, cpu(), Precision::F32);
        KeptContext kept;
        encoder.encode(corpus.first, keeping(kept));
        const auto refused = [&](const std::function<void(KeptContext&, EncodeOptions&)>& spoil,
                                 const char* why) {
            KeptContext spoilt = kept;
            EncodeOptions options = behind({&spoilt, 1});
            spoil(spoilt, options);
            QString error = "accepted";
            try {
                encoder.encode(corpus.second, options);
            } catch (const std::invalid_argument& thrown) {
                error = QString::fromUtf8(thrown.what());
            }
            QVERIFY2(error.contains(why), qPrintable(error));
            QVERIFY(!encoder.continues(corpus.second, options) || options.context != Context::Sequence);
        };
        EncodeOptions good = behind({&kept, 1});
        QVERIFY(encoder.continues(corpus.second, good));
        refused([](auto&, auto& options) { options.block = 32; }, "blocks of 64 positions, not 32");
        refused([](auto&, auto& options) { options.context = Context::Window; }, "long branches");
        refused([](auto& context, auto&) { context.rows.pop_back(); }, "rows of 2 layers, not 3");
        refused([](auto& context, auto&) { context.rows[1].pop_back(); }, "a layer has");
        refused([](auto& context, auto&) { context.filled[0] = 17; }, "17 positions filled in a window");
        refused([](auto& context, auto&) { context.begin = 16; }, "begins at position 16");
    }

    void aSequenceDoesNotGrowForEver() {
        Encoder encoder(make_small_model(), cpu(), Precision::F32);
        const Units units = make_units(5, 14, 50);
        std::vector<KeptContext> kept(1);
        encoder.encode(units, keeping(kept[0]));
        int passes = 0;
        while (encoder.continues(units, behind(kept)) && passes < 1000) {
            KeptContext next;
            EncodeOptions options = behind(kept);
            options.keep = &next;
            encoder.encode(units, options);
            kept.push_back(std::move(next));
            ++passes;
        }
        QCOMPARE(passes, 64);  // a block each
        QVERIFY_EXCEPTION_THROWN(encoder.encode(units, behind(kept)), std::invalid_argument);
    }
};

QTEST_GUILESS_MAIN(TestKeptContext)
#include "test_kept_context.moc"
