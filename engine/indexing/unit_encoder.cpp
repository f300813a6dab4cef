// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/indexing/unit_encoder.h"

#include "engine/library/library.h"

namespace corpuscope::indexing {
namespace {

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
        Encoded encoded;
        longnet::EncodeOptions with_lengths = options;
        with_lengths.lengths = &encoded.lengths;
        encoded.vectors = encoder_.encode(units, with_lengths);
        return encoded;
    }
    bool continues(const longnet::Units& units, const longnet::EncodeOptions& options) const override {
        return encoder_.continues(units, options);
    }

 private:
    longnet::Encoder& encoder_;
};

}  // namespace

std::unique_ptr<UnitEncoder> make_unit_encoder(longnet::Encoder& encoder) {
    return std::make_unique<LongnetUnitEncoder>(encoder);
}

}  // namespace corpuscope::indexing
