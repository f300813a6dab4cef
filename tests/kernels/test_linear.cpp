// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Products in each precision against float64: at most twice the error of the plain computation in that
// precision.
#include <QTest>
#include <cmath>

#include "kernels/bf16.h"
#include "tests/kernels/product.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

class TestLinear : public QObject {
    Q_OBJECT

    std::unique_ptr<Backend> reference_ = make_reference_backend();
    std::unique_ptr<Backend> cpu_ = make_cpu_backend(2);

 private slots:
    void error_rule_data() {
        QTest::addColumn<int>("precision");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("in");
        QTest::addColumn<int>("out");
        for (const int precision : {0, 1, 2})
            for (const auto& [rows, in, out] :
                 {std::tuple{300, 384, 150}, {64, 1536, 384}, {1, 384, 384}, {7, 35, 17}, {2, 1, 1}})
                QTest::addRow("precision %d: %d x %d x %d", precision, rows, in, out)
                    << precision << rows << in << out;
    }

    void error_rule() {
        QFETCH(int, precision);
        QFETCH(int, rows);
        QFETCH(int, in);
        QFETCH(int, out);
        Product product(rows, in, out);
        for (const Activation activation : {Activation::None, Activation::Gelu}) {
            const auto exact = product.exact(activation);
            const auto wanted = static_cast<Precision>(precision);
            const double plain = root_mean_square(product.run(*reference_, wanted, activation), exact);
            const double fast = root_mean_square(product.run(*cpu_, wanted, activation), exact);
            // Where operands are rounded, GELU need not be exact to the last bit.
            const double slack = precision != 0 && activation == Activation::Gelu ? 1.6e-4 : 3e-7;
            const double allowed = 2.0 * plain;
            QVERIFY2(fast <= allowed + slack, qPrintable(QString("%1 against %2").arg(fast).arg(plain)));
            const double size = root_mean_square(std::vector<float>(exact.size(), 0.0F), exact);
            QVERIFY(plain <= (precision == 0 ? 1e-6 : precision == 1 ? 0.01 : 0.02) * size);
        }
    }

    void strides_and_neighbours_are_left_alone() {
        const std::int64_t rows = 70, in = 40, out = 33;
        Product product(rows, in, out);
        for (const Precision precision : {Precision::F32, Precision::BF16, Precision::Int8}) {
            const auto expected = product.run(*cpu_, precision, Activation::None);
            std::vector<float> x(rows * 50, NAN), y(rows * 60, 42.0F);
            for (std::int64_t r = 0; r < rows; ++r)
                std::copy_n(product.x.begin() + r * in, in, x.begin() + r * 50);
            const auto linear = cpu_->make_linear(product.weight, product.bias, out, in, precision);
            cpu_->linear(*linear, {x.data(), rows, in, 50}, {y.data(), rows, out, 60}, Activation::None);
            for (std::int64_t r = 0; r < rows; ++r)
                for (std::int64_t o = 0; o < 60; ++o)
                    QCOMPARE(y[static_cast<std::size_t>(r * 60 + o)],
                             o < out ? expected[static_cast<std::size_t>(r * out + o)] : 42.0F);
        }
    }

