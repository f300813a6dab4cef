// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What Highway compiles once an instruction set, on every instruction set that this processor has: users have
// older ones, and newer ones than whoever changes a kernel.
#include <QTest>
#include <cmath>

#include "hwy/targets.h"
#include "kernels/cpu/cpu_linear.h"
#include "tests/kernels/golden_case.h"
#include "tests/kernels/product.h"
#include "tests/kernels/random_problem.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

namespace {

/// While it lives, this is the only instruction set.
class OnlyTarget {
 public:
    explicit OnlyTarget(std::int64_t target) { choose(target); }
    ~OnlyTarget() { choose(0); }
    OnlyTarget(const OnlyTarget&) = delete;
    OnlyTarget& operator=(const OnlyTarget&) = delete;

 private:
    static void choose(std::int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
};

/// All that this instruction set has for a product; for int8 there may be none.
std::vector<std::unique_ptr<cpu::CpuLinear>> linears(const Product& product, Precision precision,
                                                     cpu::Workers& workers) {
    std::vector<std::unique_ptr<cpu::CpuLinear>> all;
    if (precision == Precision::Int8) {
        all.push_back(cpu::make_int8_linear(product.weight, product.bias, product.out, product.in, workers));
        all.push_back(
            cpu::make_avx_vnni_linear(product.weight, product.bias, product.out, product.in, workers));
        all.push_back(cpu::make_vnni_linear(product.weight, product.bias, product.out, product.in));
    } else {
        all.push_back(
            cpu::make_float_linear(product.weight, product.bias, product.out, product.in, precision));
    }
    std::erase(all, nullptr);
    return all;
}

std::vector<float> run(const cpu::CpuLinear& linear, const Product& product, Activation activation,
                       cpu::Workers& workers) {
    std::vector<float> x = product.x, y(static_cast<std::size_t>(product.rows * product.out), NAN);
    linear.multiply({x.data(), product.rows, product.in, product.in},
                    {y.data(), product.rows, product.out, product.out}, activation, workers);
    return y;
}

std::vector<float> norm(Backend& backend, std::vector<float> x, std::vector<float> residual,
                        std::int64_t columns) {
    const std::vector<float> gamma = draw(columns, 1.0F, 3), beta = draw(columns, 1.0F, 4);
    const auto rows = std::ssize(x) / columns;
    const Matrix view{x.data(), rows, columns, columns};
    backend.add_layer_norm(view, {residual.data(), rows, columns, columns}, gamma.data(), beta.data(), 1e-5F,
                           view);
    return x;
}

std::vector<float> embed(Backend& backend, std::int64_t columns) {
    std::vector<float> tokens = draw(10 * columns, 1.0F, 5), positions = draw(6 * columns, 1.0F, 6);
    const std::vector<float> segment = draw(columns, 1.0F, 7);
    std::vector<float> y(static_cast<std::size_t>(4 * columns), NAN);
    const std::vector<std::int32_t> ids{3, -1, 9, 0}, places{0, 5, 5, 2};
    backend.embed(ids, places, {tokens.data(), 10, columns, columns}, {positions.data(), 6, columns, columns},
                  segment.data(), {y.data(), 4, columns, columns});
    return y;
}

}  // namespace

class TestTargets : public QObject {
    Q_OBJECT

    std::unique_ptr<Backend> reference_ = make_reference_backend();
    std::unique_ptr<Backend> cpu_ = make_cpu_backend(2);

    static void add_targets() {
        QTest::addColumn<qint64>("target");
        for (const std::int64_t target : hwy::SupportedAndGeneratedTargets())
            QTest::newRow(hwy::TargetName(target)) << static_cast<qint64>(target);
    }

    void check_products(Product product, Precision precision) {
        cpu::Workers workers(2);
        for (const auto& linear : linears(product, precision, workers))
            for (const Activation activation : {Activation::None, Activation::Gelu}) {
                const auto exact = product.exact(activation);
                const double plain = root_mean_square(product.run(*reference_, precision, activation), exact);
                const double fast = root_mean_square(run(*linear, product, activation, workers), exact);
                // Where results are bytes' sums, GELU need not be exact to the last bit.
                const double slack =
                    precision == Precision::Int8 && activation == Activation::Gelu ? 1.6e-4 : 3e-7;
                QVERIFY2(fast <= 2.0 * plain + slack,
                         qPrintable(QString("%1 x %2 x %3, precision %4: %5 against %6")
                                        .arg(product.rows)
                                        .arg(product.in)
                                        .arg(product.out)
                                        .arg(static_cast<int>(precision))
                                        .arg(fast)
                                        .arg(plain)));
            }
    }

