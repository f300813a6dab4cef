// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace corpuscope::library {

/// "CSCP": PRAGMA application_id of every library.
inline constexpr std::int32_t kApplicationId = 0x43534350;

/// What brings a library from version i to version i + 1 (PRAGMA user_version), SQL statements; entry 0 makes
/// a new one. Entries are never changed once they were released: a change of the schema is a further entry.
std::span<const char* const> migrations();

/// PRAGMA user_version of the libraries that this program writes.
inline int schema_version() { return static_cast<int>(migrations().size()); }

/// Of these it reads older ones as they are: what was added since is for those who write.
inline constexpr int kOldestReadable = 1;

inline constexpr const char* kHighestGeneration =
    "SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'generation'";

/// Column `part` of table parts.
enum class Part : int {
    Gaps = 1,       ///< bytes of the text that are in no passage, in order
    Blocks = 2,     ///< structure of the text
    Pages = 3,      ///< ranges
    SourceMap = 4,  ///< anchors
    Sentences = 5,  ///< ranges
    Units = 6,      ///< ranges and token ids
};

}  // namespace corpuscope::library
