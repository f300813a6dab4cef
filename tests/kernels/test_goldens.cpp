// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Every golden case through every backend of this machine: largest error 1e-4 in float32.
#include <QTest>
#include <cmath>

#include "kernels/backend.h"
#include "tests/kernels/golden_case.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

namespace {

/// Largest difference; infinities and NaN must be where they are expected.
double largest_error(const std::vector<float>& got, const std::vector<float>& expected) {
    if (got.size() != expected.size()) return INFINITY;
    double error = 0.0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        if (got[i] == expected[i]) continue;  // also -inf
        const double difference = std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i]));
        error = std::isnan(difference) ? INFINITY : std::max(error, difference);
    }
    return error;
}

}  // namespace

class TestGoldens : public QObject {
    Q_OBJECT

 private slots:
    void all_cases_are_there() { QVERIFY2(golden_names().size() >= 16, qPrintable(golden_folder())); }

    void attention_data() {
        QTest::addColumn<QString>("backend");
        QTest::addColumn<QString>("name");
        for (const char* backend : {"reference", "cpu"})
            for (const QString& name : golden_names())
                QTest::newRow(qPrintable(QString(backend) + "/" + name)) << QString(backend) << name;
    }

    void attention() {
        QFETCH(QString, backend);
        QFETCH(QString, name);
        const GoldenCase golden(name);
        std::vector<float> out, lse;
        make_backend(backend.toStdString(), 2)->attention(golden.problem(out, lse));
        QVERIFY2(largest_error(out, golden.tensor("out").values) <= 1e-4, "out");
        QVERIFY2(largest_error(lse, golden.tensor("lse").values) <= 1e-4, "lse");
    }
};

QTEST_GUILESS_MAIN(TestGoldens)
#include "test_goldens.moc"
