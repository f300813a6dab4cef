// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What must hold of dilated attention on any problem, and that the fused kernel agrees with the reference on
// every option.
#include <QTest>
#include <cmath>

#include "kernels/backend.h"
#include "kernels/bf16.h"
#include "kernels/cpu/amx.h"
#include "tests/kernels/attention_cases.h"
#include "tests/kernels/random_problem.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

Q_DECLARE_METATYPE(ProblemOptions)

class TestAttention : public QObject {
    Q_OBJECT

    std::unique_ptr<Backend> reference_ = make_reference_backend();
    std::unique_ptr<Backend> cpu_ = make_cpu_backend(2);

    static void add_cases(const char* skip = nullptr) {
        QTest::addColumn<ProblemOptions>("options");
        int number = 0;
        for (const auto& [name, options] : attention_cases())
            if (skip == nullptr || std::string_view(name).find(skip) == std::string_view::npos)
                QTest::addRow("%s (%d)", name, number++) << options;
    }

 private slots:
    void cpu_equals_reference_data() { add_cases(); }
    void cpu_equals_reference() {
        QFETCH(ProblemOptions, options);
        RandomProblem problem(options, 7);
        const auto expected = problem.run(*reference_), got = problem.run(*cpu_);
        QVERIFY2(largest_difference(got.out, expected.out) <= 2e-5, "out");
        QVERIFY2(largest_difference(got.lse, expected.lse) <= 2e-5, "lse");
        problem.problem.lse = nullptr;
        QVERIFY2(largest_difference(problem.run(*cpu_).out, expected.out) <= 2e-5, "out without lse");
    }

    void bf16_is_close_data() { add_cases(); }
    void bf16_is_close() {
        QFETCH(ProblemOptions, options);
        RandomProblem problem(options, 8);
        for (auto* values : {&problem.q, &problem.k, &problem.v})
            for (float& value : *values) value = round_to_bf16(value);
        const auto exact = problem.run(*reference_);
        const auto narrow = [](const std::vector<float>& values) {
            std::vector<std::uint16_t> result(values.size());
            for (std::size_t i = 0; i < values.size(); ++i) result[i] = to_bf16(values[i]);
            return result;
        };
        auto q = narrow(problem.q), k = narrow(problem.k), v = narrow(problem.v), out = q;
        problem.problem.type = DType::BF16;
        problem.problem.q = q.data();
        problem.problem.out = out.data();
        for (KeyRows& keys : problem.keys) keys.keys = k.data(), keys.values = v.data();
        for (const Precision precision : {Precision::F32, Precision::Int8}) {
            problem.problem.precision = precision;
            cpu_->attention(problem.problem);
            const float slack = precision == Precision::F32 ? 1e-4F : cpu::has_amx() ? 1.5e-2F : 4e-2F;
            for (std::size_t i = 0; i < out.size(); ++i)
                QVERIFY(std::abs(from_bf16(out[i]) - exact.out[i]) <=
                        slack + std::abs(exact.out[i]) / 200.0F);
        }
    }

    /// Where numbers may be rounded: what 8 bits leave of rows with values up to 4, those of bf16 on tiles.
    void rounded_is_close_data() { add_cases(); }
    void rounded_is_close() {
        QFETCH(ProblemOptions, options);
        RandomProblem problem(options, 7);
        const auto exact = problem.run(*reference_);
        problem.problem.precision = Precision::Int8;
        const auto got = problem.run(*cpu_);
        const double out = largest_difference(got.out, exact.out),
                     lse = largest_difference(got.lse, exact.lse);
        const double bound = cpu::has_amx() ? 1.5e-2 : 4e-2;
        QVERIFY2(out <= bound, qPrintable(QString::number(out)));
        QVERIFY2(lse <= bound, qPrintable(QString::number(lse)));
    }

    /// Large scores of a few queries, of all, and of the keys: where integers would not hold them.
    void rounding_holds_large_scores_data() {
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("count");
        QTest::newRow("one query") << 40 << 1;
        QTest::newRow("some queries") << 100 << 60;
        QTest::newRow("all queries") << 0 << 333;
    }
    void rounding_holds_large_scores() {
        QFETCH(int, first);
        QFETCH(int, count);
        RandomProblem problem(
            with(with(plain(333, kThree), &ProblemOptions::units), &ProblemOptions::neighbour_bias), 11);
        const auto row = static_cast<std::size_t>(problem.problem.q_stride);
        for (std::size_t i = static_cast<std::size_t>(first) * row;
             i < static_cast<std::size_t>(first + count) * row; ++i)
            problem.q[i] *= 400.0F;
        const auto exact = problem.run(*reference_);
        problem.problem.precision = Precision::Int8;
        const auto got = problem.run(*cpu_);
        double largest = 0.0;
        for (std::size_t i = 0; i < got.out.size(); ++i)
            largest = std::max(largest, static_cast<double>(std::abs(got.out[i] - exact.out[i])));
        QVERIFY2(largest <= 4e-2, qPrintable(QString::number(largest)));
    }

