// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Layer norm and embedding of every backend against their formulas in float64.
#include <QTest>
#include <cmath>
#include <random>

#include "kernels/backend.h"
#include "kernels/bf16.h"

using namespace corpuscope::kernels;

namespace {

std::vector<float> draw(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.7F, 2.0F);
    std::vector<float> values(count);
    for (float& value : values) value = normal(random);
    return values;
}

}  // namespace

class TestRows : public QObject {
    Q_OBJECT

    std::unique_ptr<Backend> backends_[2] = {make_reference_backend(), make_cpu_backend(2)};

 private slots:
    void layer_norm() {
        for (const std::int64_t columns : {std::int64_t{1}, std::int64_t{13}, std::int64_t{384}}) {
            const std::int64_t rows = 150;
            const auto count = static_cast<std::size_t>(rows * columns);
            auto x = draw(count, 1), residual = draw(count, 2);
            const auto gamma = draw(static_cast<std::size_t>(columns), 3),
                       beta = draw(static_cast<std::size_t>(columns), 4);
            for (const auto& backend : backends_)
                for (const bool with_residual : {false, true}) {
                    std::vector<float> y = x;  // also in place
                    const Matrix view{y.data(), rows, columns, columns};
                    const Matrix other{with_residual ? residual.data() : nullptr, rows, columns, columns};
                    backend->add_layer_norm(view, other, gamma.data(), beta.data(), 1e-5F, view);
                    for (std::int64_t r = 0; r < rows; ++r) {
                        const auto at = [&](std::int64_t i) {
                            const auto index = static_cast<std::size_t>(r * columns + i);
                            return static_cast<double>(x[index]) +
                                   (with_residual ? static_cast<double>(residual[index]) : 0.0);
                        };
                        double mean = 0.0, variance = 0.0;
                        for (std::int64_t i = 0; i < columns; ++i)
                            mean += at(i) / static_cast<double>(columns);
                        for (std::int64_t i = 0; i < columns; ++i)
                            variance += (at(i) - mean) * (at(i) - mean) / static_cast<double>(columns);
                        for (std::int64_t i = 0; i < columns; ++i) {
                            const auto c = static_cast<std::size_t>(i);
                            const double expected =
                                (at(i) - mean) / std::sqrt(variance + 1e-5) * static_cast<double>(gamma[c]) +
                                static_cast<double>(beta[c]);
                            QVERIFY(
                                std::abs(static_cast<double>(y[static_cast<std::size_t>(r * columns + i)]) -
                                         expected) < 1e-4);
                        }
                    }
                }
        }
    }

    void embedding() {
        auto tokens = draw(10 * 20, 5), positions = draw(6 * 20, 6);
        const auto segment = draw(20, 7);
        const std::vector<std::int32_t> ids{3, -1, 9, 0}, places{0, 99, 5, 2};
        for (const auto& backend : backends_)
            for (const float* row : {segment.data(), static_cast<const float*>(nullptr)}) {
                std::vector<float> y(4 * 24, 42.0F);
                backend->embed(ids, places, {tokens.data(), 10, 20, 20}, {positions.data(), 6, 20, 20}, row,
                               {y.data(), 4, 20, 24});
                for (std::size_t i = 0; i < 4; ++i)
                    for (std::size_t j = 0; j < 24; ++j) {
                        float expected = 42.0F;
                        if (j < 20 && ids[i] < 0) expected = 0.0F;
                        if (j < 20 && ids[i] >= 0)
                            expected = tokens[static_cast<std::size_t>(ids[i]) * 20 + j] +
                                       positions[static_cast<std::size_t>(places[i]) * 20 + j] +
                                       (row != nullptr ? row[j] : 0.0F);
                        QCOMPARE(y[i * 24 + j], expected);
                    }
            }
    }

    void bf16_rows() {
        auto x = draw(5 * 16, 8);
        std::vector<std::uint16_t> narrow(x.size()), y(x.size());
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = from_bf16(narrow[i] = to_bf16(x[i]));
        const std::vector<float> gamma(16, 1.0F), beta(16, 0.0F);
        std::vector<float> expected(x.size());
        backends_[0]->add_layer_norm({x.data(), 5, 16, 16}, {}, gamma.data(), beta.data(), 0.0F,
                                     {expected.data(), 5, 16, 16});
        for (const auto& backend : backends_) {
            backend->add_layer_norm({narrow.data(), 5, 16, 16, DType::BF16}, {}, gamma.data(), beta.data(),
                                    0.0F, {y.data(), 5, 16, 16, DType::BF16});
            for (std::size_t i = 0; i < y.size(); ++i)
                QVERIFY(std::abs(from_bf16(y[i]) - expected[i]) <= 0.02F);
        }
    }

    void buffers() {
        for (const auto& backend : backends_) {
            const std::vector<int> numbers{1, 2, 3};
            std::vector<int> back(3);
            const auto buffer = backend->allocate(sizeof(int) * 3);
            QCOMPARE(reinterpret_cast<std::uintptr_t>(buffer->data()) % 64, std::uintptr_t{0});
            backend->upload(buffer->data(), numbers.data(), sizeof(int) * 3);
            backend->synchronize();
            backend->download(back.data(), buffer->data(), sizeof(int) * 3);
            QCOMPARE(back, numbers);
        }
    }
};

QTEST_GUILESS_MAIN(TestRows)
#include "test_rows.moc"
