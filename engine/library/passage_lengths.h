// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace SQLite {
class Database;
}

namespace corpuscope::library {

/// How many tokens each passage has in the keyword index, in memory. Asked of the index, the length of every
/// passage that is ranked took 40 % of a keyword search of a million passages; all of them are read in 60 ms.
class PassageLengths {
 public:
    /// No value: not known here.
    std::optional<std::int64_t> of(std::int64_t passage) const {
        const auto at = static_cast<std::size_t>(passage);
        if (passage < 0 || at >= tokens_.size() || tokens_[at] == kUnknown) return std::nullopt;
        return tokens_[at];
    }
    /// All lengths as the database has them now; none where the passages' numbers leave too much room unused.
    void load(SQLite::Database& database);
    void forget() { tokens_.clear(); }

 private:
    static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;
    std::vector<std::uint32_t> tokens_;  // by passage
};

}  // namespace corpuscope::library
