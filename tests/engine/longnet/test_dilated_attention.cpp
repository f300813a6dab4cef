// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "engine/longnet/dilated_attention.h"

using namespace corpuscope;
using namespace corpuscope::longnet;

namespace {

std::vector<float> draw(std::int64_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = normal(random);
    return values;
}

DilatedAttentionOptions plain(std::int64_t d_model, int heads, std::int64_t rate, std::int64_t segment) {
    DilatedAttentionOptions options;
    options.d_model = d_model;
    options.num_heads = heads;
    options.dilation_rate = {rate};
    options.segment_size = {segment};
    return options;
}

DilatedAttentionOptions everything() {
    DilatedAttentionOptions options = plain(16, 4, 1, 4);
    options.num_kv_heads = 2;
    options.dilation_rate = {1, 3, 2};
    options.segment_size = {4, 8, 13};
    options.dropout = 0.2F;
    options.causal = options.use_xpos = options.use_rel_pos_bias = options.qk_norm = options.sub_layer_norm =
        options.gates = true;
    options.rel_pos_buckets = 8;
    options.rel_pos_max_distance = 10;
    return options;
}

/// Every array of the parameters.
std::vector<std::vector<float>*> arrays(DilatedAttentionParameters& p) {
    return {&p.query.weight,     &p.query.bias,      &p.key.weight,     &p.key.bias,
            &p.value.weight,     &p.value.bias,      &p.output.weight,  &p.output.bias,
            &p.query_norm.gamma, &p.query_norm.beta, &p.key_norm.gamma, &p.key_norm.beta,
            &p.sub_norm.gamma,   &p.sub_norm.beta,   &p.gates,          &p.rel_pos_bias};
}

/// Parameters none of which is 0 or 1, so that all of them matter.
void shake(DilatedAttention& layer, unsigned seed) {
    DilatedAttentionParameters p = layer.parameters();
    for (std::vector<float>* values : arrays(p)) {
        const std::vector<float> noise = draw(static_cast<std::int64_t>(values->size()), ++seed);
        for (std::size_t i = 0; i < values->size(); ++i) (*values)[i] += 0.3F * noise[i];
    }
    layer.set_parameters(p);
}

double dot(const float* a, const float* b, std::int64_t count) {
    double sum = 0.0;
    for (std::int64_t i = 0; i < count; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

/// One position of a layer of one branch, from its definition: projections, the keys of the same segment that
/// the head keeps, softmax.
std::vector<double> position_by_definition(const DilatedAttention& layer, const float* x, std::int64_t length,
                                           std::int64_t position) {
    const DilatedAttentionOptions& o = layer.options();
    const DilatedAttentionParameters& p = layer.parameters();
    const std::int64_t d = o.d_model, dim = d / o.num_heads;
    const std::int64_t rate = o.dilation_rate[0], segment = o.segment_size[0];
    const auto project = [&](const LinearParameters& linear, std::int64_t row, std::int64_t out) {
        return dot(linear.weight.data() + out * d, x + row * d, d) +
               static_cast<double>(linear.bias[static_cast<std::size_t>(out)]);
    };
    std::vector<double> mixed(static_cast<std::size_t>(d)), result(mixed.size());
    const std::int64_t begin = position / segment * segment;
    for (std::int64_t h = 0; h < o.num_heads; ++h) {
        if ((position - begin) % rate != h % rate) continue;
        const std::int64_t end = o.causal ? position + 1 : std::min(begin + segment, length);
        double total = 0.0;
        std::vector<double> sum(static_cast<std::size_t>(dim));
        for (std::int64_t key = begin + h % rate; key < end; key += rate) {
            double score = 0.0;
            for (std::int64_t i = 0; i < dim; ++i)
                score += project(p.query, position, h * dim + i) * project(p.key, key, h * dim + i);
            const double weight = std::exp(score / std::sqrt(static_cast<double>(dim)));
            total += weight;
            for (std::int64_t i = 0; i < dim; ++i)
                sum[static_cast<std::size_t>(i)] += weight * project(p.value, key, h * dim + i);
        }
        for (std::int64_t i = 0; i < dim; ++i)
            mixed[static_cast<std::size_t>(h * dim + i)] = sum[static_cast<std::size_t>(i)] / total;
    }
    for (std::size_t o_ = 0; o_ < result.size(); ++o_) {
        result[o_] = static_cast<double>(p.output.bias[o_]);
        for (std::size_t i = 0; i < mixed.size(); ++i)
            result[o_] += static_cast<double>(p.output.weight[o_ * mixed.size() + i]) * mixed[i];
    }
    return result;
}

QString refusal(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::invalid_argument& error) {
        return QString::fromUtf8(error.what());
    }
    return "accepted";
}

}  // namespace

class TestDilatedAttention : public QObject {
    Q_OBJECT

    std::shared_ptr<kernels::Backend> cpu_ = kernels::make_cpu_backend(2);
    std::shared_ptr<kernels::Backend> reference_ = kernels::make_reference_backend();

