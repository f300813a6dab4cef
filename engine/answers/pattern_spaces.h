// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace corpuscope::answers {

/// A regular expression (PCRE) in which a run of white space stands for any run of white space. What a
/// quantifier follows stands for one character of it ("a ?b"). Character classes, escaped spaces, what stands
/// between \Q and \E, and patterns with the option x, whose white space means nothing, stay as they are.
std::string with_any_white_space(std::string_view pattern);

}  // namespace corpuscope::answers
