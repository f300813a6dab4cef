// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/passages.h"

#include <algorithm>
#include <span>

#include "engine/documents/heading_path.h"
#include "engine/documents/sentences.h"
#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

/// A sentence, or the part of a very long one that fits a passage.
struct Piece {
    ByteRange range;
    BlockKind kind = BlockKind::Paragraph;
    std::size_t block = 0;

    bool heading() const { return kind == BlockKind::Heading; }
    /// It belongs to the text below it.
    bool opens() const { return heading() || kind == BlockKind::Term; }
};

std::string_view slice(std::string_view text, ByteRange range) {
    return text.substr(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size()));
}

// The end of the part of text[begin, end) that has at most `characters`: at white space if the second half of
// that part has any, else between two characters.
std::int64_t part_end(std::string_view text, std::int64_t begin, std::int64_t end, std::int64_t characters) {
    std::int64_t position = begin, space = -1, seen = 0;
    for (; position < end; ++position) {
        const char byte = text[static_cast<std::size_t>(position)];
        if (is_continuation(byte)) continue;
        if (seen == characters) return space > 0 ? space : position;
        ++seen;
        if (is_space(byte) && seen > characters / 2) space = position;
    }
    return end;
}

ByteRange trimmed(std::string_view text, ByteRange range) {
    while (range.begin < range.end && is_space(text[static_cast<std::size_t>(range.begin)])) ++range.begin;
    while (range.end > range.begin && is_space(text[static_cast<std::size_t>(range.end - 1)])) --range.end;
    return range;
}

void add_lines(std::string_view text, ByteRange range, std::vector<ByteRange>& sentences) {
    for (std::int64_t begin = range.begin; begin < range.end;) {
        const auto found = text.find('\n', static_cast<std::size_t>(begin));
        const std::int64_t end = std::min(
            found == std::string_view::npos ? range.end : static_cast<std::int64_t>(found), range.end);
        const ByteRange line = trimmed(text, {begin, end});
        if (!line.empty()) sentences.push_back(line);
        begin = end + 1;
    }
}

std::vector<Piece> cut_pieces(const Document& document, std::int64_t max_characters) {
    const std::string_view text = document.text;
    std::vector<Block> whole;
    if (document.blocks.empty())
        whole.push_back({BlockKind::Paragraph, 0, {0, static_cast<std::int64_t>(text.size())}});
    const std::vector<Block>& blocks = document.blocks.empty() ? whole : document.blocks;

    SentenceSplitter splitter;
    std::vector<Piece> pieces;
    std::vector<ByteRange> sentences;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const Block& block = blocks[b];
        sentences.clear();
        if (block.kind == BlockKind::Code)
            add_lines(text, block.range, sentences);
        else if (block.kind == BlockKind::Heading || block.kind == BlockKind::Term)
            sentences.push_back(trimmed(text, block.range));
        else
            splitter.split(slice(text, block.range), block.range.begin, sentences);
        for (ByteRange rest : sentences) {
            while (!rest.empty()) {
                const std::int64_t end = part_end(text, rest.begin, rest.end, max_characters);
                const ByteRange part = trimmed(text, {rest.begin, end});
                if (!part.empty()) pieces.push_back({part, block.kind, b});
                rest = trimmed(text, {end, rest.end});
            }
        }
    }
    return pieces;
}

class Cutter {
 public:
    Cutter(const Document& document, const PassageOptions& options, const TokenizeFunction& tokenize)
        : document_(document), text_(document.text), options_(options), tokenize_(tokenize) {}

