// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/indexing/pooling.h"

#include <cmath>

namespace corpuscope::indexing {
namespace {

class Sum {
 public:
    explicit Sum(std::int64_t dimension) : values_(static_cast<std::size_t>(dimension)) {}

    void add(const float* row, double weight) {
        for (std::size_t i = 0; i < values_.size(); ++i) values_[i] += weight * row[i];
    }
    /// Appended with length 1; false where the sum has no direction.
    bool append_to(std::vector<float>& rows) const {
        double square = 0;
        for (const double value : values_) square += value * value;
        if (!(square > 1e-24) || !std::isfinite(square)) return false;
        const double scale = 1.0 / std::sqrt(square);
        for (const double value : values_) rows.push_back(static_cast<float>(value * scale));
        return true;
    }

 private:
    std::vector<double> values_;
};

}  // namespace

library::DocumentVectors pool(const UnitRows& units, std::span<const library::StoredPassage> passages,
                              std::int64_t dimension, std::int64_t generation) {
    library::DocumentVectors vectors{dimension, generation, {}, {}, {}};
    const auto count = static_cast<std::int64_t>(units.lengths.size());
    if (count == 0) return vectors;
    const auto row = [&](std::int64_t unit) { return units.vectors.data() + unit * dimension; };
    vectors.units.assign(units.vectors.begin(), units.vectors.end());
    Sum document(dimension);
    for (std::int64_t unit = 0; unit < count; ++unit) document.add(row(unit), 1.0);
    if (!document.append_to(vectors.document)) vectors.document.assign(row(0), row(0) + dimension);

    for (const library::StoredPassage& passage : passages) {
        Sum sum(dimension);
        for (std::int64_t unit = passage.first_unit; unit < passage.first_unit + passage.units; ++unit) {
            const auto at = static_cast<std::size_t>(unit);
            const auto positions = static_cast<double>(units.offsets[at + 1] - units.offsets[at] + 2);
            sum.add(row(unit), positions * units.lengths[at]);
        }
        if (!sum.append_to(vectors.passages)) {
            vectors.passages.insert(vectors.passages.end(), vectors.document.begin(), vectors.document.end());
        }
    }
    return vectors;
}

}  // namespace corpuscope::indexing
