// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What a pass keeps of the positions that it read, so that further units can be read against them without
// reading them again: the keys and values of the rows that outer branches (those with a segment longer than a
// block) keep, N/rate rows of N in each. The sequence grows at its end like a log: further units begin a
// block of their own there. They attend to what was kept before; what was read before does not attend to
// them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/longnet/model.h"

namespace corpuscope::longnet {

/// Of one pass. Those of a sequence follow one another in the order of their positions.
struct KeptContext {
    std::int64_t begin = 0;  ///< position of its first window, a multiple of `block`
    std::int64_t block = 0;  ///< the largest segment whose branch was local to a block
    /// [windows]: positions filled at the front of each. A caller that sets one to 0 makes the window a hole,
    /// which nothing attends to.
    std::vector<std::uint16_t> filled;
    std::vector<std::int32_t> document;  ///< [windows]: number of the document in each (Units::document)
    /// [layers]: bf16 [kept_rows, 2 d_model], keys beside values. Row i holds for each head its kept position
    /// number begin / rate + i in the first outer branch; parts whose position lies outside are 0.
    std::vector<std::vector<std::uint16_t>> rows;

    std::int64_t end(const Config& config) const {
        return begin + static_cast<std::int64_t>(filled.size()) * config.window;
    }
    std::int64_t kept_rows(const Config& config) const;
};

/// Positions up to which a sequence may grow whose first pass read `length` of them in blocks of `block`.
/// Each further pass takes whole blocks, however little it reads, and what branches keep is held for empty
/// positions too: growing has to end.
std::int64_t longest_continuation(std::int64_t length, std::int64_t block);

kernels::Branch first_outer_branch(const Config& config, std::int64_t block);

/// Where units begin that are read against `before`: the first block behind it.
std::int64_t continuation_begin(const Config& config, std::span<const KeptContext> before);

/// Throws std::invalid_argument, naming what is wrong, where `before` is not what passes of such a model in
/// blocks of `block` leave, or where a sequence that ends at `end` is longer than its continuation may be.
void check_continuation(const Config& config, std::span<const KeptContext> before, std::int64_t block,
                        std::int64_t end);

}  // namespace corpuscope::longnet
