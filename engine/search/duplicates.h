// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The same text often stands in a corpus several times (a page as .txt and as .html, a manual in several
// languages that is only partly translated). Shown once, it leaves room for other answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace corpuscope::search {

/// What a text repeats.
struct Duplicate {
    std::size_t admitted = 0;  ///< number of the earlier text, in the order in which they were admitted
    bool identical = false;    ///< but for a few words
};

/// Remembers the texts it has seen by their runs of words.
class DuplicateFilter {
 public:
    /// The admitted text that says nearly the same as `text` or all of it; where there is none, `text` is
    /// admitted.
    std::optional<Duplicate> admit(std::string_view text);
    bool seen(std::string_view text) { return admit(text).has_value(); }

 private:
    std::vector<std::size_t> sizes_;  // of the admitted texts: how many different runs of words
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> holders_;  // which of them have a run
};

}  // namespace corpuscope::search
