// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Names of files, titles and headings come from strangers: what a label shows of them is what stands there.
#pragma once

#include <QString>

namespace corpuscope::ui {

/// The text in one line, with U+FFFD for what acts on the text around it: control characters, line breaks
/// among them, and characters that turn the direction of reading, since "invoice", one of them and "fdp.exe"
/// would read "invoiceexe.pdf".
QString literal(const QString& text);
QString literal(const std::string& text);

/// A tool tip that shows the text, which may have several lines, as it is; Qt would take one with a tag in it
/// for HTML.
QString plain_tool_tip(const QString& text);

/// For menus and buttons, where an ampersand would underline what follows it.
QString without_mnemonic(const QString& text);

}  // namespace corpuscope::ui
