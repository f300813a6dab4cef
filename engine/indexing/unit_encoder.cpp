// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/indexing/unit_encoder.h"

#include <algorithm>
#include <cmath>

#include "engine/library/library.h"

namespace corpuscope::indexing {
namespace {

/// Measures the means of the units' positions as the hidden states go by. They come in runs of whole windows,
/// which no unit straddles.
class MeanLengths final : public longnet::Observer {
 public:
    MeanLengths(const longnet::Units& units, const longnet::Config& config)
        : layout_(longnet::lay_out(units, config)),
          dimension_(static_cast<std::size_t>(config.d_model)),
          lengths_(layout_.unit_begin.size()) {}

    void hidden(std::int64_t begin, std::int64_t count, const float* states) override {
        const auto& begins = layout_.unit_begin;
        const auto first = std::lower_bound(begins.begin(), begins.end(), begin) - begins.begin();
        for (auto unit = static_cast<std::size_t>(first);
             unit < begins.size() && begins[unit] < begin + count; ++unit) {
            const float* rows = states + (begins[unit] - begin) * static_cast<std::int64_t>(dimension_);
            lengths_[unit] = measure(rows, static_cast<std::size_t>(layout_.unit_length[unit]));
        }
    }
    std::vector<float> take() { return std::move(lengths_); }

 private:
    float measure(const float* rows, std::size_t count) {
        mean_.assign(dimension_, 0.0f);
        for (std::size_t row = 0; row < count; ++row) {
            for (std::size_t i = 0; i < dimension_; ++i) mean_[i] += rows[row * dimension_ + i];
        }
        double square = 0;
        for (const float value : mean_) square += static_cast<double>(value) * value;
        return static_cast<float>(std::sqrt(square) / static_cast<double>(count));
    }

    longnet::Layout layout_;
    std::size_t dimension_;
    std::vector<float> lengths_, mean_;
};

class LongnetUnitEncoder final : public UnitEncoder {
 public:
    explicit LongnetUnitEncoder(longnet::Encoder& encoder) : encoder_(encoder) {}

    std::string model() const override {
        return library::model_identity(encoder_.model().config.name, encoder_.model().hash);
    }
    std::int64_t dimension() const override { return encoder_.model().config.d_model; }
    int unit_tokens() const override { return encoder_.model().config.unit_tokens; }
    int max_unit_tokens() const override { return encoder_.model().config.window - 2; }

    Encoded encode(const longnet::Units& units, const longnet::EncodeOptions& options) override {
        MeanLengths lengths(units, encoder_.model().config);
        std::vector<float> vectors = encoder_.encode(units, options, &lengths);
        return {std::move(vectors), lengths.take()};
    }

 private:
    longnet::Encoder& encoder_;
};

}  // namespace

std::unique_ptr<UnitEncoder> make_unit_encoder(longnet::Encoder& encoder) {
    return std::make_unique<LongnetUnitEncoder>(encoder);
}

}  // namespace corpuscope::indexing
