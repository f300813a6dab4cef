// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/types.h"

namespace corpuscope::library {

/// What an encoding pass kept of its part of the library's sequence, so that later documents can be read as
/// what follows: see longnet::KeptContext, of which this is the stored form. A window belongs to a document
/// as long as that is there and its vectors are of the part's generation; else it is a hole in the sequence.
struct SequencePart {
    std::int64_t generation = 0;        ///< of the pass
    std::int64_t begin = 0;             ///< position of its first window
    std::int64_t block = 0;             ///< positions
    std::vector<DocumentId> document;   ///< [windows]
    std::vector<std::uint16_t> filled;  ///< [windows]: positions filled at the front of each
    /// [layers]: keys and values, bf16. They are stored in bytes, with a scale for each 32 numbers: what is
    /// read is off by up to 1/254 of the largest of these, as far as bf16 tells them apart.
    std::vector<std::vector<std::uint16_t>> rows;
};

}  // namespace corpuscope::library
