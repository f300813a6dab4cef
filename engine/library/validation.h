// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/library/library.h"

namespace corpuscope::library {

/// What does not fit together in what was read of a document: ranges outside the text or inside a character,
/// passages that overlap or do not share out units and sentences in order. Empty: all fits.
std::string contradiction(const ReadDocument& read);

/// The same for vectors of a document with these counts (and whether every row is finite and of length 1 is
/// found out when they are encoded).
std::string contradiction(const DocumentVectors& vectors, std::int64_t units, std::int64_t passages);

}  // namespace corpuscope::library