    /// Results in parts of their columns are those of the whole, whatever the kernel makes of parts; between
    /// the parts nothing is written.
    void columns_come_in_parts_data() {
        QTest::addColumn<int>("width");
        for (const int width : {5, 32, 64}) QTest::addRow("%d", width) << width;
    }
    void columns_come_in_parts() {
        QFETCH(int, width);
        const std::int64_t rows = 70, in = 48, count = 6, out = width * count, stride = width + 3;
        Product product(rows, in, out);
        for (Backend* backend : {reference_.get(), cpu_.get()})
            for (const Precision precision : {Precision::F32, Precision::Int8}) {
                const auto whole = product.run(*backend, precision, Activation::None);
                const auto linear = backend->make_linear(product.weight, product.bias, out, in, precision);
                std::vector<float> y(static_cast<std::size_t>(count * rows * stride), 42.0F),
                    space(static_cast<std::size_t>(rows * out));
                const ColumnParts parts{{y.data(), rows, width, stride}, count, rows * stride};
                backend->linear_in_parts(*linear, {product.x.data(), rows, in, in}, parts,
                                         {space.data(), rows, out, out});
                for (std::int64_t part = 0; part < count; ++part)
                    for (std::int64_t row = 0; row < rows; ++row)
                        for (std::int64_t i = 0; i < stride; ++i)
                            QCOMPARE(y[static_cast<std::size_t>((part * rows + row) * stride + i)],
                                     i < width ? whole[static_cast<std::size_t>(row * out + part * width + i)]
                                               : 42.0F);
            }
    }

    void rows_do_not_depend_on_one_another() {
        Product product(200, 384, 64);
        for (const Precision precision : {Precision::F32, Precision::BF16, Precision::Int8}) {
            const auto all = product.run(*cpu_, precision, Activation::Gelu);
            Product one = product;
            one.rows = 1;
            one.x.assign(product.x.begin() + 131 * 384, product.x.begin() + 132 * 384);
            const auto alone = one.run(*cpu_, precision, Activation::Gelu);
            for (std::size_t o = 0; o < 64; ++o) QCOMPARE(alone[o], all[131 * 64 + o]);
        }
    }

    void bf16_rows_go_in_and_out() {
        Product product(20, 64, 48);
        for (Backend* backend : {reference_.get(), cpu_.get()}) {
            const auto expected = product.run(*backend, Precision::BF16, Activation::None);
            std::vector<std::uint16_t> x(product.x.size()), y(expected.size());
            for (std::size_t i = 0; i < x.size(); ++i) x[i] = to_bf16(product.x[i]);
            const auto linear = backend->make_linear(product.weight, product.bias, 48, 64, Precision::BF16);
            backend->linear(*linear, {x.data(), 20, 64, 64, DType::BF16}, {y.data(), 20, 48, 48, DType::BF16},
                            Activation::None);
            for (std::size_t i = 0; i < y.size(); ++i)
                QVERIFY(std::abs(from_bf16(y[i]) - expected[i]) <= 1e-5F + std::abs(expected[i]) / 200.0F);
        }
    }

    void poison_stays_in_its_row() {
        for (const float poison : {NAN, INFINITY, -INFINITY}) {
            for (const Precision precision : {Precision::F32, Precision::BF16, Precision::Int8}) {
                Product product(10, 40, 24);
                product.x[3 * 40 + 39] = poison;
                const auto y = product.run(*cpu_, precision, Activation::None);
                for (std::size_t i = 0; i < y.size(); ++i) QCOMPARE(std::isfinite(y[i]), i / 24 != 3);
            }
        }
    }

    void constant_and_zero_rows() {
        for (const float value : {0.0F, 1e-38F, 2.5F, -2.5F}) {
            Product product(3, 40, 24);
            std::fill(product.x.begin(), product.x.end(), value);
            const auto exact = product.exact(Activation::None);
            const auto y = product.run(*cpu_, Precision::Int8, Activation::None);
            for (std::size_t i = 0; i < y.size(); ++i)
                QVERIFY(std::abs(static_cast<double>(y[i]) - exact[i]) < 0.03);
        }
    }

    void no_rows() {
        Product product(0, 40, 24);
        for (const Precision precision : {Precision::F32, Precision::BF16, Precision::Int8})
            QVERIFY(product.run(*cpu_, precision, Activation::None).empty());
    }

    void fastest_precision_is_supported() {
        QVERIFY(cpu_->supports(cpu_->fastest_precision()));
        QVERIFY(!cpu_->description().empty());
    }
};

QTEST_GUILESS_MAIN(TestLinear)
#include "test_linear.moc"
