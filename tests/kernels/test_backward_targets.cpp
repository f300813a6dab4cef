// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The gradients on every instruction set that this processor has and Highway compiled for.
#include <QTest>
#include <algorithm>
#include <cmath>

#include "hwy/targets.h"
#include "tests/kernels/gradient_arrays.h"
#include "tests/kernels/random_problem.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

namespace {

void choose_target(std::int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

std::vector<float> gradients_of(Backend& backend, RandomProblem& problem) {
    std::vector<float> dout = problem.q;
    std::reverse(dout.begin(), dout.end());
    GradientArrays arrays(problem.problem);
    backend.attention_backward(problem.problem, arrays.view(dout.data(), problem.problem.out_stride));
    return arrays.all();
}

}  // namespace

class TestBackwardTargets : public QObject {
    Q_OBJECT

 private slots:
    void every_instruction_set_agrees_with_the_reference_data() {
        QTest::addColumn<qint64>("target");
        for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1)
            QTest::newRow(hwy::TargetName(left & -left)) << qint64{left & -left};
    }

    void every_instruction_set_agrees_with_the_reference() {
        QFETCH(qint64, target);
        const auto reference = make_reference_backend(), cpu = make_cpu_backend(2);
        for (const int head_dim : {5, 32, 128}) {
            ProblemOptions options;
            options.length = 333;
            options.head_dim = head_dim;
            options.branches = {{32, 1}, {96, 4}, {400, 2}};
            options.kv_heads = 2;
            options.causal = head_dim != 32;
            options.gates = options.alibi = options.relative_bias = options.units = options.neighbour_bias =
                true;
            RandomProblem problem(options, 21);
            if (head_dim == 128)
                for (float& value : problem.q) value *= 30.0F;  // large scores take a path of their own
            problem.run(*reference);
            const std::vector<float> expected = gradients_of(*reference, problem);
            choose_target(target);
            const std::vector<float> got = gradients_of(*cpu, problem);
            choose_target(0);
            double largest = 1.0;
            for (const float value : expected)
                largest = std::max(largest, std::abs(static_cast<double>(value)));
            const double error = largest_difference(got, expected) / largest;
            QVERIFY2(error <= 2e-5, qPrintable(QString("head size %1: %2").arg(head_dim).arg(error)));
        }
    }
};

QTEST_GUILESS_MAIN(TestBackwardTargets)
#include "test_backward_targets.moc"
