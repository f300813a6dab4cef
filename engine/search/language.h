// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Languages of texts. A manual that is translated in part holds the same English text in twenty documents; a
// question in English is answered best by the English one.
#pragma once

#include <optional>
#include <string_view>

namespace corpuscope::search {

/// A language's number in CLD2.
using Language = int;

/// Nothing where it cannot be told: of a few words, names or code.
std::optional<Language> language_of(std::string_view text);

/// 0..1: share of the text in `language`; 1 where its languages cannot be told.
double share_in(std::string_view text, Language language);

}  // namespace corpuscope::search
