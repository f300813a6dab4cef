// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/row_checks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>

#include "kernels/bf16.h"

namespace corpuscope::gpu_check {
namespace {

using namespace kernels;

std::vector<float> draw(std::int64_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = normal(random);
    return values;
}

/// A matrix in a backend's memory, and the buffer that holds it.
struct Held {
    std::unique_ptr<Buffer> buffer;
    Matrix matrix;

    Held(Backend& backend, const std::vector<float>& values, std::int64_t rows, std::int64_t columns,
         DType type)
        : buffer(backend.allocate(values.size() * size_of(type))),
          matrix{buffer->data(), rows, columns, columns, type} {
        if (type == DType::F32) {
            backend.upload(matrix.data, values.data(), buffer->bytes());
            return;
        }
        std::vector<std::uint16_t> rounded(values.size());
        std::transform(values.begin(), values.end(), rounded.begin(), to_bf16);
        backend.upload(matrix.data, rounded.data(), buffer->bytes());
    }
    const float* floats() const { return static_cast<const float*>(matrix.data); }

    std::vector<float> download(Backend& backend) const {
        std::vector<float> values(static_cast<std::size_t>(matrix.rows * matrix.columns));
        if (matrix.type == DType::F32) {
            backend.download(values.data(), matrix.data, values.size() * sizeof(float));
            return values;
        }
        std::vector<std::uint16_t> rounded(values.size());
        backend.download(rounded.data(), matrix.data, rounded.size() * sizeof(std::uint16_t));
        std::transform(rounded.begin(), rounded.end(), values.begin(), from_bf16);
        return values;
    }
};

/// |got - expected| / |expected|, NaN never passing.
double relative_error(const std::vector<float>& got, const std::vector<float>& expected) {
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        difference += std::pow(static_cast<double>(got[i]) - static_cast<double>(expected[i]), 2);
        size += std::pow(static_cast<double>(expected[i]), 2);
    }
    return std::sqrt(difference / std::max(size, 1e-300));
}

int report(const std::string& name, double error, double bound) {
    const bool passed = error <= bound;
    std::printf("%-4s %-48s relative error %.2e, bound %.0e\n", passed ? "ok" : "FAIL", name.c_str(), error,
                bound);
    return passed ? 0 : 1;
}

struct LinearCase {
    const char* name;
    Precision precision;
    DType x, y;
    double bound;  ///< against the reference in the same precision
};

std::vector<float> multiplied(Backend& backend, const LinearCase& c, std::int64_t rows, std::int64_t in,
                              std::int64_t out, Activation activation) {
    const auto weight = draw(out * in, 1), bias = draw(out, 2);
    const auto linear = backend.make_linear(weight, bias, out, in, c.precision);
    const Held x(backend, draw(rows * in, 3), rows, in, c.x);
    const Held y(backend, std::vector<float>(static_cast<std::size_t>(rows * out), NAN), rows, out, c.y);
    backend.linear(*linear, x.matrix, y.matrix, activation);
    return y.download(backend);
}

/// The same of one row, called again from a recording on a row that came after it was made; empty where that
/// cannot be.
std::vector<float> replayed(Backend& backend, const LinearCase& c, std::int64_t in, std::int64_t out) {
    const auto weight = draw(out * in, 1), bias = draw(out, 2);
    const auto linear = backend.make_linear(weight, bias, out, in, c.precision);
    const Held x(backend, draw(in, 4), 1, in, c.x), later(backend, draw(in, 3), 1, in, c.x);
    const Held y(backend, std::vector<float>(static_cast<std::size_t>(out), NAN), 1, out, c.y);
    const auto recording =
        backend.record([&] { backend.linear(*linear, x.matrix, y.matrix, Activation::Gelu); });
    backend.copy(std::array{MatrixCopy{later.matrix, x.matrix}});
    return recording && recording->replay() ? y.download(backend) : std::vector<float>();
}

std::vector<float> normalized(Backend& backend, std::int64_t rows, std::int64_t columns, DType type,
                              bool residual) {
    const Held x(backend, draw(rows * columns, 4), rows, columns, type);
    const Held more(backend, draw(rows * columns, 5), rows, columns, type);
    const Held gamma(backend, draw(columns, 6), 1, columns, DType::F32);
    const Held beta(backend, draw(columns, 7), 1, columns, DType::F32);
    backend.add_layer_norm(x.matrix, residual ? more.matrix : Matrix{}, gamma.floats(), beta.floats(), 1e-12F,
                           x.matrix);
    return x.download(backend);
}

std::vector<float> embedded(Backend& backend, std::int64_t columns, DType type) {
    const std::vector<std::int32_t> ids{3, -1, 0, 49, 7}, position{0, 5, 1, 8, 2};
    const Held tokens(backend, draw(50 * columns, 8), 50, columns, type);
    const Held positions(backend, draw(9 * columns, 9), 9, columns, type);
    const Held segment(backend, draw(columns, 10), 1, columns, DType::F32);
    const Held y(backend, std::vector<float>(static_cast<std::size_t>(5 * columns), NAN), 5, columns, type);
    backend.embed(ids, position, tokens.matrix, positions.matrix, segment.floats(), y.matrix);
    return y.download(backend);
}

/// More pieces than one launch takes, of the shapes in which an encoder copies the heads of keys.
std::vector<float> copied(Backend& backend, DType from, DType to) {
    constexpr std::int64_t kHeads = 60, kRows = 33;
    const Held x(backend, draw(kHeads * 32 * 4 * kRows, 11), 4 * kRows, kHeads * 32, from);
    const Held y(backend, std::vector<float>(static_cast<std::size_t>(kHeads * 32 * kRows), NAN), kRows,
                 kHeads * 32, to);
    std::vector<MatrixCopy> copies;
    for (std::int64_t head = 0; head < kHeads; ++head)
        copies.push_back({{x.matrix.at(head % 4, head * 32), kRows, 32, 4 * x.matrix.stride, from},
                          {y.matrix.at(0, head * 32), kRows, 32, y.matrix.stride, to}});
    backend.copy(copies);
    return y.download(backend);
}

std::vector<float> summed(Backend& backend, std::int64_t columns, DType type) {
    const Held x(backend, draw(3000 * columns, 12), 3000, columns, type);
    std::vector<RowRange> ranges;
    for (std::int64_t begin = 0; begin + 40 <= 3000; begin += 23) ranges.push_back({begin, begin % 40});
    const auto count = static_cast<std::int64_t>(ranges.size());
    const Held y(backend, std::vector<float>(static_cast<std::size_t>(count * columns), NAN), count, columns,
                 DType::F32);
    backend.sum_rows(x.matrix, ranges, y.matrix);
    return y.download(backend);
}

}  // namespace

