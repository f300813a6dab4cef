// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <cmath>
#include <functional>
#include <random>

#include "kernels/query_key_backward.h"

using namespace corpuscope::kernels;

namespace {

constexpr int kHeads = 2;
constexpr std::int64_t kRows = 5, kDim = 8, kWidth = kHeads * kDim;

std::vector<float> draw(std::int64_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = normal(random);
    return values;
}

Matrix view(std::vector<float>& values) { return {values.data(), kRows, kWidth, kWidth}; }

double dot(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

using Change = std::function<void(const Matrix&)>;

}  // namespace
Q_DECLARE_METATYPE(Change)

class TestBackwardQueryKey : public QObject {
    Q_OBJECT

 private slots:
    void turns_are_linear_and_their_gradients_the_transposed_data() {
        QTest::addColumn<Change>("forward");
        QTest::addColumn<Change>("backward");
        const auto row = [](const char* name, Change forward, Change backward) {
            QTest::newRow(name) << forward << backward;
        };
        row(
            "rotary", [](const Matrix& m) { apply_rotary(m, kHeads, 1000); },
            [](const Matrix& m) { rotary_backward(m, kHeads, 1000); });
        row(
            "rotary base", [](const Matrix& m) { apply_rotary(m, kHeads, 3, 500.0F); },
            [](const Matrix& m) { rotary_backward(m, kHeads, 3, 500.0F); });
        row(
            "xpos query", [](const Matrix& m) { apply_xpos(m, kHeads, 700, 300, Side::Query); },
            [](const Matrix& m) { xpos_backward(m, kHeads, 700, 300, Side::Query); });
        row(
            "xpos key", [](const Matrix& m) { apply_xpos(m, kHeads, 20, 300, Side::Key); },
            [](const Matrix& m) { xpos_backward(m, kHeads, 20, 300, Side::Key); });
    }
    void turns_are_linear_and_their_gradients_the_transposed() {
        QFETCH(Change, forward);
        QFETCH(Change, backward);
        auto x = draw(kRows * kWidth, 1), y = x, gradient = draw(kRows * kWidth, 2), turned = gradient;
        forward(view(y));
        backward(view(turned));
        QVERIFY(std::abs(dot(y, gradient) - dot(x, turned)) < 1e-4);
        QVERIFY(std::abs(dot(y, gradient) - dot(x, gradient)) > 1e-1);
    }

    void norm_gradients_are_finite_differences() {
        auto x = draw(kRows * kWidth, 3), gradient = draw(kRows * kWidth, 4);
        auto gamma = draw(kDim, 5), beta = draw(kDim, 6);
        const auto loss = [&] {
            std::vector<float> y = x;
            apply_head_norm(view(y), kHeads, gamma.data(), beta.data(), 1e-5F);
            return dot(y, gradient);
        };
        std::vector<float> dx = gradient, dgamma(kDim), dbeta(kDim);
        head_norm_backward(view(x), view(dx), kHeads, gamma.data(), 1e-5F, dgamma.data(), dbeta.data());
        const auto check = [&](std::vector<float>& input, const std::vector<float>& got, std::size_t at) {
            const float before = input[at];
            const auto difference = [&](float by) {
                input[at] = before + by;
                const double above = loss();
                input[at] = before - by;
                const double below = loss();
                input[at] = before;
                return (above - below) / (2.0 * static_cast<double>(by));
            };
            const double expected = (4.0 * difference(0.01F) - difference(0.02F)) / 3.0;
            QVERIFY2(std::abs(expected - static_cast<double>(got[at])) < 2e-3,
                     qPrintable(QString("%1, not %2").arg(got[at]).arg(expected)));
        };
        for (std::size_t i = 0; i < x.size(); i += 3) check(x, dx, i);
        for (std::size_t i = 0; i < gamma.size(); ++i) check(gamma, dgamma, i);
        for (std::size_t i = 0; i < beta.size(); ++i) check(beta, dbeta, i);
    }

    void shapes_that_do_not_fit_are_refused() {
        auto x = draw(kRows * kWidth, 7);
        Matrix other = view(x);
        other.rows = 3;
        QVERIFY_EXCEPTION_THROWN(head_norm_backward(view(x), other, kHeads, nullptr, 0.1F, nullptr, nullptr),
                                 std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(rotary_backward(view(x), 5, 0), std::invalid_argument);
    }
};

QTEST_GUILESS_MAIN(TestBackwardQueryKey)
#include "test_backward_query_key.moc"