    void compare_with_definition(DilatedAttention& layer, std::int64_t batch, std::int64_t length) {
        const std::int64_t d = layer.options().d_model;
        const std::vector<float> x = draw(batch * length * d, 1);
        const std::vector<float> y = layer.forward(x, batch, length);
        QCOMPARE(y.size(), x.size());
        for (const float value : y) QVERIFY(std::isfinite(value));
        for (const auto& [item, position] : {std::pair<std::int64_t, std::int64_t>{0, 0},
                                             {batch - 1, length - 1},
                                             {batch / 2, length / 2 + 1}}) {
            const std::vector<double> expected =
                position_by_definition(layer, x.data() + item * length * d, length, position);
            for (std::int64_t i = 0; i < d; ++i)
                QVERIFY(std::abs(expected[static_cast<std::size_t>(i)] -
                                 static_cast<double>(
                                     y[static_cast<std::size_t>((item * length + position) * d + i)])) <
                        1e-4);
        }
    }

 private slots:
    void replaces_attention_of_a_batch() {
        DilatedAttention layer(plain(512, 8, 2, 64), cpu_, 1);
        compare_with_definition(layer, 16, 128);
    }

    void replaces_causal_attention_of_a_batch() {
        DilatedAttentionOptions options = plain(512, 8, 2, 64);
        options.causal = true;
        DilatedAttention layer(options, cpu_, 2);
        compare_with_definition(layer, 16, 1000);
    }

    void odd_shapes_are_exact_data() {
        QTest::addColumn<int>("rate");
        QTest::addColumn<int>("segment");
        QTest::addColumn<int>("length");
        QTest::newRow("rate does not divide the segment") << 3 << 10 << 47;
        QTest::newRow("rate over segment") << 7 << 4 << 30;
        QTest::newRow("more heads than rows") << 1 << 16 << 3;
        QTest::newRow("segment over length") << 2 << 1000 << 9;
    }
    void odd_shapes_are_exact() {
        QFETCH(int, rate);
        QFETCH(int, segment);
        QFETCH(int, length);
        for (const auto& backend : {cpu_, reference_}) {
            DilatedAttention layer(plain(32, 8, rate, segment), backend, 3);
            compare_with_definition(layer, 2, length);
        }
    }

    void lengths_0_and_1() {
        for (const auto& backend : {cpu_, reference_}) {
            DilatedAttention layer(everything(), backend, 4);
            QVERIFY(layer.forward({}, 3, 0).empty());
            QVERIFY(layer.forward_training({}, 3, 0, 1).empty());
            DilatedAttention::Gradients none = layer.backward({});
            QVERIFY(none.input.empty());
            for (const std::vector<float>* values : arrays(none.parameters))
                for (const float value : *values) QCOMPARE(value, 0.0F);
            QVERIFY(layer.forward({}, 0, 5).empty());
            const std::vector<float> x = draw(2 * 16, 5);
            QCOMPARE(layer.forward_training(x, 2, 1, 1).size(), x.size());
            QCOMPARE(layer.backward(x).input.size(), x.size());
        }
    }

    void sequences_of_a_batch_do_not_meet() {
        DilatedAttentionOptions options = everything();
        options.dropout = 0.0F;
        DilatedAttention layer(options, cpu_, 6);
        const std::vector<float> x = draw(2 * 13 * 16, 6);
        const std::vector<float> both = layer.forward(x, 2, 13);
        const std::vector<float> second = layer.forward(std::span(x).last(13 * 16), 1, 13);
        for (std::size_t i = 0; i < second.size(); ++i)
            QVERIFY(std::abs(second[i] - both[13 * 16 + i]) < 1e-5F);
    }

    void backends_agree() {
        DilatedAttention fast(everything(), cpu_, 7), exact(everything(), reference_, 7);
        shake(fast, 70);
        shake(exact, 70);
        const std::int64_t batch = 3, length = 37;
        const std::vector<float> x = draw(batch * length * 16, 7), dy = draw(batch * length * 16, 8);
        const std::vector<float> y = fast.forward_training(x, batch, length, 9),
                                 expected = exact.forward_training(x, batch, length, 9);
        for (std::size_t i = 0; i < y.size(); ++i) QVERIFY(std::abs(y[i] - expected[i]) < 1e-4F);
        auto got = fast.backward(dy), wanted = exact.backward(dy);
        for (std::size_t i = 0; i < x.size(); ++i) QVERIFY(std::abs(got.input[i] - wanted.input[i]) < 1e-3F);
        for (std::size_t a = 0; a < arrays(got.parameters).size(); ++a) {
            const std::vector<float>&one = *arrays(got.parameters)[a], &two = *arrays(wanted.parameters)[a];
            for (std::size_t i = 0; i < one.size(); ++i)
                QVERIFY2(std::abs(one[i] - two[i]) < 1e-3F * std::max(1.0F, std::abs(two[i])),
                         qPrintable(QString("array %1").arg(a)));
        }
    }