 private slots:
    void dispatch_follows_data() { add_targets(); }
    void dispatch_follows() {
        QFETCH(qint64, target);
        const OnlyTarget only(target);
        const char* name = target == HWY_AVX3 ? "AVX-512" : hwy::TargetName(target);
        QVERIFY2(cpu_->description().starts_with(name), cpu_->description().c_str());
    }

    void goldens_data() { add_targets(); }
    void goldens() {
        QFETCH(qint64, target);
        const OnlyTarget only(target);
        for (const QString& name : golden_names()) {
            const GoldenCase golden(name);
            std::vector<float> out, lse;
            cpu_->attention(golden.problem(out, lse));
            QVERIFY2(largest_difference(out, golden.tensor("out").values) <= 1e-4, qPrintable(name));
            QVERIFY2(largest_difference(lse, golden.tensor("lse").values) <= 1e-4, qPrintable(name));
        }
    }

    void products_data() { add_targets(); }
    void products() {
        QFETCH(qint64, target);
        const OnlyTarget only(target);
        for (const auto& [rows, in, out] :
             {std::tuple{130, 384, 150}, {64, 1536, 96}, {1, 384, 384}, {17, 35, 18}, {2, 1, 1}})
            for (const Precision precision : {Precision::F32, Precision::BF16, Precision::Int8})
                check_products({rows, in, out}, precision);
    }

    /// Rows in bf16 are the same rows: only what is stored is rounded once more.
    void products_take_and_give_bf16_data() { add_targets(); }
    void products_take_and_give_bf16() {
        QFETCH(qint64, target);
        const OnlyTarget only(target);
        cpu::Workers workers(2);
        for (const auto& [rows, in, out] : {std::tuple{130, 384, 150}, {1, 384, 64}, {17, 35, 18}}) {
            Product product(rows, in, out);
            for (float& value : product.x) value = round_to_bf16(value);
            for (const auto& linear : linears(product, Precision::Int8, workers)) {
                const auto multiply = [&](const Matrix& x, const Matrix& y) {
                    linear->multiply(x, y, Activation::Gelu, workers);
                };
                std::vector<float> exact = product.run_rows(DType::F32, multiply);
                for (float& value : exact) value = round_to_bf16(value);
                QCOMPARE(product.run_rows(DType::BF16, multiply), exact);
            }
        }
    }

    void avx_vnni_equals_pairs_to_the_bit_data() { add_targets(); }
    void avx_vnni_equals_pairs_to_the_bit() {
        QFETCH(qint64, target);
        const OnlyTarget only(target);
        cpu::Workers workers(2);
        for (const auto& [rows, in, out] : {std::tuple{130, 384, 150}, {64, 1536, 96}, {17, 35, 18}}) {
            const Product product(rows, in, out);
            const auto vnni = cpu::make_avx_vnni_linear(product.weight, product.bias, out, in, workers);
            if (!vnni) QSKIP("this processor has no AVX-VNNI");
            const auto pairs = cpu::make_int8_linear(product.weight, product.bias, out, in, workers);
            for (const Activation activation : {Activation::None, Activation::Gelu})
                QCOMPARE(run(*vnni, product, activation, workers), run(*pairs, product, activation, workers));
        }
    }

    void rows_data() { add_targets(); }
    void rows() {
        QFETCH(qint64, target);
        const OnlyTarget only(target);
        for (const std::int64_t columns : {1, 7, 16, 45, 384}) {
            const std::vector<float> x = draw(70 * columns, 2.0F, 1), residual = draw(70 * columns, 2.0F, 2);
            QVERIFY(largest_difference(norm(*cpu_, x, residual, columns),
                                       norm(*reference_, x, residual, columns)) <= 1e-4);
            QCOMPARE(embed(*cpu_, columns), embed(*reference_, columns));
        }
    }
};

QTEST_GUILESS_MAIN(TestTargets)
#include "test_targets.moc"
