// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Every backend refuses nonsense with an error that names the value.
#include <QTest>
#include <cmath>
#include <functional>

#include "kernels/backend.h"
#include "tests/kernels/random_problem.h"

using namespace corpuscope::kernels;
using namespace corpuscope::kernels::test;

namespace {

QString refusal(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::invalid_argument& error) {
        return QString::fromUtf8(error.what());
    }
    return "accepted";
}

using Change = std::function<void(RandomProblem&)>;

}  // namespace
Q_DECLARE_METATYPE(Change)

class TestBadInput : public QObject {
    Q_OBJECT

    std::unique_ptr<Backend> backends_[2] = {make_reference_backend(), make_cpu_backend(2)};

 private slots:
    void attention_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, const char* value, Change change) {
            QTest::newRow(name) << change << QString(value);
        };
        row("segment", "-7",
            [](RandomProblem& r) { const_cast<Branch&>(r.problem.branches[0]).segment = -7; });
        row("rate", "0", [](RandomProblem& r) { const_cast<Branch&>(r.problem.branches[1]).rate = 0; });
        row("length", "-5", [](RandomProblem& r) { r.problem.length = -5; });
        row("queries", "[0, 101)", [](RandomProblem& r) { r.problem.queries = 101; });
        row("kv_heads", "3", [](RandomProblem& r) { r.problem.kv_heads = 3; });
        row("heads", "0", [](RandomProblem& r) { r.problem.heads = 0; });
        row("head_dim", "-1", [](RandomProblem& r) { r.problem.head_dim = -1; });
        row("stride", "12", [](RandomProblem& r) { r.problem.q_stride = 12; });
        row("key stride", "4", [](RandomProblem& r) { r.keys[0].stride = 4; });
        row("stride of a head's rows", "3", [](RandomProblem& r) {
            r.sort_by_head();
            r.problem.q_stride = 3;
        });
        row("key stride of a head's rows", "5", [](RandomProblem& r) {
            r.sort_by_head();
            r.keys[0].stride = 5;
        });
        row("key rows", "[0, 90)", [](RandomProblem& r) { r.keys[1].rows = 90; });
        row("key sets", "1", [](RandomProblem& r) { r.problem.keys = r.problem.keys.first(1); });
        row("dropout", "1.5", [](RandomProblem& r) { r.problem.dropout = 1.5F; });
        row("scale", "nan", [](RandomProblem& r) { r.problem.scale = NAN; });
        row("layer", "-2", [](RandomProblem& r) { r.problem.layer = -2; });
        row("element type", "F32", [](RandomProblem& r) { r.problem.type = DType::I8; });
        row("kept rows", "7 of 64", [](RandomProblem& r) { r.keys[1].kept_only = true; });
        row("gate", "nan", [](RandomProblem& r) {
            static const std::vector<float> gates(8, NAN);
            r.problem.gates = gates.data();
        });
        row("open gate", "no keys", [](RandomProblem& r) {
            static const std::vector<float> gates(8, 0.0F);
            r.problem.gates = gates.data();
            r.keys[0].keys = r.keys[0].values = nullptr;
        });
        row("buckets", "7", [](RandomProblem& r) { r.problem.relative_bias = {r.q.data(), 7, 128}; });
        row("max distance", "3", [](RandomProblem& r) { r.problem.relative_bias = {r.q.data(), 32, 3}; });
        row("mask", "at least 10", [](RandomProblem& r) {
            static const std::uint8_t mask = 1;
            r.problem.block_mask = {&mask, 10, 1};
        });
        row("no branch", "without a branch",
            [](RandomProblem& r) { r.problem.branches = {}, r.problem.keys = {}; });
    }

    void attention() {
        QFETCH(Change, change);
        QFETCH(QString, names);
        ProblemOptions options;
        options.length = 100;
        options.branches = {{32, 1}, {64, 7}};
        for (const auto& backend : backends_) {
            RandomProblem problem(options, 1);
            change(problem);
            const QString error = refusal([&] { backend->attention(problem.problem); });
            QVERIFY2(error.contains(names), qPrintable(error));
        }
    }

    void dynamic_sparse_needs_whole_blocks() {
        ProblemOptions options;
        options.length = 100;
        options.branches = {{32, 1}};
        options.dynamic_sparse = {16, 2};
        for (const auto& backend : backends_) {
            RandomProblem problem(options, 2);
            problem.problem.queries = 50;
            const QString error = refusal([&] { backend->attention(problem.problem); });
            QVERIFY2(error.contains("[0, 50)"), qPrintable(error));
        }
    }

    void linear() {
        const std::vector<float> weight(12, 0.5F), bias(3, 0.0F);
        std::vector<float> values(40, 1.0F);
        for (const auto& backend : backends_) {
            const auto made = [&](std::span<const float> w, std::span<const float> b, std::int64_t out,
                                  std::int64_t in) {
                return refusal([&] { backend->make_linear(w, b, out, in, Precision::F32); });
            };
            QVERIFY(made(weight, bias, 3, 5).contains("12, not 15"));
            QVERIFY(made(weight, bias, 4, 3).contains("bias"));
            QVERIFY(made(weight, bias, -3, -4).contains("-3"));
            std::vector<float> broken = weight;
            broken[5] = NAN;
            QVERIFY(refusal([&] {
                        backend->make_linear(broken, bias, 3, 4, Precision::Int8);
                    }).contains("[1, 1]"));

            const auto linear = backend->make_linear(weight, bias, 3, 4, Precision::F32);
            const auto multiplied = [&](const Matrix& x, const Matrix& y) {
                return refusal([&] { backend->linear(*linear, x, y, Activation::None); });
            };
            float* data = values.data();
            QVERIFY(multiplied({data, 2, 5, 5}, {data + 20, 2, 3, 3}).contains("5, not 4"));
            QVERIFY(multiplied({data, 2, 4, 4}, {data + 20, 3, 3, 3}).contains("3, not 2"));
            QVERIFY(multiplied({data, 2, 4, 1}, {data + 20, 2, 3, 3}).contains("stride 1"));
            QVERIFY(multiplied({nullptr, 2, 4, 4}, {data + 20, 2, 3, 3}).contains("no data"));
            QVERIFY(multiplied({data, 2, 4, 4, DType::BF16}, {data + 20, 2, 3, 3}).contains("bf16"));
            QVERIFY(multiplied({data, 2, 4, 4, DType::I8}, {data + 20, 2, 3, 3}).contains("type"));
        }
        const auto foreign = backends_[0]->make_linear(weight, bias, 3, 4, Precision::F32);
        const Matrix x{values.data(), 2, 4, 4}, y{values.data() + 20, 2, 3, 3};
        QVERIFY(refusal([&] {
                    backends_[1]->linear(*foreign, x, y, Activation::None);
                }).contains("another backend"));
    }

    void embedding() {
        std::vector<float> table(40, 1.0F), result(8);
        const Matrix tokens{table.data(), 10, 4, 4}, positions{table.data(), 5, 4, 4},
            y{result.data(), 2, 4, 4};
        for (const auto& backend : backends_) {
            const auto embedded = [&](std::vector<std::int32_t> ids, std::vector<std::int32_t> places) {
                return refusal([&] { backend->embed(ids, places, tokens, positions, nullptr, y); });
            };
            QVERIFY(embedded({1, 10}, {0, 0}).contains("10"));
            QVERIFY(embedded({1, 2}, {0, 5}).contains("5"));
            QVERIFY(embedded({1, 2}, {0, -1}).contains("-1"));
            QVERIFY(embedded({1, 2, 3}, {0, 0}).contains("2, not 3"));
        }
    }

    void backend_names() {
        QVERIFY(refusal([] { make_backend("gpu"); }).contains("'gpu'"));
        QVERIFY(refusal([] { make_cpu_backend(-4); }).contains("-4"));
        QCOMPARE(make_backend("cpu", 1)->name(), std::string_view("cpu"));
    }
};

QTEST_GUILESS_MAIN(TestBadInput)
#include "test_bad_input.moc"
