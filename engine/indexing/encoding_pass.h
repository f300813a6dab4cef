// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "engine/indexing/indexer.h"
#include "engine/indexing/progress_meter.h"
#include "engine/indexing/unit_encoder.h"
#include "engine/library/library.h"

namespace corpuscope::indexing {

/// Gives vectors to what waits for them. Which documents a pass reads together is written down in the library
/// before it begins (setting "encoding"), so that a pass cut short at any moment, also between two of its
/// stores, is gone on with and all its documents get vectors of the same context.
class EncodingPass {
 public:
    EncodingPass(library::Library& library, UnitEncoder& encoder, const Options& options,
                 ProgressMeter& meter, Report& report);

    /// `whole`: everything, whether it waits or not.
    void run(bool whole);

 private:
    struct Plan {
        std::int64_t generation = 0;
        bool whole = false;
        std::vector<library::DocumentRecord> documents;  ///< in the order of the sequence
        std::vector<longnet::KeptContext> before;        ///< what they follow; none where whole
    };
    std::optional<Plan> unfinished() const;
    std::optional<Plan> fresh(bool whole) const;
    std::vector<library::DocumentRecord> members(bool whole, std::int64_t generation) const;
    bool much_changed(const Plan& plan) const;
    bool continues(const Plan& plan) const;
    std::vector<longnet::KeptContext> earlier_context() const;
    void begin(const Plan& plan);
    longnet::Units gather(const Plan& plan) const;
    UnitEncoder::Encoded encode(const Plan& plan, const longnet::Units& units, longnet::KeptContext* keep);
    UnitEncoder::Encoded encode_with_room(const longnet::Units& units, longnet::EncodeOptions options);
    void store(const Plan& plan, const longnet::Units& units, const UnitEncoder::Encoded& encoded);
    void finish(const Plan& plan, longnet::KeptContext kept);
    void leave_nothing_behind();

    library::Library& library_;
    UnitEncoder& encoder_;
    const Options& options_;
    ProgressMeter& meter_;
    Report& report_;
    std::filesystem::path scratch_;
};

}  // namespace corpuscope::indexing
