// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What must hold of the gradients of dilated attention on any problem, and that the fused kernel agrees with
// the reference on every option.
#include <QTest>
#include <cmath>
#include <functional>

#include "kernels/backend.h"
#include "kernels/bf16.h"
#include "tests/kernels/gradient_arrays.h"
#include "tests/kernels/random_problem.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

Q_DECLARE_METATYPE(ProblemOptions)

namespace {

using Change = std::function<void(ProblemOptions&)>;

const std::vector<Branch> kThree{{32, 1}, {96, 4}, {400, 12}};

ProblemOptions plain(std::int64_t length, std::vector<Branch> branches) {
    ProblemOptions options;
    options.length = length;
    options.branches = std::move(branches);
    return options;
}

std::vector<std::pair<const char*, ProblemOptions>> cases() {
    const ProblemOptions base = plain(333, kThree);
    std::vector<std::pair<const char*, ProblemOptions>> all{
        {"plain", base},
        {"long", plain(1300, {{256, 1}, {1024, 4}, {4096, 16}})},
        {"long dense", plain(600, {{600, 1}})},
        {"rate does not divide", plain(101, {{20, 3}, {50, 7}})},
        {"rate over segment", plain(50, {{4, 9}, {16, 1}})},
        {"more heads than rows", plain(3, {{8, 1}, {64, 4}})},
        {"one token", plain(1, kThree)},
    };
    const auto add = [&](const char* name, const Change& change) {
        ProblemOptions options = base;
        change(options);
        all.emplace_back(name, options);
    };
    add("causal", [](ProblemOptions& o) { o.causal = true; });
    add("gates", [](ProblemOptions& o) { o.gates = true; });
    add("closed gate", [](ProblemOptions& o) { o.gates = o.closed_gate = true; });
    add("alibi", [](ProblemOptions& o) { o.alibi = true; });
    add("relative bias", [](ProblemOptions& o) { o.relative_bias = true; });
    add("biases causal", [](ProblemOptions& o) { o.alibi = o.relative_bias = o.causal = true; });
    add("empty positions", [](ProblemOptions& o) { o.units = true; });
    add("neighbour bias", [](ProblemOptions& o) { o.units = o.neighbour_bias = true; });
    add("closed window", [](ProblemOptions& o) {
        o.units = o.neighbour_bias = true;
        o.neighbour_value = -INFINITY;
    });
    add("block mask", [](ProblemOptions& o) { o.block_mask = true; });
    add("dropout", [](ProblemOptions& o) { o.dropout = 0.3F; });
    add("dropout and mask", [](ProblemOptions& o) {
        o.dropout = 0.3F;
        o.block_mask = o.causal = o.gates = o.units = true;
    });
    add("dynamic sparse", [](ProblemOptions& o) { o.dynamic_sparse = {16, 3}; });
    add("dynamic sparse causal", [](ProblemOptions& o) {
        o.dynamic_sparse = {16, 3};
        o.causal = o.units = o.gates = true;
    });
    add("long causal", [](ProblemOptions& o) {
        o.length = 700;
        o.causal = true;
        o.branches = {{700, 1}, {280, 3}};
    });
    for (const int kv_heads : {2, 1})
        add("shared key heads", [&](ProblemOptions& o) {
            o.heads = 8;
            o.kv_heads = kv_heads;
            o.gates = true;
            o.branches.push_back({700, 1});
            o.length = 650;
        });
    for (const int dim : {5, 18, 64, 128}) add("head size", [&](ProblemOptions& o) { o.head_dim = dim; });
    for (const OffsetRule rule : {OffsetRule::Rotating, OffsetRule::Grouped})
        add("offset rule", [&](ProblemOptions& o) {
            o.rule = rule;
            o.layer = 3;
            o.heads = o.kv_heads = 12;
        });
    return all;
}

std::vector<float> draw(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values) value = normal(random);
    return values;
}

/// Largest difference, relative to the largest magnitude of what is expected where that is above 1.
double relative_difference(const std::vector<float>& got, const std::vector<float>& expected) {
    double largest = 1.0;
    for (const float value : expected)
        if (std::isfinite(value)) largest = std::max(largest, std::abs(static_cast<double>(value)));
    return largest_difference(got, expected) / largest;
}

}  // namespace

class TestBackward : public QObject {
    Q_OBJECT

    std::unique_ptr<Backend> reference_ = make_reference_backend();
    std::unique_ptr<Backend> cpu_ = make_cpu_backend(2);

