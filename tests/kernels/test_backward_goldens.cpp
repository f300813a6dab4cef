// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The gradients of every golden case on every backend of this machine: largest error 1e-4 in float32.
#include <QTest>
#include <cmath>

#include "kernels/backend.h"
#include "tests/kernels/golden_case.h"
#include "tests/kernels/gradient_arrays.h"
#include "tests/kernels/random_problem.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

class TestBackwardGoldens : public QObject {
    Q_OBJECT

 private slots:
    void all_cases_are_there() { QVERIFY2(golden_names().size() >= 16, qPrintable(golden_folder())); }

    void gradients_data() {
        QTest::addColumn<QString>("backend");
        QTest::addColumn<QString>("name");
        for (const char* backend : {"reference", "cpu"})
            for (const QString& name : golden_names())
                QTest::newRow(qPrintable(QString(backend) + "/" + name)) << QString(backend) << name;
    }

    void gradients() {
        QFETCH(QString, backend);
        QFETCH(QString, name);
        const GoldenCase golden(name);
        std::vector<float> out, lse;
        const AttentionProblem problem = golden.problem(out, lse);
        const auto kernels = make_backend(backend.toStdString(), 2);
        kernels->attention(problem);
        GradientArrays gradients(problem);
        kernels->attention_backward(problem,
                                    gradients.view(golden.tensor("dout").values.data(), problem.out_stride));
        const auto check = [&](const char* key, const std::vector<float>& got) {
            const double error = largest_difference(got, golden.tensor(key).values);
            QVERIFY2(error <= 1e-4, qPrintable(QString("%1: %2").arg(key).arg(error)));
            qInfo("%s: largest error %.2g", key, error);
        };
        check("dq", gradients.dq);
        check("dk", gradients.dk[0]);
        check("dv", gradients.dv[0]);
        if (golden.has("dgates")) check("dgates", gradients.dgates);
        if (golden.has("dneighbour_bias")) check("dneighbour_bias", gradients.dneighbour_bias);
    }
};

QTEST_GUILESS_MAIN(TestBackwardGoldens)
#include "test_backward_goldens.moc"