    /// Keys that fill up a register tile must not count: beside their score of 0 these would weigh nothing.
    void rounding_holds_scores_far_below_zero() {
        for (const std::int64_t length : {37, 130, 333}) {
            RandomProblem problem(plain(length, kThree), 12);
            for (float& q : problem.q) q = 2.0F + 0.1F * q;
            for (float& k : problem.k) k = -2.0F + 0.1F * k;
            const auto exact = problem.run(*reference_);
            problem.problem.precision = Precision::Int8;
            const auto got = problem.run(*cpu_);
            const double out = largest_difference(got.out, exact.out);
            QVERIFY2(out <= 0.1, qPrintable(QString::number(out)));
        }
    }

    /// The first block of keys in float32, the others in integers: what a query does not see there weighs
    /// nothing, however low its maximum.
    void rounding_holds_maxima_far_below_zero() {
        ProblemOptions options =
            with(with(plain(600, {{600, 1}}), &ProblemOptions::units), &ProblemOptions::neighbour_bias);
        options.neighbour_value = -INFINITY;
        RandomProblem problem(options, 13);
        const auto first_block = 128 * problem.problem.keys[0].stride;
        for (float& q : problem.q) q = 60.0F + 0.1F * q;
        for (std::size_t i = 0; i < problem.k.size(); ++i)
            problem.k[i] = static_cast<std::int64_t>(i) < first_block ? -60.0F + 0.01F * problem.k[i]
                                                                      : 0.001F * problem.k[i];
        const auto exact = problem.run(*reference_);
        problem.problem.precision = Precision::Int8;
        const auto got = problem.run(*cpu_);
        double largest = 0.0;
        for (std::size_t i = 0; i < got.out.size(); ++i)
            largest = std::max(largest, static_cast<double>(std::abs(got.out[i] - exact.out[i])));
        QVERIFY2(largest <= 0.1, qPrintable(QString::number(largest)));
    }

    void rounding_hides_no_number_that_is_not_finite() {
        for (const float poison : {NAN, INFINITY})
            for (auto values : {&RandomProblem::q, &RandomProblem::k, &RandomProblem::v}) {
                RandomProblem problem(plain(333, kThree), 16);
                (problem.*values)[40 * static_cast<std::size_t>(problem.problem.q_stride) + 3] = poison;
                const auto exact = problem.run(*reference_);
                problem.problem.precision = Precision::Int8;
                const auto got = problem.run(*cpu_);
                for (std::size_t i = 0; i < got.out.size(); ++i)
                    QVERIFY(std::isfinite(exact.out[i]) || !std::isfinite(got.out[i]));
            }
    }

