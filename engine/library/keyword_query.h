// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::library {

/// The words of free text as FTS5 phrases, each once. Words of marks alone are dropped, English stop words
/// too as long as other words remain; a word with marks inside gives a phrase and its parts; words in double
/// quotes give one phrase.
std::vector<std::string> fts_terms(std::string_view text);

/// The text as one FTS5 phrase; empty where there is no word in it.
std::string fts_phrase(std::string_view text);

}  // namespace corpuscope::library