    void gradients_are_finite_differences() {
        DilatedAttention layer(everything(), reference_, 10);
        shake(layer, 100);
        const std::int64_t batch = 2, length = 13;
        std::vector<float> x = draw(batch * length * 16, 11);
        const std::vector<float> dy = draw(batch * length * 16, 12);
        const auto loss = [&] {
            const std::vector<float> y = layer.forward_training(x, batch, length, 5);
            return dot(y.data(), dy.data(), static_cast<std::int64_t>(y.size()));
        };
        loss();
        DilatedAttention::Gradients gradients = layer.backward(dy);
        const auto check = [&](const char* what, float got, const std::function<void(float)>& move) {
            const auto difference = [&](float by) {
                move(by);
                const double above = loss();
                move(-by);
                const double below = loss();
                move(0.0F);
                return (above - below) / (2.0 * static_cast<double>(by));
            };
            const double expected = (4.0 * difference(0.02F) - difference(0.04F)) / 3.0;
            QVERIFY2(std::abs(expected - static_cast<double>(got)) < 5e-3 * std::max(1.0, std::abs(expected)),
                     qPrintable(QString("%1: %2, not %3").arg(what).arg(got).arg(expected)));
        };
        for (std::size_t i = 0; i < x.size(); i += 37) {
            const float before = x[i];
            check("input", gradients.input[i], [&](float by) { x[i] = before + by; });
        }
        const DilatedAttentionParameters original = layer.parameters();
        for (std::size_t a = 0; a < arrays(gradients.parameters).size(); ++a) {
            const std::vector<float>& gradient = *arrays(gradients.parameters)[a];
            QVERIFY(!gradient.empty());
            QVERIFY(std::any_of(gradient.begin(), gradient.end(), [](float v) { return v != 0.0F; }));
            for (std::size_t i = 1; i < gradient.size(); i += gradient.size() / 4 + 1)
                check(qPrintable(QString("array %1").arg(a)), gradient[i], [&](float by) {
                    DilatedAttentionParameters moved = original;
                    (*arrays(moved)[a])[i] += by;
                    layer.set_parameters(moved);
                });
        }
    }

    void dropout_is_for_training() {
        DilatedAttentionOptions options = plain(32, 4, 1, 16);
        options.dropout = 0.5F;
        DilatedAttention layer(options, cpu_, 13);
        const std::vector<float> x = draw(32 * 32, 13);
        const std::vector<float> y = layer.forward(x, 1, 32);
        QCOMPARE(layer.forward(x, 1, 32), y);
        const std::vector<float> first = layer.forward_training(x, 1, 32, 1);
        QVERIFY(first != y);
        QCOMPARE(layer.forward_training(x, 1, 32, 1), first);
        QVERIFY(layer.forward_training(x, 1, 32, 2) != first);
    }

    void nonsense_is_refused() {
        const auto refused = [&](const std::function<void(DilatedAttentionOptions&)>& change) {
            DilatedAttentionOptions options = plain(32, 4, 2, 16);
            change(options);
            return refusal([&] { DilatedAttention layer(options, cpu_); });
        };
        using Options = DilatedAttentionOptions;
        QVERIFY(
            refused([](Options& o) { o.num_heads = 5; }).contains("num_heads 5 does not divide d_model 32"));
        QVERIFY(refused([](Options& o) { o.num_kv_heads = 3; }).contains("num_kv_heads 3"));
        QVERIFY(refused([](Options& o) {
                    o.dilation_rate = {0};
                }).contains("dilation_rate must be positive, not 0"));
        QVERIFY(refused([](Options& o) { o.segment_size = {-4}; }).contains("-4"));
        QVERIFY(refused([](Options& o) {
                    o.segment_size = {1, 2, 3}, o.dilation_rate = {1, 2};
                }).contains("2 entries"));
        QVERIFY(refused([](Options& o) { o.dropout = 1.5F; }).contains("1.5"));
        QVERIFY(refused([](Options& o) {
                    o.use_xpos = true, o.num_heads = 32;
                }).contains("even head size, not 1"));
        QVERIFY(refusal([] { DilatedAttention layer(plain(32, 4, 2, 16), nullptr); }).contains("no backend"));

        DilatedAttention layer(plain(32, 4, 2, 16), cpu_);
        std::vector<float> x = draw(2 * 9 * 32, 14);
        QVERIFY(refusal([&] { layer.forward(x, 2, 8); }).contains("576 elements, not 512"));
        QVERIFY(refusal([&] { layer.forward(x, -1, 9); }).contains("-1"));
        QVERIFY(refusal([&] { static_cast<void>(layer.backward(x)); }).contains("forward_training"));
        for (const float poison : {NAN, INFINITY, -INFINITY}) {
            std::vector<float> poisoned = x;
            poisoned[(9 + 3) * 32 + 7] = poison;
            const QString words = refusal([&] { layer.forward(poisoned, 2, 9); });
            QVERIFY2(words.contains("[1, 3, 7]") && words.contains(std::isnan(poison) ? "nan" : "inf"),
                     qPrintable(words));
        }
        DilatedAttentionParameters parameters = layer.parameters();
        parameters.key.bias.pop_back();
        QVERIFY(
            refusal([&] { layer.set_parameters(parameters); }).contains("key bias has 31 elements, not 32"));
    }
};

QTEST_GUILESS_MAIN(TestDilatedAttention)
#include "test_dilated_attention.moc"
