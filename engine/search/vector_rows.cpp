// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/vector_rows.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/search/inner_products.h"
#include "engine/search/packed_products.h"

namespace corpuscope::search {
namespace {

constexpr std::int64_t kRowsAtOnce = 4096;  // a thread's share of a search
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
            if (cosines[i] < least_) continue;
            kept_.push_back({first_row + static_cast<std::int64_t>(i), cosines[i]});
            if (kept_.size() < 2 * limit_) continue;
            keep_nearest(kept_, limit_);
            least_ = kept_.back().cosine;
        }
    }
    const std::vector<NearRow>& kept() const { return kept_; }

 private:
    std::size_t limit_;
    float least_ = -2;  // below every cosine
    std::vector<NearRow> kept_;
};

}  // namespace

/// A question as the rows are multiplied by it.
struct VectorRows::Question {
    std::span<const float> values;
    std::vector<std::int16_t> codes;  // [4 * lanes], packed only
    float scale = 0;                  // of the codes
    float middle = 0;                 // kMiddle times their sum
};

VectorRows::VectorRows(std::int64_t dimension, RowEncoding encoding)
    : dimension_(dimension),
      lanes_((dimension + 4 * kPackedLanes - 1) / (4 * kPackedLanes) * kPackedLanes),
      encoding_(encoding) {}

void VectorRows::reserve(std::int64_t rows) {
    const auto count = static_cast<std::size_t>(rows);
    if (encoding_ == RowEncoding::Float32) {
        values_.reserve(count * static_cast<std::size_t>(dimension_));
    } else {
        packed_.reserve(count * static_cast<std::size_t>(lanes_));
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
    const std::size_t first = packed_.size();
    packed_.resize(first + static_cast<std::size_t>(lanes_));
    std::uint16_t* const words = packed_.data() + first;
    const float per_value = kLevels / (2 * kReach) * std::sqrt(static_cast<float>(dimension_));
    float square = 0;
    for (std::int64_t begin = 0, k = 0; begin < dimension_; begin += lanes_, ++k) {
        const std::int64_t count = std::min(lanes_, dimension_ - begin);
        for (std::int64_t i = 0; i < count; ++i) {
            const float place = row[begin + i] * per_value + kLevels / 2;  // which a code is the floor of
            const auto code = static_cast<std::uint16_t>(std::clamp(place, 0.0f, kLevels - 1));
            words[i] = static_cast<std::uint16_t>(words[i] | code << (4 * k));
            const float value = static_cast<float>(code) - kMiddle;
            square += value * value;
        }
    }
    scales_.push_back(1 / std::sqrt(square));
}

VectorRows::Question VectorRows::prepared(std::span<const float> question) const {
    Question ready{.values = question, .codes = {}};
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

void VectorRows::cosines(const Question& question, std::int64_t begin, std::int64_t end, float* out) const {
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

void VectorRows::cosines(std::span<const float> question, std::int64_t begin, std::int64_t end,
                         float* out) const {
    cosines(prepared(question), begin, end, out);
}

std::vector<NearRow> VectorRows::nearest(std::span<const float> question, std::int64_t limit) const {
    const auto count = static_cast<std::size_t>(std::clamp<std::int64_t>(limit, 0, size_));
    if (count == 0) return {};
    const Question ready = prepared(question);
    std::vector<NearRow> nearest;
#pragma omp parallel
    {
        Nearest own(count);
        std::vector<float> found(static_cast<std::size_t>(std::min(kRowsAtOnce, size_)));
#pragma omp for schedule(dynamic, 1) nowait
        for (std::int64_t begin = 0; begin < size_; begin += kRowsAtOnce) {
            const std::int64_t end = std::min(size_, begin + kRowsAtOnce);
            cosines(ready, begin, end, found.data());
            own.offer(begin, std::span(found).first(static_cast<std::size_t>(end - begin)));
        }
#pragma omp critical
        nearest.insert(nearest.end(), own.kept().begin(), own.kept().end());
    }
    keep_nearest(nearest, count);
    std::sort(nearest.begin(), nearest.end(), nearer);
    return nearest;
}

}  // namespace corpuscope::search
