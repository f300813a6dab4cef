// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/vector_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/search/inner_products.h"
#include "engine/search/packed_products.h"

namespace corpuscope::search {
namespace {

constexpr std::int64_t kRowsAtOnce = 4096;  // a thread's share of a search
static_assert(kRowsAtOnce % SignCodes::kBlock == 0);
/// Rows whose signs come nearest, for each row that is wanted, are looked at with all their bits.
constexpr std::size_t kLooksForOne = 32;
constexpr float kLevels = 16;
constexpr float kMiddle = (kLevels - 1) / 2;  // the code, were there one, of 0
constexpr float kReach = 2.65f;               // of the codes, in deviations

bool nearer(const NearRow& a, const NearRow& b) {
    return a.cosine > b.cosine || (a.cosine == b.cosine && a.row < b.row);
}

void keep_nearest(std::vector<NearRow>& rows, std::size_t limit) {
    if (rows.size() <= limit) return;
    std::nth_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(limit) - 1, rows.end(), nearer);
    rows.resize(limit);
}

/// The nearest of the rows that it is shown. Rows worse than the worst of a full set are turned away at once,
/// which after the first few thousand is nearly all.
class Nearest {
 public:
    explicit Nearest(std::size_t limit) : limit_(limit) {}

    void offer(std::int64_t first_row, std::span<const float> cosines) {
        for (std::size_t i = 0; i < cosines.size(); ++i) {
            if (cosines[i] <= least_) continue;  // of equal ones the first stay
            kept_.push_back({first_row + static_cast<std::int64_t>(i), cosines[i]});
            if (kept_.size() < 2 * limit_) continue;
            keep_nearest(kept_, limit_);
            least_ = kept_.back().cosine;
        }
    }
    const std::vector<NearRow>& kept() const { return kept_; }

 private:
    std::size_t limit_;
    float least_ = std::numeric_limits<float>::lowest();
    std::vector<NearRow> kept_;
};

/// The `limit` of `rows` rows that score(begin, end, out) gives most, in any order, on all cores.
template <class Score>
std::vector<NearRow> nearest_of(std::int64_t rows, std::size_t limit, const Score& score) {
    std::vector<NearRow> nearest;
#pragma omp parallel
    {
        Nearest own(limit);
        std::vector<float> found(static_cast<std::size_t>(std::min(kRowsAtOnce, rows)));
#pragma omp for schedule(dynamic, 1) nowait
        for (std::int64_t begin = 0; begin < rows; begin += kRowsAtOnce) {
            const std::int64_t end = std::min(rows, begin + kRowsAtOnce);
            score(begin, end, found.data());
            own.offer(begin, std::span(found).first(static_cast<std::size_t>(end - begin)));
        }
#pragma omp critical
        nearest.insert(nearest.end(), own.kept().begin(), own.kept().end());
    }
    keep_nearest(nearest, limit);
    return nearest;
}

}  // namespace

VectorRows::VectorRows(std::int64_t dimension, RowEncoding encoding)
    : dimension_(dimension),
      lanes_((dimension + 4 * kPackedLanes - 1) / (4 * kPackedLanes) * kPackedLanes),
      encoding_(encoding) {
    if (encoding_ == RowEncoding::Packed && dimension <= SignCodes::kMostDimensions)
        signs_.emplace(dimension);
}

void VectorRows::reserve(std::int64_t rows) {
    const auto count = static_cast<std::size_t>(rows);
    if (encoding_ == RowEncoding::Float32) {
        values_.reserve(count * static_cast<std::size_t>(dimension_));
    } else {
        packed_.reserve(count * static_cast<std::size_t>(lanes_));
        if (signs_) signs_->reserve(rows);
        scales_.reserve(count);
    }
}

void VectorRows::add(std::span<const float> rows) {
    const std::int64_t count = static_cast<std::int64_t>(rows.size()) / dimension_;
    if (encoding_ == RowEncoding::Float32)
        values_.insert(values_.end(), rows.begin(), rows.end());
    else
        for (std::int64_t r = 0; r < count; ++r) pack(rows.data() + r * dimension_);
    size_ += count;
}

