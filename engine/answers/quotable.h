// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether a sentence of a document can be quoted without what stands around it, and how a quote is shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::answers {

/// A whole sentence of running text, not too short or long to be quoted, that is no table row, code or list
/// of numbers.
bool reads_as_sentence(std::string_view text);

/// How much a sentence leans on others, on the scale of a cosine: 0 for one that stands by itself. A
/// first word that points back ("This", "However") or begins in the middle, a pronoun near the beginning, the
/// number of a step, few words and marks of code add to it.
double dependence(std::string_view sentence);

/// Whether the first word of a sentence points to the one before, which has to be known to understand it
/// ("This", "They", "Instead"), or answers it ("No").
bool points_back(std::string_view sentence);

/// The lines to show a quote in: up to its first empty line it is running text, which makes one, single
/// spaces between its words; what follows (a command, a list) keeps its lines, without the empty ones.
std::vector<std::string> lines_of_quote(std::string_view quote);

}  // namespace corpuscope::answers
