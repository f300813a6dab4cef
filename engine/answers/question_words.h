// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::answers {

/// Words of a text in lower case, cut to a common stem ("closes", "closed" → "close"); letters and digits of
/// any script.
std::vector<std::string> stems(std::string_view text);

/// The stems of a question that carry its meaning: without question words, auxiliaries, articles and the
/// like, unless there is nothing else.
std::set<std::string> content_stems(std::string_view question);

/// Share of `wanted` that stands in `text`; 0 where nothing is wanted.
double share_covered(const std::set<std::string>& wanted, std::string_view text);

}  // namespace corpuscope::answers