void VectorRows::pack(const float* row) {
    // Loops that the compiler makes vectors of; clear ones at the end stand for no dimension.
    const auto lanes = static_cast<std::size_t>(lanes_), dimension = static_cast<std::size_t>(dimension_);
    codes_.assign(4 * lanes, 0);
    std::uint16_t* const codes = codes_.data();
    const float per_value = kLevels / (2 * kReach) * std::sqrt(static_cast<float>(dimension_));
    std::int32_t square = 0;  // of twice the values that the codes stand for
    for (std::size_t i = 0; i < dimension; ++i) {
        const float place = row[i] * per_value + kLevels / 2;  // which a code is the floor of
        const auto code = static_cast<std::int32_t>(std::min(std::max(place, 0.0f), kLevels - 1));
        codes[i] = static_cast<std::uint16_t>(code);
        const std::int32_t twice = 2 * code - static_cast<std::int32_t>(2 * kMiddle);
        square += twice * twice;
    }
    const std::size_t first = packed_.size();
    packed_.resize(first + lanes);
    std::uint16_t* const words = packed_.data() + first;
    for (std::size_t i = 0; i < lanes; ++i)
        words[i] = static_cast<std::uint16_t>(codes[i] | codes[lanes + i] << 4 | codes[2 * lanes + i] << 8 |
                                              codes[3 * lanes + i] << 12);
    scales_.push_back(2 / std::sqrt(static_cast<float>(square)));
    if (signs_) signs_->add(row);
}

RowQuestion VectorRows::prepare(std::span<const float> question) const {
    RowQuestion ready{.values = question, .codes = {}};
    if (encoding_ == RowEncoding::Float32) return ready;
    float largest = 0;
    for (const float value : question) largest = std::max(largest, std::abs(value));
    ready.codes.resize(static_cast<std::size_t>(4 * lanes_));
    if (largest == 0) return ready;
    ready.scale = largest / kLargestQuestion;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < question.size(); ++i) {
        ready.codes[i] = static_cast<std::int16_t>(std::lrint(question[i] / ready.scale));
        sum += ready.codes[i];
    }
    ready.middle = kMiddle * static_cast<float>(sum);
    return ready;
}

void VectorRows::cosines(const RowQuestion& question, std::int64_t begin, std::int64_t end,
                         float* out) const {
    if (encoding_ == RowEncoding::Float32) {
        inner_products(question.values, values_.data() + begin * dimension_, end - begin, out);
        return;
    }
    std::array<std::int32_t, 256> sums;
    for (std::int64_t at = begin; at < end; at += static_cast<std::int64_t>(sums.size())) {
        const std::int64_t count = std::min(static_cast<std::int64_t>(sums.size()), end - at);
        packed_products(question.codes.data(), lanes_, packed_.data() + at * lanes_, count, sums.data());
        const float* scales = scales_.data() + at;
        float* cosines = out + (at - begin);
        for (std::int64_t i = 0; i < count; ++i)
            cosines[i] = (static_cast<float>(sums[static_cast<std::size_t>(i)]) - question.middle) *
                         question.scale * scales[i];
    }
}

std::vector<NearRow> VectorRows::nearest_by_signs(const RowQuestion& question, std::size_t limit) const {
    const SignCodes::Table table = signs_->table(question.values);
    std::vector<NearRow> nearest = nearest_of(
        size_, kLooksForOne * limit,
        [&](std::int64_t begin, std::int64_t end, float* out) { signs_->scores(table, begin, end, out); });
    // In the order of memory.
    std::sort(nearest.begin(), nearest.end(),
              [](const NearRow& a, const NearRow& b) { return a.row < b.row; });
#pragma omp parallel for
    for (NearRow& near : nearest) cosines(question, near.row, near.row + 1, &near.cosine);
    keep_nearest(nearest, limit);
    return nearest;
}

std::vector<NearRow> VectorRows::nearest(const RowQuestion& question, std::int64_t limit) const {
    const auto count = static_cast<std::size_t>(std::clamp<std::int64_t>(limit, 0, size_));
    if (count == 0) return {};
    const bool many = static_cast<std::size_t>(size_) > kLooksForOne * count;
    std::vector<NearRow> nearest =
        signs_ && many ? nearest_by_signs(question, count)
                       : nearest_of(size_, count, [&](std::int64_t begin, std::int64_t end, float* out) {
                             cosines(question, begin, end, out);
                         });
    std::sort(nearest.begin(), nearest.end(), nearer);
    return nearest;
}

}  // namespace corpuscope::search