    static void add_cases(const char* skip = nullptr) {
        QTest::addColumn<ProblemOptions>("options");
        int number = 0;
        for (const auto& [name, options] : cases())
            if (skip == nullptr || std::string_view(name).find(skip) == std::string_view::npos)
                QTest::addRow("%s (%d)", name, number++) << options;
    }

    static void add_gradients(Backend& backend, const AttentionProblem& problem, GradientArrays& gradients,
                              const void* dout) {
        backend.attention_backward(problem, gradients.view(dout, problem.out_stride));
    }

 private slots:
    void cpu_equals_reference_data() { add_cases(); }
    void cpu_equals_reference() {
        QFETCH(ProblemOptions, options);
        RandomProblem problem(options, 7);
        const std::vector<float> dout = draw(problem.out.size(), 70);
        problem.run(*reference_);
        GradientArrays expected(problem.problem), got(problem.problem);
        add_gradients(*reference_, problem.problem, expected, dout.data());
        add_gradients(*cpu_, problem.problem, got, dout.data());
        QVERIFY2(relative_difference(got.dq, expected.dq) <= 2e-5, "dq");
        QVERIFY2(relative_difference(got.dk[0], expected.dk[0]) <= 2e-5, "dk");
        QVERIFY2(relative_difference(got.dv[0], expected.dv[0]) <= 2e-5, "dv");
        QVERIFY2(relative_difference(got.dgates, expected.dgates) <= 2e-5, "dgates");
        QVERIFY2(relative_difference(got.dneighbour_bias, expected.dneighbour_bias) <= 2e-5, "neighbour");
        QVERIFY2(relative_difference(got.dalibi_slopes, expected.dalibi_slopes) <= 2e-5, "slopes");
        QVERIFY2(relative_difference(got.drelative_bias, expected.drelative_bias) <= 2e-5, "relative bias");
    }

    void threads_do_not_change_a_bit() {
        ProblemOptions options = plain(3000, {{256, 1}, {1024, 4}, {3000, 1}});
        options.gates = options.relative_bias = true;
        options.kv_heads = 2;
        RandomProblem problem(options, 8);
        const std::vector<float> dout = draw(problem.out.size(), 80);
        problem.run(*cpu_);
        std::vector<std::vector<float>> results;
        for (const int threads : {1, 2, 3}) {
            const auto backend = make_cpu_backend(threads);
            GradientArrays gradients(problem.problem);
            add_gradients(*backend, problem.problem, gradients, dout.data());
            results.push_back(gradients.all());
        }
        QCOMPARE(results[1], results[0]);
        QCOMPARE(results[2], results[0]);
    }

    void bf16_is_close_data() { add_cases(); }
    void bf16_is_close() {
        QFETCH(ProblemOptions, options);
        RandomProblem problem(options, 9);
        std::vector<float> dout = draw(problem.out.size(), 90);
        for (auto* values : {&problem.q, &problem.k, &problem.v, &dout})
            for (float& value : *values) value = round_to_bf16(value);
        const auto narrow = [](const std::vector<float>& values) {
            std::vector<std::uint16_t> result(values.size());
            for (std::size_t i = 0; i < values.size(); ++i) result[i] = to_bf16(values[i]);
            return result;
        };
        problem.run(*reference_);
        for (float& value : problem.out) value = round_to_bf16(value);
        GradientArrays expected(problem.problem), got(problem.problem);
        add_gradients(*reference_, problem.problem, expected, dout.data());
        const auto q = narrow(problem.q), k = narrow(problem.k), v = narrow(problem.v),
                   narrow_dout = narrow(dout);
        auto out = narrow(problem.out);
        problem.problem.type = DType::BF16;
        problem.problem.q = q.data();
        problem.problem.out = out.data();
        for (KeyRows& keys : problem.keys) keys.keys = k.data(), keys.values = v.data();
        add_gradients(*cpu_, problem.problem, got, narrow_dout.data());
        QVERIFY(relative_difference(got.all(), expected.all()) <= 2e-5);
    }

