// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/rounding_feedback.h"

#include <algorithm>
#include <cmath>

namespace corpuscope::longnet {
namespace {

// Share of the mean diagonal that is added to it: keeps directions that the texts did not show from being
// taken for free.
constexpr double kDamping = 0.01;

std::vector<double> damped(const SecondMoment& moment) {
    std::vector<double> h = moment.values;
    const auto n = static_cast<std::size_t>(moment.size);
    double trace = 0;
    for (std::size_t i = 0; i < n; ++i) trace += h[i * n + i];
    const double added = std::max(kDamping * trace / static_cast<double>(n), 1e-12);
    for (std::size_t i = 0; i < n; ++i) h[i * n + i] += added;
    return h;
}

/// H = R R^T with R upper triangular, in place of H. Columns from the last to the first.
void factor_upper(std::vector<double>& h, std::size_t n) {
    std::vector<double> column(n);
    for (std::size_t k = n; k-- > 0;) {
        const double pivot = std::sqrt(h[k * n + k]);
        for (std::size_t i = 0; i < k; ++i) column[i] = h[i * n + k] /= pivot;
        h[k * n + k] = pivot;
        for (std::size_t i = 0; i < k; ++i) {
            double* row = h.data() + i * n;
            for (std::size_t j = i; j < k; ++j) row[j] -= column[i] * column[j];
        }
    }
}

/// The inverse of an upper triangular matrix, row by row from the last.
std::vector<float> invert_upper(const std::vector<double>& r, std::size_t n) {
    std::vector<double> inverse(n * n, 0.0);
    for (std::size_t i = n; i-- > 0;) {
        double* row = inverse.data() + i * n;
        row[i] = 1 / r[i * n + i];
        for (std::size_t k = i + 1; k < n; ++k) {
            const double factor = r[i * n + k];
            const double* below = inverse.data() + k * n;
            for (std::size_t j = k; j < n; ++j) row[j] -= factor * below[j];
        }
        for (std::size_t j = i + 1; j < n; ++j) row[j] /= r[i * n + i];
    }
    return {inverse.begin(), inverse.end()};
}

}  // namespace

RoundingFeedback::RoundingFeedback(const SecondMoment& moment) : size_(moment.size) {
    std::vector<double> h = damped(moment);
    const auto n = static_cast<std::size_t>(size_);
    factor_upper(h, n);
    triangle_ = invert_upper(h, n);
}

}  // namespace corpuscope::longnet
