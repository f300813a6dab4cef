// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "kernels/backend.h"
#include "kernels/bf16.h"

namespace corpuscope::kernels::test {

inline std::vector<float> draw(std::int64_t count, float scale, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = scale * normal(random);
    return values;
}

/// Root of the mean squared difference.
inline double root_mean_square(const std::vector<float>& got, const std::vector<double>& exact) {
    double sum = 0.0;
    for (std::size_t i = 0; i < got.size(); ++i) sum += std::pow(static_cast<double>(got[i]) - exact[i], 2);
    return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(got.size(), 1)));
}

/// A random product y = x W^T + b, exactly and through a backend.
struct Product {
    std::int64_t rows, in, out;
    std::vector<float> x, weight, bias;

    Product(std::int64_t r, std::int64_t i, std::int64_t o)
        : rows(r),
          in(i),
          out(o),
          x(draw(r * i, 1.0F, 1)),
          weight(draw(i * o, 0.05F, 2)),
          bias(draw(o, 1.0F, 3)) {}

    /// Through `multiply(x, y)`, with rows in float32 or bf16.
    template <typename Multiply>
    std::vector<float> run_rows(DType type, const Multiply& multiply) const {
        std::vector<float> from = x, to(static_cast<std::size_t>(rows * out), NAN);
        if (type == DType::F32) {
            multiply(Matrix{from.data(), rows, in, in}, Matrix{to.data(), rows, out, out});
            return to;
        }
        std::vector<std::uint16_t> narrow(from.size()), result(to.size());
        for (std::size_t i = 0; i < from.size(); ++i) narrow[i] = to_bf16(from[i]);
        multiply(Matrix{narrow.data(), rows, in, in, type}, Matrix{result.data(), rows, out, out, type});
        for (std::size_t i = 0; i < to.size(); ++i) to[i] = from_bf16(result[i]);
        return to;
    }

    std::vector<double> exact(Activation activation) const {
        std::vector<double> y(static_cast<std::size_t>(rows * out));
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t o = 0; o < out; ++o) {
                double sum = static_cast<double>(bias[static_cast<std::size_t>(o)]);
                for (std::int64_t i = 0; i < in; ++i)
                    sum += static_cast<double>(x[static_cast<std::size_t>(r * in + i)]) *
                           static_cast<double>(weight[static_cast<std::size_t>(o * in + i)]);
                if (activation == Activation::Gelu) sum = 0.5 * sum * (1.0 + std::erf(sum / std::sqrt(2.0)));
                y[static_cast<std::size_t>(r * out + o)] = sum;
            }
        return y;
    }

    std::vector<float> run(Backend& backend, Precision precision, Activation activation) {
        const auto linear = backend.make_linear(weight, bias, out, in, precision);
        std::vector<float> y(static_cast<std::size_t>(rows * out), NAN);
        backend.linear(*linear, {x.data(), rows, in, in}, {y.data(), rows, out, out}, activation);
        return y;
    }
};

}  // namespace corpuscope::kernels::test
