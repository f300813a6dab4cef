// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The same text often stands in a corpus several times (a page as .txt and as .html, a manual in several
// languages that is only partly translated). Shown once, it leaves room for other answers.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace corpuscope::search {

/// Remembers the texts it has seen by their runs of words.
class DuplicateFilter {
 public:
    /// Whether `text` says nearly the same as one that was admitted before; if not, it is admitted.
    bool seen(std::string_view text);

 private:
    std::vector<std::vector<std::uint64_t>> admitted_;  // sorted hashes of word runs
};

}  // namespace corpuscope::search
