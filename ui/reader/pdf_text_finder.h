// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "ui/models/word_matcher.h"

namespace corpuscope::ui {

/// Where `wanted` stands in the text of a page, whatever the white space, hyphens at line ends and ligatures.
/// Where only a part of it is on the page (it goes on overleaf), that part. Nothing: it is not there.
std::optional<TextSpan> find_on_page(const QString& page, const QString& wanted);

/// Every place where the whole of `wanted` stands, by the same measure.
std::vector<TextSpan> find_all_on_page(const QString& page, const QString& wanted);

}  // namespace corpuscope::ui
