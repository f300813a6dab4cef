// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/document_builder.h"
#include "engine/documents/readers.h"
#include "engine/documents/text_content.h"
#include "engine/documents/text_encoding.h"

namespace corpuscope::documents {
namespace {

DocumentBuilder builder_for(const DecodedText& decoded, const Limits& limits) {
    DocumentBuilder builder("txt", limits, decoded.source_map);
    for (const std::string& warning : decoded.warnings) builder.add_warning(warning);
    return builder;
}

}  // namespace

ReadResult read_text(std::string_view bytes, const std::string& name, const Limits& limits) {
    const DecodedText decoded = decode_text(bytes);
    DocumentBuilder builder = builder_for(decoded, limits);
    append_text(decoded.text, 0, builder);
    return builder.finish(name);
}

ReadResult read_source_code(std::string_view bytes, const std::string& name, const Limits& limits) {
    const DecodedText decoded = decode_text(bytes);
    DocumentBuilder builder = builder_for(decoded, limits);
    builder.begin_block(BlockKind::Code);
    builder.append_verbatim(decoded.text, 0);
    return builder.finish(name);
}

}  // namespace corpuscope::documents
