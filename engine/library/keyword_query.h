// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace corpuscope::library {

/// Free text as an FTS5 query: its words quoted and joined by OR. Words of marks alone are dropped, English
/// stop words too as long as other words remain; a word with marks inside gives a phrase and its parts; words
/// in double quotes give one phrase. Empty where there is no word.
std::string fts_query(std::string_view text);

/// The text as one FTS5 phrase; empty where there is no word in it.
std::string fts_phrase(std::string_view text);

}  // namespace corpuscope::library
