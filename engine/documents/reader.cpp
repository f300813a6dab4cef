// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/reader.h"

#include "engine/documents/descriptor.h"
#include "engine/documents/file_bytes.h"
#include "engine/documents/format.h"
#include "engine/documents/readers.h"

namespace corpuscope::documents {

ReadResult read_document(const std::filesystem::path& file, const Limits& limits) {
    const auto opened = open_regular_file(file);
    if (!opened) return tl::unexpected(opened.error());
    const Descriptor descriptor(*opened);
    return read_document(descriptor.get(), file.filename().string(), limits);
}

ReadResult read_document(int descriptor, const std::string& file_name, const Limits& limits) {
    const auto bytes = read_file_bytes(descriptor, limits);
    if (!bytes) return tl::unexpected(bytes.error());
    return read_content(*bytes, file_name, limits);
}

ReadResult read_content(std::string_view bytes, const std::string& file_name, const Limits& limits) {
    const auto format = detect_format(bytes, file_name);
    if (!format) return tl::unexpected(format.error());
    const std::string name = std::filesystem::path(file_name).stem().string();
    switch (*format) {
        case Format::Text:
            return read_text(bytes, name, limits);
        case Format::SourceCode:
            return read_source_code(bytes, name, limits);
        case Format::Markdown:
            return read_markdown(bytes, name, limits);
        case Format::Html:
            return read_html(bytes, name, limits);
        case Format::Pdf:
            return read_pdf(bytes, name, limits);
        case Format::Docx:
            return read_docx(bytes, name, limits);
        case Format::Odt:
            return read_odt(bytes, name, limits);
        case Format::Rtf:
            return read_rtf(bytes, name, limits);
        case Format::Pptx:
            return read_pptx(bytes, name, limits);
        case Format::Odp:
            return read_odp(bytes, name, limits);
        case Format::Xlsx:
            return read_xlsx(bytes, name, limits);
        case Format::Ods:
            return read_ods(bytes, name, limits);
        case Format::Csv:
            return read_csv(bytes, name, limits);
        case Format::Tsv:
            return read_tsv(bytes, name, limits);
        case Format::Eml:
            return read_eml(bytes, name, limits);
        case Format::Mbox:
            return read_mbox(bytes, name, limits);
        case Format::Epub:
            return read_epub(bytes, name, limits);
    }
    return tl::unexpected(Failure{FailureKind::Unsupported, "is of a kind that no reader takes"});
}

}  // namespace corpuscope::documents
