// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/longnet/encoder.h"

namespace corpuscope::indexing {

/// What the indexer needs of a model.
class UnitEncoder {
 public:
    virtual ~UnitEncoder() = default;
    virtual std::string model() const = 0;  ///< library::model_identity
    virtual std::int64_t dimension() const = 0;
    virtual int unit_tokens() const = 0;      ///< a unit is closed as soon as it has this many
    virtual int max_unit_tokens() const = 0;  ///< a longer one is split

    struct Encoded {
        std::vector<float> vectors;  ///< [units, dimension], of length 1
        std::vector<float>
            lengths;  ///< [units]: of the means of the units' positions before they were scaled to 1
    };
    /// All units as one sequence, or as what follows options.before. Throws Cancelled, std::runtime_error.
    virtual Encoded encode(const longnet::Units& units, const longnet::EncodeOptions& options) = 0;
    /// Whether it can read the units so: see longnet::Encoder::continues.
    virtual bool continues(const longnet::Units& units, const longnet::EncodeOptions& options) const = 0;
};

std::unique_ptr<UnitEncoder> make_unit_encoder(longnet::Encoder& encoder);

}  // namespace corpuscope::indexing