int check_linear(Backend& backend) {
    const auto reference = make_reference_backend();
    int failures = 0;
    for (const LinearCase& c :
         {LinearCase{"float32", Precision::F32, DType::F32, DType::F32, 1e-5},
          LinearCase{"bf16", Precision::BF16, DType::BF16, DType::BF16, 6e-3},
          LinearCase{"bf16 from and to float32", Precision::BF16, DType::F32, DType::F32, 1e-5},
          LinearCase{"int8", Precision::Int8, DType::F32, DType::F32, 1e-5},
          LinearCase{"int8 from and to bf16", Precision::Int8, DType::BF16, DType::BF16, 1e-2}})
        for (const std::int64_t rows : {1, 37, 300})
            for (const auto& [in, out] : {std::pair{384, 1152}, std::pair{1536, 384}, std::pair{100, 36}})
                for (const Activation activation : {Activation::None, Activation::Gelu}) {
                    const std::string name = std::string("linear ") + c.name + " [" + std::to_string(rows) +
                                             ", " + std::to_string(in) + "] -> " + std::to_string(out) +
                                             (activation == Activation::Gelu ? " gelu" : "");
                    LinearCase plain = c;  // the reference's int8 takes float32 alone
                    if (c.precision == Precision::Int8) plain.x = plain.y = DType::F32;
                    failures +=
                        report(name,
                               relative_error(multiplied(backend, c, rows, in, out, activation),
                                              multiplied(*reference, plain, rows, in, out, activation)),
                               c.bound);
                }
    return failures;
}

int check_layer_norm(Backend& backend) {
    const auto reference = make_reference_backend();
    int failures = 0;
    for (const DType type : {DType::F32, DType::BF16})
        for (const std::int64_t columns : {384, 1023, 2000})
            for (const bool residual : {false, true}) {
                const std::string name = std::string("layer norm ") +
                                         (type == DType::F32 ? "float32 " : "bf16 ") +
                                         std::to_string(columns) + (residual ? " with residual" : "");
                failures += report(name,
                                   relative_error(normalized(backend, 133, columns, type, residual),
                                                  normalized(*reference, 133, columns, type, residual)),
                                   type == DType::F32 ? 1e-5 : 6e-3);
            }
    return failures;
}

int check_embed(Backend& backend) {
    const auto reference = make_reference_backend();
    int failures = 0;
    for (const DType type : {DType::F32, DType::BF16})
        for (const std::int64_t columns : {384, 101})
            failures += report(
                std::string("embed ") + (type == DType::F32 ? "float32 " : "bf16 ") + std::to_string(columns),
                relative_error(embedded(backend, columns, type), embedded(*reference, columns, type)),
                type == DType::F32 ? 1e-6 : 6e-3);
    return failures;
}

int check_copies(Backend& backend) {
    const auto reference = make_reference_backend();
    int failures = 0;
    for (const DType from : {DType::F32, DType::BF16})
        for (const DType to : {DType::F32, DType::BF16})
            failures += report(std::string("copies from ") + (from == DType::F32 ? "float32" : "bf16") +
                                   " to " + (to == DType::F32 ? "float32" : "bf16"),
                               relative_error(copied(backend, from, to), copied(*reference, from, to)), 0);
    return failures;
}

int check_recordings(Backend& backend) {
    int failures = 0;
    for (const LinearCase& c : {LinearCase{"float32", Precision::F32, DType::F32, DType::F32, 0},
                                LinearCase{"bf16", Precision::BF16, DType::BF16, DType::BF16, 0},
                                LinearCase{"int8", Precision::Int8, DType::BF16, DType::BF16, 0}}) {
        const auto got = replayed(backend, c, 384, 1536);
        failures += report(
            std::string("replayed linear ") + c.name,
            got.empty() ? NAN : relative_error(got, multiplied(backend, c, 1, 384, 1536, Activation::Gelu)),
            c.bound);
    }
    return failures;
}

int check_sums(Backend& backend) {
    const auto reference = make_reference_backend();
    int failures = 0;
    for (const DType type : {DType::F32, DType::BF16})
        for (const std::int64_t columns : {384, 101})
            failures += report(
                std::string("sums ") + (type == DType::F32 ? "float32 " : "bf16 ") + std::to_string(columns),
                relative_error(summed(backend, columns, type), summed(*reference, columns, type)), 1e-6);
    return failures;
}

}  // namespace corpuscope::gpu_check
