// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What a question calls a thing by rather than describes it with: letters and digits written together, as in
// "SV-250" or "E1045". Vectors take one part number for another, so whether a text has this one is evidence
// of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::search {

struct Identifier {
    std::vector<std::string> words;  ///< their stems, in order: "sv", "250"
    std::string joined;              ///< without what stands between them: "sv250"
};

/// Those of a question. "20th" and "1990s" are none.
std::vector<Identifier> identifiers_of(std::string_view question);

/// Whether the words of a text, as stems, have it, however it is parted there: "UTF8" stands in "utf", "8".
bool stands_in(const Identifier& identifier, const std::vector<std::string>& stems);

}  // namespace corpuscope::search
