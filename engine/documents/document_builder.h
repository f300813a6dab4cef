// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Readers give their text to a DocumentBuilder block by block; it keeps the invariants of Document: blocks in
// order and apart by white space only, clean UTF-8, pages that cover the text, a source map.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/documents/document.h"
#include "engine/documents/reader.h"

namespace corpuscope::documents {

class DocumentBuilder {
 public:
    /// Source offsets given to append are mapped through `outer_map` (offsets of decoded text → offsets of
    /// the file); an empty map leaves them as they are. The map must outlive the builder.
    DocumentBuilder(std::string format, const Limits& limits, std::span<const SourceAnchor> outer_map = {});

    /// Ends the current block and begins another, which comes into being with its first visible character.
    /// `close`: it stands on the line below the one before, without a blank line between; items of a list
    /// always do.
    void begin_block(BlockKind kind, int level = 0, bool close = false);
    void end_block();

    /// Running text: every run of white space becomes one space, leading and trailing ones vanish. `source`
    /// is where `text` begins in the original, -1 if nowhere.
    void append(std::string_view text, std::int64_t source);
    /// Text whose white space counts, such as code.
    void append_verbatim(std::string_view text, std::int64_t source);
    void append_line_break();

    /// The blocks of another document, which stands nowhere in this original. Headings of its topmost level
    /// are of level `level` here.
    void append_document(const Document& document, int level);

    /// The next page begins; a block that goes on over its edge is not ended.
    void begin_page(bool within_block = false);

    void set_title(std::string_view title);
    void add_warning(std::string warning);

    std::size_t block_count() const { return document_.blocks.size(); }  ///< finished ones
    bool ends_with_line_break() const { return open_ && document_.text.ends_with('\n'); }
    bool block_has_text() const { return open_ && document_.text.size() > block_begin_; }
    /// Last one of the open block, 0 if a space is due or nothing is there.
    char last_character() const { return block_has_text() && !pending_space_ ? document_.text.back() : '\0'; }
    /// The text has reached the limit; what came after was dropped.
    bool full() const { return full_; }

    /// The document; a failure if there is no text in it, or more than the limit. The title is the one that
    /// was set, else the first heading, else `fallback_title`.
    ReadResult finish(std::string_view fallback_title);

 private:
    bool open_text(std::int64_t source);
    void anchor(std::int64_t source);
    void trim_end(std::size_t not_before);

    Document document_;
    std::int64_t max_text_bytes_;
    std::span<const SourceAnchor> outer_map_;
    BlockKind kind_ = BlockKind::Paragraph;
    int level_ = 0;
    bool close_ = false;
    bool open_ = false;           ///< a block has been written to
    bool pending_space_ = false;  ///< a space is due before the next visible character
    bool separated_ = true;       ///< the text already ends with the white space between two blocks
    bool full_ = false;
    std::size_t block_begin_ = 0;
};

/// White space collapsed, trimmed.
std::string simplified(std::string_view text);

}  // namespace corpuscope::documents
