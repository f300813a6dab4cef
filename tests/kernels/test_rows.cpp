// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Layer norm and embedding of every backend against their formulas in float64.
#include <QTest>
#include <algorithm>
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

    /// Rows of bf16 give what their numbers give in float32, rounded: also in place, with and without a
    /// residual, and where a row does not fill its last vector.
    void bf16_rows() {
        for (const std::int64_t columns : {std::int64_t{13}, std::int64_t{16}, std::int64_t{390}})
            for (const bool with_residual : {false, true}) {
                const std::int64_t rows = 70;
                const auto count = static_cast<std::size_t>(rows * columns);
                auto x = draw(count, 8), other = draw(count, 11);
                std::vector<std::uint16_t> narrow(count), narrow_other(count);
                for (std::size_t i = 0; i < count; ++i) {
                    x[i] = from_bf16(narrow[i] = to_bf16(x[i]));
                    other[i] = from_bf16(narrow_other[i] = to_bf16(other[i]));
                }
                const auto gamma = draw(static_cast<std::size_t>(columns), 3),
                           beta = draw(static_cast<std::size_t>(columns), 4);
                std::vector<float> exact(count);
                backends_[0]->add_layer_norm({x.data(), rows, columns, columns},
                                             {with_residual ? other.data() : nullptr, rows, columns, columns},
                                             gamma.data(), beta.data(), 1e-5F,
                                             {exact.data(), rows, columns, columns});
                for (const auto& backend : backends_) {
                    std::vector<std::uint16_t> y = narrow;
                    const Matrix view{y.data(), rows, columns, columns, DType::BF16};
                    backend->add_layer_norm(
                        view,
                        {with_residual ? narrow_other.data() : nullptr, rows, columns, columns, DType::BF16},
                        gamma.data(), beta.data(), 1e-5F, view);
                    for (std::size_t i = 0; i < count; ++i)
                        QVERIFY(std::abs(from_bf16(y[i]) - exact[i]) <= std::abs(exact[i]) / 250.0F + 1e-4F);
                }
            }
    }

    void bf16_embedding() {
        auto tokens = draw(10 * 40, 5), positions = draw(6 * 40, 6);
        const auto segment = draw(40, 7);
        const std::vector<std::int32_t> ids{3, -1, 9}, places{0, 99, 5};
        for (const auto& backend : backends_) {
            std::vector<std::uint16_t> y(3 * 40, 0x7fc0);
            backend->embed(ids, places, {tokens.data(), 10, 40, 40}, {positions.data(), 6, 40, 40},
                           segment.data(), {y.data(), 3, 40, 40, DType::BF16});
            for (std::size_t i = 0; i < y.size(); ++i) {
                const auto row = static_cast<std::size_t>(ids[i / 40]),
                           place = static_cast<std::size_t>(places[i / 40]);
                const float sum = ids[i / 40] < 0 ? 0.0F
                                                  : tokens[row * 40 + i % 40] +
                                                        positions[place * 40 + i % 40] + segment[i % 40];
                QCOMPARE(from_bf16(y[i]), round_to_bf16(sum));
            }
        }
    }

    /// More than one thread's share of each.
    void large_copies_and_clearings() {
        const auto numbers = draw(200 * 64, 12);
        for (const auto& backend : backends_) {
            std::vector<float> y(numbers.size(), 42.0F);
            std::vector<MatrixCopy> copies;
            for (std::int64_t row = 0; row < 200; ++row)
                copies.push_back({{const_cast<float*>(numbers.data()) + row * 64, 1, 64, 64},
                                  {y.data() + (199 - row) * 64, 1, 64, 64}});
            backend->copy(copies);
            for (std::size_t i = 0; i < y.size(); ++i) QCOMPARE(y[i], numbers[(199 - i / 64) * 64 + i % 64]);
            std::vector<std::byte> bytes((std::size_t{3} << 20) + 5, std::byte{1});
            backend->clear(bytes.data(), bytes.size() - 1);
            QVERIFY(
                std::all_of(bytes.begin(), bytes.end() - 1, [](std::byte b) { return b == std::byte{0}; }));
            QCOMPARE(bytes.back(), std::byte{1});
        }
    }

    void copies() {
        const auto numbers = draw(60, 9);
        for (const auto& backend : backends_)
            for (const DType type : {DType::F32, DType::BF16}) {
                // Every second row of [6, 10], columns 2 to 6, and the last row, into rows of 7.
                std::vector<float> y(4 * 7, 42.0F);
                std::vector<std::uint16_t> narrow(y.size(), to_bf16(42.0F));
                void* to = type == DType::F32 ? static_cast<void*>(y.data()) : narrow.data();
                const Matrix x{const_cast<float*>(numbers.data()), 6, 10, 10};
                const Matrix result{to, 4, 7, 7, type};
                const std::vector<MatrixCopy> copies{
                    {{x.at(0, 2), 3, 5, 20}, {result.at(0, 1), 3, 5, 7, type}},
                    {{x.at(5, 0), 1, 7, 10}, result.slice(3, 1)},
                    {{nullptr, 0, 5, 5}, {nullptr, 0, 5, 5, type}}};
                backend->copy(copies);
                for (std::size_t r = 0; r < 4; ++r)
                    for (std::size_t c = 0; c < 7; ++c) {
                        float expected = 42.0F;
                        if (r == 3) expected = numbers[50 + c];
                        if (r < 3 && c >= 1 && c < 6) expected = numbers[r * 20 + c + 1];
                        if (type == DType::BF16) expected = round_to_bf16(expected);
                        QCOMPARE(type == DType::F32 ? y[r * 7 + c] : from_bf16(narrow[r * 7 + c]), expected);
                    }
                const MatrixCopy torn{{x.data, 2, 5, 10}, {to, 2, 6, 7, type}};
                QVERIFY_EXCEPTION_THROWN(backend->copy({&torn, 1}), std::invalid_argument);
            }
    }

    void sums_of_rows() {
        auto x = draw(9 * 20, 10);
        std::vector<std::uint16_t> narrow(x.size());
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = from_bf16(narrow[i] = to_bf16(x[i]));
        const std::vector<RowRange> ranges{{2, 3}, {0, 0}, {8, 1}, {0, 9}};
        for (const auto& backend : backends_)
            for (const bool bf16 : {false, true}) {
                std::vector<float> y(4 * 19, 42.0F);
                const Matrix rows =
                    bf16 ? Matrix{narrow.data(), 9, 19, 20, DType::BF16} : Matrix{x.data(), 9, 19, 20};
                backend->sum_rows(rows, ranges, {y.data(), 4, 19, 19});
                for (std::size_t r = 0; r < ranges.size(); ++r)
                    for (std::size_t c = 0; c < 19; ++c) {
                        float expected = 0.0F;
                        for (std::int64_t i = 0; i < ranges[r].count; ++i)
                            expected += x[static_cast<std::size_t>(ranges[r].begin + i) * 20 + c];
                        QCOMPARE(y[r * 19 + c], expected);
                    }
                const RowRange beyond{7, 3};
                QVERIFY_EXCEPTION_THROWN(backend->sum_rows(rows, {&beyond, 1}, {y.data(), 1, 19, 19}),
                                         std::invalid_argument);
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
            backend->clear(buffer->data(), sizeof(int) * 2);
            const auto host = backend->allocate_host(sizeof(int) * 3);
            const auto queue = backend->make_copy_queue();
            queue->follow();
            queue->download(host->data(), buffer->data(), sizeof(int) * 3);
            queue->wait();
            const int* copied = static_cast<const int*>(host->data());
            QCOMPARE(std::vector<int>(copied, copied + 3), (std::vector<int>{0, 0, 3}));
            queue->upload(buffer->data(), numbers.data(), sizeof(int) * 3);
            queue->lead();
            backend->download(back.data(), buffer->data(), sizeof(int) * 3);
            QCOMPARE(back, numbers);
        }
    }
};

QTEST_GUILESS_MAIN(TestRows)
#include "test_rows.moc"