    void blocks_of_queries_equal_the_whole_data() { add_cases("dynamic"); }
    void blocks_of_queries_equal_the_whole() {
        QFETCH(ProblemOptions, options);
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            RandomProblem problem(options, 9);
            const auto whole = problem.run(*backend);
            std::fill(problem.out.begin(), problem.out.end(), NAN);
            AttentionProblem& part = problem.problem;
            part.lse = nullptr;
            for (std::int64_t begin = 0; begin < options.length; begin += 70) {
                part.query_begin = begin;
                part.queries = std::min<std::int64_t>(70, options.length - begin);
                part.q = problem.q.data() + begin * part.q_stride;
                part.out = problem.out.data() + begin * part.out_stride;
                backend->attention(part);
            }
            QVERIFY(largest_difference(problem.out, whole.out) <= 1e-5);
        }
    }

    /// Each head's rows together or side by side: the same numbers in the same order.
    void rows_sorted_by_head_give_the_same_data() { add_cases(); }
    void rows_sorted_by_head_give_the_same() {
        QFETCH(ProblemOptions, options);
        for (Backend* backend : {reference_.get(), cpu_.get()})
            for (const Precision precision : {Precision::F32, Precision::Int8}) {
                RandomProblem problem(options, 12);
                problem.problem.precision = precision;
                const auto side_by_side = problem.run(*backend);
                problem.sort_by_head();
                const auto sorted = problem.run(*backend);
                QCOMPARE(largest_difference(sorted.out, side_by_side.out), 0.0);
                QCOMPARE(largest_difference(sorted.lse, side_by_side.lse), 0.0);
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
                RandomProblem problem(options, 10);
                const auto dense = problem.run(*backend);
                problem.keep_kept_rows_only();
                const auto kept = problem.run(*backend);
                QVERIFY(largest_difference(kept.out, dense.out) <= 1e-6);
                QVERIFY(largest_difference(kept.lse, dense.lse) <= 1e-6);
            }
        }
    }

    void closed_gate_equals_no_branch() {
        ProblemOptions options = with(plain(200, kThree), &ProblemOptions::gates);
        options.closed_gate = true;
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            RandomProblem closed(options, 11);
            const auto with_branch = closed.run(*backend);
            closed.problem.branches = closed.problem.branches.first(2);
            closed.problem.keys = closed.problem.keys.first(2);
            QCOMPARE(largest_difference(closed.run(*backend).out, with_branch.out), 0.0);
        }
    }

    void closed_window_reads_the_own_unit_alone() {
        ProblemOptions options = plain(64, {{64, 1}});
        options.units = options.neighbour_bias = true;
        options.neighbour_value = -INFINITY;
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            RandomProblem problem(options, 12);
            const auto before = problem.run(*backend);
            const std::int32_t own = problem.problem.units[0];
            for (std::int64_t i = 0; i < options.length; ++i)
                if (problem.problem.units[i] != own)
                    std::fill_n(problem.v.begin() + i * problem.keys[0].stride, problem.keys[0].stride,
                                100.0F);
            const auto after = problem.run(*backend);
            for (std::int64_t i = 0; i < options.length; ++i)
                if (problem.problem.units[i] == own)
                    for (std::int64_t j = 0; j < problem.problem.out_stride; ++j) {
                        const auto at = static_cast<std::size_t>(i * problem.problem.out_stride + j);
                        QCOMPARE(after.out[at], before.out[at]);
                    }
        }
    }

    void dropout_keeps_the_expectation_and_the_seed() {
        ProblemOptions options = plain(256, {{256, 1}});
        options.dropout = 0.5F;
        RandomProblem problem(options, 13);
        std::fill(problem.v.begin(), problem.v.end(), 1.0F);
        const auto first = problem.run(*cpu_);
        QCOMPARE(largest_difference(problem.run(*cpu_).out, first.out), 0.0);
        double mean = 0.0;
        for (const float value : first.out)
            mean += static_cast<double>(value) / static_cast<double>(first.out.size());
        QVERIFY2(std::abs(mean - 1.0) < 0.02, qPrintable(QString::number(mean)));
        problem.problem.dropout_seed += 1;
        QVERIFY(largest_difference(problem.run(*cpu_).out, first.out) > 0.1);
    }

    void nothing_to_do() {
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            RandomProblem problem(plain(0, kThree), 14);
            QVERIFY(problem.run(*backend).out.empty());
        }
    }

    void huge_scores_stay_finite() {
        for (Backend* backend : {reference_.get(), cpu_.get()})
            for (const Precision precision : {Precision::F32, Precision::Int8}) {
                RandomProblem problem(plain(300, {{300, 1}, {300, 2}}), 15);
                problem.problem.precision = precision;
                for (float& value : problem.q) value *= 1e4F;
                for (const float value : problem.run(*backend).out) QVERIFY(std::isfinite(value));
            }
    }

    void nothing_but_zeros() {
        for (const Precision precision : {Precision::F32, Precision::Int8}) {
            RandomProblem problem(plain(300, {{300, 1}}), 17);
            problem.problem.precision = precision;
            for (auto* values : {&problem.q, &problem.k, &problem.v})
                std::fill(values->begin(), values->end(), 0.0F);
            for (const float value : problem.run(*cpu_).out) QCOMPARE(value, 0.0F);
        }
    }

    void poison_does_not_reach_earlier_queries() {
        for (const float poison : {NAN, INFINITY})
            for (auto values : {&RandomProblem::k, &RandomProblem::v})
                for (Backend* backend : {reference_.get(), cpu_.get()}) {
                    RandomProblem problem(with(plain(96, {{96, 1}}), &ProblemOptions::causal), 18);
                    (problem.*values)[40 * 128 + 5] = poison;  // head 0 of position 40
                    const auto result = problem.run(*backend);
                    bool any = false;
                    for (std::size_t i = 0; i < result.out.size(); ++i) {
                        const bool sees = i / 128 >= 40 && i / 32 % 4 == 0;
                        QVERIFY(sees || std::isfinite(result.out[i]));
                        any = any || !std::isfinite(result.out[i]);
                    }
                    QVERIFY(any);
                }
    }

    void poison_reaches_only_its_segment() {
        for (const float poison : {NAN, INFINITY}) {
            for (Backend* backend : {reference_.get(), cpu_.get()}) {
                RandomProblem problem(plain(96, {{32, 1}}), 16);
                problem.k[40 * 128] = poison;  // head 0 of position 40
                const auto result = problem.run(*backend);
                int bad = 0;
                for (std::size_t i = 0; i < result.out.size(); ++i) {
                    const std::size_t position = i / 128, head = i / 32 % 4;
                    const bool may = position / 32 == 1 && head == 0;
                    QVERIFY(may || std::isfinite(result.out[i]));
                    if (may && std::isnan(result.out[i])) ++bad;
                }
                // A score of -inf is a key that weighs nothing: with an infinity the sign of the query
                // decides.
                QVERIFY(std::isnan(poison) ? bad == 32 * 32 : bad > 0);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestAttention)
#include "test_attention.moc"
