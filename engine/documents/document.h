// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/types.h"

namespace corpuscope::documents {

/// Term: what an item of a list of definitions, which follows it, explains.
enum class BlockKind : std::uint8_t { Paragraph, Heading, ListItem, Code, TableRow, Quote, Term };

/// A piece of a document's structure, in reading order. Blocks do not overlap; between two of them there is
/// only white space of `text`.
struct Block {
    BlockKind kind = BlockKind::Paragraph;
    int level = 0;  ///< of a heading: 1 is the topmost; else 0
    ByteRange range;
};

/// Text from `text_offset` on (up to the next anchor) stands at `source_offset` of the original: bytes of the
/// file for txt, md, html, rtf, csv and tsv; bytes of the archive's inner file for office documents and epub.
/// Empty for pdf, whose places are pages, for xlsx, whose cells refer to texts elsewhere, and for mail.
struct SourceAnchor {
    std::int64_t text_offset = 0;
    std::int64_t source_offset = 0;
};

/// What a reader makes of a file: a value.
struct Document {
    /// "txt", "md", "html", "pdf", "docx", "odt", "rtf", "pptx", "odp", "xlsx", "ods", "csv", "tsv", "epub",
    /// "eml", "mbox"
    std::string format;
    /// From the file's metadata, else its first heading (which of a spreadsheet only names a sheet, so not
    /// there), else its name.
    std::string title;
    std::string text;  ///< valid UTF-8 without NUL, lines ended by '\n'
    std::vector<Block> blocks;
    /// Ranges of `text` by page (pdf), slide (pptx, odp), sheet (xlsx, ods), chapter (epub), message (mbox);
    /// empty where the format has no pages. They cover the text in order.
    std::vector<ByteRange> pages;
    std::vector<SourceAnchor> source_map;
    std::vector<std::string> warnings;  ///< what was left out and why, for people
};

/// Where a character of the text stands in the original; -1 if the map says nothing of it.
std::int64_t source_offset(std::span<const SourceAnchor> source_map, std::int64_t text_offset);

}  // namespace corpuscope::documents
