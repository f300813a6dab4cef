// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/html_content.h"
#include "engine/documents/readers.h"
#include "engine/documents/text_encoding.h"

namespace corpuscope::documents {

ReadResult read_html(std::string_view bytes, const std::string& name, const Limits& limits) {
    const DecodedText decoded = decode_text(bytes, declared_html_encoding(bytes));
    DocumentBuilder builder("html", limits, decoded.source_map);
    for (const std::string& warning : decoded.warnings) builder.add_warning(warning);
    const bool xhtml = decoded.text.starts_with("<?xml");
    const HtmlHead head =
        append_html(xhtml ? without_empty_elements(decoded.text) : decoded.text, 0, builder);
    if (head.refusal)
        return tl::unexpected(
            Failure{FailureKind::Damaged, std::string("is not HTML that can be read: ") + head.refusal});
    builder.set_title(head.title);
    return builder.finish(name);
}

}  // namespace corpuscope::documents
