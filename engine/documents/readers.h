// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// One function a format: from the bytes of a file to a value, without state or side effect. `name` is the
// name of the file without its ending: the title of last resort.
#pragma once

#include <string>
#include <string_view>

#include "engine/documents/reader.h"

namespace corpuscope::documents {

/// Whatever its format: found as read_document finds it, from the bytes and the name.
ReadResult read_content(std::string_view bytes, const std::string& file_name, const Limits& limits);

ReadResult read_text(std::string_view bytes, const std::string& name, const Limits& limits);
/// The whole file is one Code block.
ReadResult read_source_code(std::string_view bytes, const std::string& name, const Limits& limits);
ReadResult read_markdown(std::string_view bytes, const std::string& name, const Limits& limits);
ReadResult read_html(std::string_view bytes, const std::string& name, const Limits& limits);
/// Needs a QCoreApplication to exist (a QGuiApplication or a platform plugin is not needed: only text is
/// taken).
ReadResult read_pdf(std::string_view bytes, const std::string& name, const Limits& limits);
ReadResult read_docx(std::string_view bytes, const std::string& name, const Limits& limits);
ReadResult read_odt(std::string_view bytes, const std::string& name, const Limits& limits);
/// Pages are left to the program that shows it, so there are none; notes follow the text.
ReadResult read_rtf(std::string_view bytes, const std::string& name, const Limits& limits);
/// Presentations: a page is a slide, its title a heading; what the speaker noted follows the slide.
ReadResult read_pptx(std::string_view bytes, const std::string& name, const Limits& limits);
ReadResult read_odp(std::string_view bytes, const std::string& name, const Limits& limits);
/// Spreadsheets: a page is a sheet, its name a heading, each row a line of the cells that show something.
ReadResult read_xlsx(std::string_view bytes, const std::string& name, const Limits& limits);
ReadResult read_ods(std::string_view bytes, const std::string& name, const Limits& limits);
/// Rows without a sheet; a file in which nothing separates cells is read as text.
ReadResult read_csv(std::string_view bytes, const std::string& name, const Limits& limits);
ReadResult read_tsv(std::string_view bytes, const std::string& name, const Limits& limits);
/// One message: its subject is a heading; what it quotes of others are quotes; documents attached to it
/// follow under their names.
ReadResult read_eml(std::string_view bytes, const std::string& name, const Limits& limits);
/// Many messages, each a page.
ReadResult read_mbox(std::string_view bytes, const std::string& name, const Limits& limits);
ReadResult read_epub(std::string_view bytes, const std::string& name, const Limits& limits);

}  // namespace corpuscope::documents
