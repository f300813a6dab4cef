// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace corpuscope::ui {

/// The text with a space in place of each line break that only wraps a paragraph, as those of mails and plain
/// texts of 72 columns do; breaks between the lines of code, tables, lists, poems and addresses stay. As long
/// as before, so that a place in one is the same place in the other.
QString with_wrapped_lines_joined(const QString& text);

}  // namespace corpuscope::ui
