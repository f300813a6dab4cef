// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace corpuscope::ui {

/// The text with a place to break a line after every 30 characters that no space parts, as in addresses and
/// paths: a label is never narrower than its longest word, and would push what is around it out of sight.
QString breakable(const QString& text);
/// The same for HTML, of which only what is between tags is changed.
QString breakable_html(const QString& html);

}  // namespace corpuscope::ui
