// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The reference's gradients against finite differences of its forward pass, for the options that no golden
// case covers and all of them together.
#include <QTest>
#include <cmath>
#include <functional>

#include "kernels/backend.h"
#include "tests/kernels/gradient_arrays.h"
#include "tests/kernels/random_problem.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

Q_DECLARE_METATYPE(ProblemOptions)

class TestBackwardDifferences : public QObject {
    Q_OBJECT

    std::unique_ptr<Backend> reference_ = make_reference_backend();

    static std::vector<float> weights(std::size_t count) {
        std::mt19937 random(99);
        std::normal_distribution<float> normal;
        std::vector<float> values(count);
        for (float& value : values) value = normal(random);
        return values;
    }

    double loss(RandomProblem& problem, const std::vector<float>& dout) {
        const std::vector<float> out = problem.run(*reference_).out;
        double sum = 0.0;
        for (std::size_t i = 0; i < out.size(); ++i)
            sum += static_cast<double>(out[i]) * static_cast<double>(dout[i]);
        return sum;
    }

    /// Fourth-order central difference along one input, with the steps that float32 really makes.
    double slope(RandomProblem& problem, const std::vector<float>& dout, float& input, float step) {
        const float before = input;
        const auto difference = [&](float by) {
            input = before + by;
            const float high = input;
            const double above = loss(problem, dout);
            input = before - by;
            const double below = loss(problem, dout);
            const double width = static_cast<double>(high) - static_cast<double>(input);
            input = before;
            return (above - below) / width;
        };
        return (4.0 * difference(step) - difference(2.0F * step)) / 3.0;
    }

    /// `count` elements spread over an input.
    void compare(RandomProblem& problem, const std::vector<float>& dout, const char* name,
                 std::vector<float>& inputs, const std::vector<float>& gradient, std::size_t count,
                 float step = 0.03F) {
        QCOMPARE(gradient.size(), inputs.size());
        double largest = 0.0, moved = 0.0;
        for (std::size_t i = 0; i < std::min(count, inputs.size()); ++i) {
            const std::size_t at = (i * 7919 + 3) % inputs.size();
            if (!std::isfinite(inputs[at])) continue;
            const double expected = slope(problem, dout, inputs[at], step);
            moved = std::max(moved, std::abs(expected));
            largest = std::max(largest, std::abs(static_cast<double>(gradient[at]) - expected));
        }
        QVERIFY2(largest <= 1e-3, qPrintable(QString("%1: %2").arg(name).arg(largest)));
        QVERIFY2(moved > 1e-2, qPrintable(QString("%1 does not matter").arg(name)));
    }

 private slots:
    void gradients_data() {
        QTest::addColumn<ProblemOptions>("options");
        ProblemOptions base;
        base.length = 45;
        base.heads = base.kv_heads = 2;
        base.head_dim = 6;
        base.branches = {{10, 1}, {20, 3}, {45, 2}};
        const auto row = [&](const char* name, const std::function<void(ProblemOptions&)>& change) {
            ProblemOptions options = base;
            change(options);
            QTest::newRow(name) << options;
        };
        row("plain", [](ProblemOptions&) {});
        row("alibi", [](ProblemOptions& o) { o.alibi = true; });
        row("relative bias", [](ProblemOptions& o) { o.relative_bias = true; });
        row("relative bias causal", [](ProblemOptions& o) { o.relative_bias = o.causal = true; });
        row("dropout", [](ProblemOptions& o) { o.dropout = 0.3F; });
        row("block mask", [](ProblemOptions& o) { o.block_mask = true; });
        row("empty positions", [](ProblemOptions& o) { o.units = true; });
        row("neighbour bias", [](ProblemOptions& o) { o.units = o.neighbour_bias = true; });
        row("closed gate", [](ProblemOptions& o) { o.gates = o.closed_gate = true; });
        row("dynamic sparse", [](ProblemOptions& o) { o.dynamic_sparse = {8, 2}; });
        row("dynamic sparse alone", [](ProblemOptions& o) {
            o.dynamic_sparse = {8, 2};
            o.branches.clear();
        });
        row("all at once", [](ProblemOptions& o) {
            o.heads = 4;
            o.rule = OffsetRule::Grouped;
            o.alibi = o.relative_bias = o.block_mask = o.units = o.neighbour_bias = o.gates = o.causal = true;
            o.dropout = 0.2F;
            o.dynamic_sparse = {16, 2};
        });
    }

    void gradients() {
        QFETCH(ProblemOptions, options);
        RandomProblem problem(options, 5);
        const std::vector<float> dout = weights(problem.out.size());
        problem.run(*reference_);
        GradientArrays gradients(problem.problem);
        reference_->attention_backward(problem.problem,
                                       gradients.view(dout.data(), problem.problem.out_stride));
        compare(problem, dout, "dq", problem.q, gradients.dq, 16);
        compare(problem, dout, "dk", problem.k, gradients.dk[0], 16);
        compare(problem, dout, "dv", problem.v, gradients.dv[0], 16);
        if (options.gates)
            compare(problem, dout, "dgates", problem.gates, gradients.dgates, problem.gates.size());
        if (options.neighbour_bias)
            compare(problem, dout, "dneighbour_bias", problem.neighbour_bias, gradients.dneighbour_bias, 8);
        if (options.alibi)
            compare(problem, dout, "dalibi_slopes", problem.slopes, gradients.dalibi_slopes, 8, 0.004F);
        if (options.relative_bias)
            compare(problem, dout, "drelative_bias", problem.table, gradients.drelative_bias, 64);
    }
};

QTEST_GUILESS_MAIN(TestBackwardDifferences)
#include "test_backward_differences.moc"