    Passages cut() {
        const std::vector<Piece> pieces = cut_pieces(document_, options_.max_characters);
        std::size_t begin = 0;
        std::int64_t characters = 0;  // of the passage that began at `begin`, up to `counted`
        std::int64_t counted = pieces.empty() ? 0 : pieces.front().range.begin;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const ByteRange range = pieces[i].range;
            const std::int64_t more = count_characters(slice(text_, {counted, range.end}));
            const bool too_long = characters + more > options_.max_characters;
            const bool section_ends = pieces[i].opens() && characters >= options_.heading_closes_from;
            if (i > begin && (too_long || section_ends)) {
                std::size_t end = i;
                while (end > begin && pieces[end - 1].opens()) --end;
                if (end == begin) end = i;
                add_passage(std::span(pieces).subspan(begin, end - begin));
                begin = end;
                characters = count_characters(slice(text_, {pieces[begin].range.begin, range.end}));
            } else {
                characters += more;
            }
            counted = range.end;
        }
        if (begin < pieces.size()) add_passage(std::span(pieces).subspan(begin));
        return std::move(result_);
    }

 private:
    void add_passage(std::span<const Piece> pieces) {
        Passage passage;
        passage.range = {pieces.front().range.begin, pieces.back().range.end};
        passage.page = page_of(passage.range.begin);
        passage.heading = heading_of(pieces);
        passage.first_unit = static_cast<std::int64_t>(result_.units.size());
        passage.first_sentence = static_cast<std::int64_t>(result_.sentences.size());
        add_units(pieces);
        passage.units = static_cast<std::int64_t>(result_.units.size()) - passage.first_unit;
        if (passage.units == 0) return;  // nothing but marks that have no token
        for (const Piece& piece : pieces) result_.sentences.push_back(piece.range);
        passage.sentences = static_cast<std::int64_t>(pieces.size());
        result_.passages.push_back(std::move(passage));
    }

    int page_of(std::int64_t offset) {
        while (page_ < document_.pages.size() && document_.pages[page_].end <= offset) ++page_;
        return document_.pages.empty() ? 0 : static_cast<int>(std::min(page_ + 1, document_.pages.size()));
    }

    // Headings above the passage and those it begins with.
    std::string heading_of(std::span<const Piece> pieces) {
        std::size_t i = 0;
        while (i < pieces.size() && pieces[i].heading()) enter(pieces[i++].block);
        std::string heading = path_.joined();
        for (; i < pieces.size(); ++i)
            if (pieces[i].heading()) enter(pieces[i].block);
        return heading;
    }

    void enter(std::size_t block) {
        if (block < next_heading_) return;  // a part of a heading that was cut
        path_.enter(document_.blocks[block].level, slice(text_, document_.blocks[block].range));
        next_heading_ = block + 1;
    }

    void add_units(std::span<const Piece> pieces) {
        const auto first = result_.units.size();
        Unit unit;
        bool open = false;
        const auto close = [&] {
            if (!open) return;
            open = false;
            if (unit.ids.empty()) {
                if (result_.units.size() > first) result_.units.back().range.end = unit.range.end;
                return;
            }
            result_.tokens += static_cast<std::int64_t>(unit.ids.size());
            result_.units.push_back(std::move(unit));
            unit = {};
        };
        for (const Piece& piece : pieces) {
            std::vector<std::int32_t> ids = tokenize_(slice(text_, piece.range));
            const auto room = static_cast<std::size_t>(options_.max_unit_tokens);
            if (ids.size() > room || (open && unit.ids.size() + ids.size() > room)) close();
            if (ids.size() > room) {
                add_split(piece.range);
                continue;
            }
            if (!open) unit.range.begin = piece.range.begin;
            open = true;
            unit.range.end = piece.range.end;
            unit.ids.insert(unit.ids.end(), ids.begin(), ids.end());
            if (static_cast<int>(unit.ids.size()) >= options_.unit_tokens) close();
        }
        close();
    }

    // A sentence of more tokens than a unit may have, word by word: cuts stay between words, or between
    // characters of a word that is itself too long.
    void add_split(ByteRange sentence) {
        Unit unit;
        unit.range = {sentence.begin, sentence.begin};
        const auto add = [&](ByteRange word, std::vector<std::int32_t> ids) {
            if (!unit.ids.empty() &&
                unit.ids.size() + ids.size() > static_cast<std::size_t>(options_.max_unit_tokens)) {
                result_.tokens += static_cast<std::int64_t>(unit.ids.size());
                result_.units.push_back(std::move(unit));
                unit = {};
                unit.range = {word.begin, word.begin};
            }
            unit.range.end = word.end;
            unit.ids.insert(unit.ids.end(), ids.begin(), ids.end());
        };
        for (std::int64_t at = sentence.begin; at < sentence.end;) {
            ByteRange word{at, at};
            while (word.end < sentence.end && is_space(text_[static_cast<std::size_t>(word.end)])) ++word.end;
            word.begin = word.end;
            while (word.end < sentence.end && !is_space(text_[static_cast<std::size_t>(word.end)]))
                ++word.end;
            at = word.end;
            add_word(word, add);
        }
        if (unit.ids.empty()) return;
        result_.tokens += static_cast<std::int64_t>(unit.ids.size());
        result_.units.push_back(std::move(unit));
    }

    template <typename Add>
    void add_word(ByteRange word, const Add& add) {
        std::vector<std::int32_t> ids = tokenize_(slice(text_, word));
        const std::int64_t characters = count_characters(slice(text_, word));
        if (ids.size() <= static_cast<std::size_t>(options_.max_unit_tokens) || characters < 2) {
            ids.resize(std::min(ids.size(), static_cast<std::size_t>(options_.max_unit_tokens)));
            add(word, std::move(ids));
            return;
        }
        const std::int64_t middle = part_end(text_, word.begin, word.end, characters / 2);
        add_word({word.begin, middle}, add);
        add_word({middle, word.end}, add);
    }

    const Document& document_;
    std::string_view text_;
    const PassageOptions& options_;
    const TokenizeFunction& tokenize_;
    Passages result_;
    HeadingPath path_;
    std::size_t page_ = 0;
    std::size_t next_heading_ = 0;
};

}  // namespace

Passages cut_passages(const Document& document, const PassageOptions& options,
                      const TokenizeFunction& tokenize) {
    return Cutter(document, options, tokenize).cut();
}

}  // namespace corpuscope::documents