    void blocks_of_queries_add_up_data() { add_cases("dynamic"); }
    void blocks_of_queries_add_up() {
        QFETCH(ProblemOptions, options);
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            if (backend == reference_.get() && options.length > 200) continue;  // slow, and no different
            RandomProblem problem(options, 10);
            const std::vector<float> dout = draw(problem.out.size(), 100);
            problem.run(*cpu_);
            GradientArrays whole(problem.problem), parts(problem.problem);
            add_gradients(*backend, problem.problem, whole, dout.data());
            const AttentionProblem all = problem.problem;
            for (std::int64_t begin = 0; begin < options.length; begin += 70) {
                AttentionProblem part = all;
                part.query_begin = begin;
                part.queries = std::min<std::int64_t>(70, options.length - begin);
                part.q = problem.q.data() + begin * all.q_stride;
                part.out = problem.out.data() + begin * all.out_stride;
                std::vector<float> lse;
                for (std::size_t row = 0; row < problem.keys.size() * static_cast<std::size_t>(all.heads);
                     ++row) {
                    const auto from =
                        problem.lse.begin() + static_cast<std::int64_t>(row) * all.queries + begin;
                    lse.insert(lse.end(), from, from + part.queries);
                }
                part.lse = lse.data();
                AttentionGradients gradients =
                    parts.view(dout.data() + begin * all.out_stride, all.out_stride);
                gradients.dq += begin * gradients.dq_stride;
                backend->attention_backward(part, gradients);
            }
            QVERIFY(relative_difference(parts.all(), whole.all()) <= 1e-5);
        }
    }

    void kept_rows_equal_dense_rows() {
        for (const bool ragged : {false, true}) {
            ProblemOptions options = plain(ragged ? 269 : 320, {{32, 1}, {64, 4}, {192, 16}});
            options.heads = options.kv_heads = 12;
            options.rule = OffsetRule::Rotating;
            options.layer = 1;
            options.units = true;
            for (Backend* backend : {reference_.get(), cpu_.get()}) {
                RandomProblem problem(options, 11);
                const std::vector<float> dout = draw(problem.out.size(), 110);
                problem.run(*backend);
                GradientArrays dense(problem.problem);
                add_gradients(*backend, problem.problem, dense, dout.data());
                problem.keep_kept_rows_only();
                GradientArrays kept(problem.problem);
                add_gradients(*backend, problem.problem, kept, dout.data());
                QVERIFY(largest_difference(kept.dq, dense.dq) <= 1e-6);
                QVERIFY(largest_difference(scattered(problem, kept.dk), dense.dk[0]) <= 1e-5);
                QVERIFY(largest_difference(scattered(problem, kept.dv), dense.dv[0]) <= 1e-5);
            }
        }
    }

    void a_closed_branch_gets_nothing() {
        ProblemOptions options = plain(200, kThree);
        options.gates = options.closed_gate = true;
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            RandomProblem closed(options, 12);
            const std::vector<float> dout = draw(closed.out.size(), 120);
            closed.run(*backend);
            GradientArrays with(closed.problem);
            add_gradients(*backend, closed.problem, with, dout.data());
            for (std::size_t h = 0; h < 4; ++h) QCOMPARE(with.dgates[8 + h], 0.0F);
            AttentionProblem without = closed.problem;
            without.branches = without.branches.first(2);
            without.keys = without.keys.first(2);
            GradientArrays alone(without);
            add_gradients(*backend, without, alone, dout.data());
            QCOMPARE(alone.dq, with.dq);
            QCOMPARE(alone.dk, with.dk);
        }
    }

    void unwanted_gradients_are_left_out() {
        ProblemOptions options = plain(100, kThree);
        options.gates = true;
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            RandomProblem problem(options, 13);
            const std::vector<float> dout = draw(problem.out.size(), 130);
            problem.run(*backend);
            GradientArrays all(problem.problem), some(problem.problem);
            add_gradients(*backend, problem.problem, all, dout.data());
            AttentionGradients gradients = some.view(dout.data(), problem.problem.out_stride);
            gradients.dkeys = {};
            gradients.dgates = nullptr;
            backend->attention_backward(problem.problem, gradients);
            QCOMPARE(some.dq, all.dq);
            gradients = some.view(dout.data(), problem.problem.out_stride);
            gradients.dq = nullptr;
            backend->attention_backward(problem.problem, gradients);
            QCOMPARE(some.dk, all.dk);
            QCOMPARE(some.dgates, all.dgates);
        }
    }

    void huge_scores_stay_finite() {
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            RandomProblem problem(plain(300, {{300, 1}, {300, 2}}), 15);
            for (float& value : problem.q) value *= 1e4F;
            const std::vector<float> dout = draw(problem.out.size(), 150);
            problem.run(*backend);
            GradientArrays gradients(problem.problem);
            add_gradients(*backend, problem.problem, gradients, dout.data());
            for (const float value : gradients.all()) QVERIFY(std::isfinite(value));
        }
    }

    void poison_reaches_only_its_segment() {
        for (const bool causal : {false, true}) {
            for (Backend* backend : {reference_.get(), cpu_.get()}) {
                ProblemOptions options = plain(96, {{32, 1}});
                options.causal = causal;
                RandomProblem problem(options, 16);
                const std::vector<float> dout = draw(problem.out.size(), 160);
                problem.v[40 * 128] = NAN;  // head 0 of position 40
                problem.run(*reference_);
                GradientArrays gradients(problem.problem);
                add_gradients(*backend, problem.problem, gradients, dout.data());
                for (std::size_t i = 0; i < gradients.dq.size(); ++i) {
                    const std::size_t position = i / 128, head = i / 32 % 4;
                    const bool bad = head == 0 && position / 32 == 1 && (!causal || position >= 40);
                    QCOMPARE(std::isnan(gradients.dq[i]), bad);
                    QVERIFY((position / 32 == 1 && head == 0) || std::isfinite(gradients.dk[0][i]));
                }
            }
        }
    }

    void nonsense_is_refused_data() {
        QTest::addColumn<int>("change");
        QTest::addColumn<QString>("names");
        QTest::newRow("no lse") << 0 << "lse";
        QTest::newRow("no dout") << 1 << "gradient of its result";
        QTest::newRow("dout stride") << 2 << "stride 12";
        QTest::newRow("dq stride") << 3 << "stride 7";
        QTest::newRow("key gradients") << 4 << "number of key gradients is 1, not 3";
        QTest::newRow("key gradient stride") << 5 << "stride 9";
        QTest::newRow("absent term") << 6 << "neighbour bias";
        QTest::newRow("segment") << 7 << "-7";
        QTest::newRow("shared rows") << 8 << "branches 0 and 1";
    }
    void nonsense_is_refused() {
        QFETCH(int, change);
        QFETCH(QString, names);
        RandomProblem problem(plain(100, kThree), 17);
        const std::vector<float> dout = draw(problem.out.size(), 170);
        GradientArrays arrays(problem.problem);
        AttentionGradients gradients = arrays.view(dout.data(), problem.problem.out_stride);
        auto* dkeys = const_cast<KeyGradients*>(gradients.dkeys.data());
        float spare = 0.0F;
        if (change == 0) problem.problem.lse = nullptr;
        if (change == 1) gradients.dout = nullptr;
        if (change == 2) gradients.dout_stride = 12;
        if (change == 3) gradients.dq_stride = 7;
        if (change == 4) gradients.dkeys = gradients.dkeys.first(1);
        if (change == 5) dkeys[1].stride = 9;
        if (change == 6) gradients.dneighbour_bias = &spare;
        if (change == 7) const_cast<Branch&>(problem.problem.branches[0]).segment = -7;
        if (change == 8) problem.keys[1].first = -1, problem.keys[1].rows = 101;
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            QString words = "accepted";
            try {
                backend->attention_backward(problem.problem, gradients);
            } catch (const std::invalid_argument& error) {
                words = error.what();
            }
            QVERIFY2(words.contains(names), qPrintable(words));
        }
    }

    void nothing_to_do() {
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            RandomProblem problem(plain(0, kThree), 14);
            GradientArrays gradients(problem.problem);
            add_gradients(*backend, problem.problem, gradients, nullptr);
            QVERIFY(gradients.dq.empty());
        }
    }

 private:
    /// Gradients of rows kept by each branch alone, added up at their positions.
    static std::vector<float> scattered(const RandomProblem& problem,
                                        const std::vector<std::vector<float>>& kept) {
        const AttentionProblem& p = problem.problem;
        std::vector<float> dense = kept[0];
        for (std::size_t b = 1; b < p.keys.size(); ++b) {
            const std::int64_t rate = p.branches[b].rate, width = p.keys[b].stride;
            for (std::int64_t row = 0; row < p.keys[b].rows; ++row)
                for (int h = 0; h < p.heads; ++h) {
                    const std::int64_t position = row * rate + head_offset(h, p.heads, rate, p.rule, p.layer);
                    for (std::int64_t i = h * p.head_dim; i < (h + 1) * p.head_dim && position < p.length;
                         ++i)
                        dense[static_cast<std::size_t>(position * width + i)] +=
                            kept[b][static_cast<std::size_t>(row * width + i)];
                }
        }
        return dense;
    }
};

QTEST_GUILESS_MAIN(TestBackward)
#include "test_backward.moc"
