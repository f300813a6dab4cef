// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The kernels for processors with tiles (AMX), on every processor with AVX-512: the instructions of tiles are
// emulated, everything else is what runs there.
#include <QTest>
#include <cmath>

#include "kernels/backend.h"
#include "kernels/bf16.h"
#include "kernels/cpu/attention.h"
#include "tests/kernels/attention_cases.h"
#include "tests/kernels/product.h"
#include "tests/kernels/tile_kernels.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

Q_DECLARE_METATYPE(ProblemOptions)

namespace {

bool on_tiles(const ProblemOptions& options) {
    RandomProblem problem(options, 1);
    return cpu::fused_attention_takes(problem.problem) && options.head_dim % 32 == 0;
}

RandomProblem::Result run_emulated(RandomProblem& problem) {
    emulated_attention(problem.problem);
    return {problem.out, problem.lse};
}

std::vector<float> run(const cpu::CpuLinear& linear, const Product& product, Activation activation,
                       DType type) {
    cpu::Workers workers(2);
    return product.run_rows(
        type, [&](const Matrix& x, const Matrix& y) { linear.multiply(x, y, activation, workers); });
}

}  // namespace

class TestTiles : public QObject {
    Q_OBJECT

    std::unique_ptr<Backend> reference_ = make_reference_backend();

    static void add_cases() {
        QTest::addColumn<ProblemOptions>("options");
        int number = 0;
        for (const auto& [name, options] : attention_cases())
            if (on_tiles(options)) QTest::addRow("%s (%d)", name, number++) << options;
    }

 private slots:
    void initTestCase() {
        if (!processor_can_emulate_tiles()) QSKIP("this processor has no AVX-512 with bf16 and VBMI");
    }

    /// Sums of bytes are exact, and what is made of them is the same code.
    void products_equal_vnni_to_the_bit() {
        for (const auto& [rows, in, out] : {std::tuple{130, 384, 150},
                                            {64, 1536, 96},
                                            {1, 384, 384},
                                            {17, 35, 18},
                                            {2, 1, 1},
                                            {97, 65, 33}}) {
            const Product product(rows, in, out);
            const auto vnni = cpu::make_vnni_linear(product.weight, product.bias, out, in);
            if (!vnni) QSKIP("this processor has no VNNI");
            const auto tiles = make_emulated_linear(product.weight, product.bias, out, in, Precision::Int8);
            for (const Activation activation : {Activation::None, Activation::Gelu})
                for (const DType type : {DType::F32, DType::BF16})
                    QCOMPARE(run(*tiles, product, activation, type), run(*vnni, product, activation, type));
        }
    }

    /// Against the exact result, at most twice as far off as the plain computation in bf16.
    void products_in_bf16_keep_the_error_rule() {
        for (const auto& [rows, in, out] : {std::tuple{130, 384, 150},
                                            {64, 1536, 96},
                                            {1, 384, 384},
                                            {17, 35, 18},
                                            {2, 1, 1},
                                            {97, 65, 33}}) {
            Product product(rows, in, out);
            const auto tiles = make_emulated_linear(product.weight, product.bias, out, in, Precision::BF16);
            for (const Activation activation : {Activation::None, Activation::Gelu}) {
                const auto exact = product.exact(activation);
                const double plain =
                    root_mean_square(product.run(*reference_, Precision::BF16, activation), exact);
                QVERIFY(root_mean_square(run(*tiles, product, activation, DType::F32), exact) <=
                        2.0 * plain + 1.6e-4);
                // Rows in bf16: what rounding them and the results costs comes on top.
                QVERIFY(root_mean_square(run(*tiles, product, activation, DType::BF16), exact) <=
                        2.0 * plain + 5e-3);
            }
        }
    }

    void products_in_bf16_leave_poison_in_its_row() {
        for (const float poison : {NAN, INFINITY, -INFINITY})
            for (const Activation activation : {Activation::None, Activation::Gelu}) {
                Product product(40, 40, 24);
                product.x[3 * 40 + 39] = poison;
                const auto tiles =
                    make_emulated_linear(product.weight, product.bias, 24, 40, Precision::BF16);
                const auto y = run(*tiles, product, activation, DType::F32);
                for (std::size_t i = 0; i < y.size(); ++i) QVERIFY(std::isfinite(y[i]) || i / 24 == 3);
                QVERIFY(!std::isfinite(y[3 * 24]) || activation == Activation::Gelu);
            }
    }

    /// Against the exact result, at most twice as far off as the plain computation on operands in bf16.
    void attention_keeps_the_error_rule_data() { add_cases(); }
    void attention_keeps_the_error_rule() {
        QFETCH(ProblemOptions, options);
        RandomProblem problem(options, 8);
        const auto exact = problem.run(*reference_);
        const auto tiles = run_emulated(problem);
        QVERIFY(largest_difference(tiles.out, exact.out) <= 2e-2);
        QVERIFY(largest_difference(tiles.lse, exact.lse) <= 1.5e-2);
        for (auto* values : {&problem.q, &problem.k, &problem.v})
            for (float& value : *values) value = round_to_bf16(value);
        const std::vector<double> truth(exact.out.begin(), exact.out.end());
        const double plain = root_mean_square(problem.run(*reference_).out, truth),
                     fast = root_mean_square(tiles.out, truth);
        QVERIFY2(fast <= 2.0 * plain, qPrintable(QString("%1 against %2").arg(fast).arg(plain)));
    }

