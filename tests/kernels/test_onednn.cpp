// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The oneDNN products, on processors too where the backend would not choose them.
#include <QTest>

#include "kernels/cpu/onednn_linear.h"
#include "tests/kernels/product.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

namespace {

std::vector<float> run(const Product& product, Precision precision, Activation activation) {
    cpu::Workers workers(2);
    const auto linear =
        cpu::make_onednn_linear(product.weight, product.bias, product.out, product.in, precision);
    std::vector<float> x = product.x, y(static_cast<std::size_t>(product.rows * product.out), NAN);
    linear->multiply({x.data(), product.rows, product.in, product.in},
                     {y.data(), product.rows, product.out, product.out}, activation, workers);
    return y;
}

}  // namespace

class TestOneDnn : public QObject {
    Q_OBJECT

    std::unique_ptr<Backend> reference_ = make_reference_backend();
    cpu::OneDnnFeatures features_ = cpu::onednn_features();

 private slots:
    void error_rule_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("in");
        QTest::addColumn<int>("out");
        for (const auto& [rows, in, out] :
             {std::tuple{300, 384, 150}, {64, 1536, 384}, {1, 384, 384}, {17, 36, 18}})
            QTest::addRow("%d x %d x %d", rows, in, out) << rows << in << out;
    }

    void error_rule() {
        QFETCH(int, rows);
        QFETCH(int, in);
        QFETCH(int, out);
        Product product(rows, in, out);
        for (const Activation activation : {Activation::None, Activation::Gelu}) {
            const auto exact = product.exact(activation);
            for (const Precision precision : {Precision::F32, Precision::BF16}) {
                if (precision == Precision::BF16 && !features_.avx512) continue;
                const double plain = root_mean_square(product.run(*reference_, precision, activation), exact);
                const double fast = root_mean_square(run(product, precision, activation), exact);
                QVERIFY2(fast <= 2.0 * plain + 3e-7,
                         qPrintable(QString("%1 against %2").arg(fast).arg(plain)));
            }
        }
    }

    void what_it_cannot_do_is_an_error() {
        if (features_.avx512) QSKIP("this processor has bf16 in oneDNN");
        const Product product(4, 16, 16);
        QVERIFY_EXCEPTION_THROWN(run(product, Precision::BF16, Activation::None), std::runtime_error);
    }
};

QTEST_GUILESS_MAIN(TestOneDnn)
#include "test_onednn.moc"