    /// Bounds of scores that need no shift, some shift, and float32.
    void larger_scores_keep_the_error_rule_data() {
        QTest::addColumn<float>("factor");
        for (const float factor : {3.0F, 8.0F, 12.0F, 16.0F, 100.0F})
            QTest::addRow("%g times", static_cast<double>(factor)) << factor;
    }
    void larger_scores_keep_the_error_rule() {
        QFETCH(float, factor);
        for (const int head_dim : {32, 64}) {
            ProblemOptions options = plain(600, {{600, 1}, {600, 3}});
            options.head_dim = head_dim;
            RandomProblem problem(options, 21);
            for (float& value : problem.q) value *= factor;
            // A second block of keys with higher scores than the first.
            const auto row = static_cast<std::size_t>(problem.problem.keys[0].stride);
            for (std::size_t i = 200 * row; i < 300 * row; ++i) problem.k[i] *= 1.5F;
            const auto exact = problem.run(*reference_);
            const auto tiles = run_emulated(problem);
            for (auto* values : {&problem.q, &problem.k, &problem.v})
                for (float& value : *values) value = round_to_bf16(value);
            const std::vector<double> truth(exact.out.begin(), exact.out.end());
            const double plain = root_mean_square(problem.run(*reference_).out, truth),
                         fast = root_mean_square(tiles.out, truth);
            QVERIFY2(fast <= 2.0 * plain, qPrintable(QString("%1 against %2").arg(fast).arg(plain)));
        }
    }

    /// The bound says how high a score can be, not how low all of them are: weights that bf16 flushes to 0.
    void scores_that_all_lie_far_below_their_bound() {
        RandomProblem problem(plain(300, kThree), 22);
        for (float& value : problem.q) value = 5.0F + 0.01F * value;
        for (float& value : problem.k) value = -5.0F + 0.01F * value;
        const auto exact = problem.run(*reference_), got = run_emulated(problem);
        QVERIFY(largest_difference(got.out, exact.out) <= 2e-2);
    }

    void other_numbers_are_left_alone_by_one_that_is_not_finite() {
        for (const float poison : {NAN, INFINITY})
            for (auto values : {&RandomProblem::q, &RandomProblem::k, &RandomProblem::v}) {
                RandomProblem problem(plain(333, kThree), 16);
                (problem.*values)[40 * static_cast<std::size_t>(problem.problem.q_stride) + 3] = poison;
                const auto exact = problem.run(*reference_), got = run_emulated(problem);
                for (std::size_t i = 0; i < got.out.size(); ++i)
                    QCOMPARE(std::isfinite(got.out[i]), std::isfinite(exact.out[i]));
            }
    }

    void huge_scores_stay_finite() {
        RandomProblem problem(plain(300, {{300, 1}, {300, 2}}), 15);
        for (float& value : problem.q) value *= 1e4F;
        for (const float value : run_emulated(problem).out) QVERIFY(std::isfinite(value));
    }

    /// Beside scores that need no maximum, and beside some that do in later blocks alone.
    void a_bias_that_outweighs_all_scores() {
        for (const float bias : {150.0F, -150.0F, 60.0F}) {
            ProblemOptions options = plain(300, kThree);
            options.units = options.neighbour_bias = true;
            options.neighbour_value = bias;
            RandomProblem problem(options, 18);
            const auto exact = problem.run(*reference_), got = run_emulated(problem);
            QVERIFY(largest_difference(got.out, exact.out) <= 2e-2);
            QVERIFY(largest_difference(got.lse, exact.lse) <=
                    2e-2 + std::abs(static_cast<double>(bias)) / 250.0);
        }
    }

    void scores_that_grow_from_block_to_block() {
        RandomProblem problem(plain(500, {{500, 1}}), 19);
        for (std::size_t i = 0; i < problem.k.size(); ++i)
            problem.k[i] *= static_cast<float>(std::pow(8.0, static_cast<double>(i / (128 * 128))));
        const auto exact = problem.run(*reference_), got = run_emulated(problem);
        for (std::size_t i = 0; i < got.lse.size(); ++i)
            QVERIFY(std::abs(got.lse[i] - exact.lse[i]) <= 0.02F + std::abs(exact.lse[i]) / 100.0F);
        for (const float value : got.out) QVERIFY(std::isfinite(value));
    }

    void rows_of_zeros_stay_zero() {
        RandomProblem problem(plain(300, {{300, 1}}), 17);
        for (auto* values : {&problem.q, &problem.k, &problem.v})
            std::fill(values->begin(), values->end(), 0.0F);
        for (const float value : run_emulated(problem).out) QCOMPARE(value, 0.0F);
    }
};

QTEST_GUILESS_MAIN(TestTiles)
#include "test_tiles.moc"
