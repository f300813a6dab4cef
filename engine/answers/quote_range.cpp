// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/quote_range.h"

#include <algorithm>
#include <iterator>

#include "engine/answers/quotable.h"

namespace corpuscope::answers {
namespace {

using documents::Block;
using documents::BlockKind;

/// Bytes of a quote that goes on after its first sentence; the first thing announced may be longer.
constexpr std::int64_t kMostQuoted = 400;

/// The block that a sentence begins in.
const Block* block_of(const Structure& structure, const ByteRange& sentence) {
    const auto after =
        std::partition_point(structure.blocks.begin(), structure.blocks.end(),
                             [&](const Block& block) { return block.range.begin <= sentence.begin; });
    return after == structure.blocks.begin() ? nullptr : &*std::prev(after);
}

BlockKind kind_of(const Structure& structure, const ByteRange& sentence) {
    const Block* block = block_of(structure, sentence);
    return block ? block->kind : BlockKind::Paragraph;
}

/// Does a sentence only say what comes next: "... with this command:", the term of a definition, a comment
/// above a command?
bool announces(BlockKind kind, std::string_view text) {
    return text.ends_with(':') || text.starts_with("# ") || kind == BlockKind::Term ||
           (kind == BlockKind::Code && text.starts_with("//"));
}

/// The sentences of a passage, by their numbers in the document.
class Quote {
 public:
    Quote(const Structure& structure, const library::StoredPassage& passage)
        : structure_(structure),
          passage_(passage),
          first_(passage.first_sentence),
          end_(passage.first_sentence + passage.sentences) {}

    ByteRange around(std::int64_t number) const {
        const ByteRange sentence = at(number);
        if (announces(kind_of(structure_, sentence), text(number))) return with_announced(number);
        ByteRange range = sentence;
        if (number > first_ && points_back(text(number)) && is_short_with(at(number - 1), sentence) &&
            block_of(structure_, at(number - 1)) == block_of(structure_, sentence))
            range.begin = at(number - 1).begin;
        if (number + 1 < end_ && points_back(text(number + 1)) && is_short_with(range, at(number + 1)) &&
            block_of(structure_, at(number + 1)) == block_of(structure_, sentence))
            range.end = at(number + 1).end;
        return range;
    }

 private:
    ByteRange at(std::int64_t number) const {
        return structure_.sentences.at(static_cast<std::size_t>(number));
    }
    std::string_view text(std::int64_t number) const {
        const ByteRange range = at(number);
        return std::string_view(passage_.text)
            .substr(static_cast<std::size_t>(range.begin - passage_.range.begin),
                    static_cast<std::size_t>(range.size()));
    }
    static bool is_short_with(const ByteRange& first, const ByteRange& last) {
        return last.end - first.begin <= kMostQuoted;
    }

    ByteRange with_announced(std::int64_t number) const {
        ByteRange range = at(number);
        for (std::int64_t next = number + 1; next < end_; ++next) {
            const ByteRange more = at(next);
            const BlockKind what = kind_of(structure_, more);
            if (what == BlockKind::Heading) break;
            if (next > number + 1 && more.end - range.begin > kMostQuoted) break;
            range.end = more.end;
            // Several terms can share what is said of them; code and lists have several sentences.
            const bool many = what == BlockKind::Code || what == BlockKind::ListItem;
            const bool ends = next + 1 == end_ || kind_of(structure_, at(next + 1)) != what;
            if (what != BlockKind::Term && (!many || ends)) break;
        }
        return range;
    }

    const Structure& structure_;
    const library::StoredPassage& passage_;
    std::int64_t first_, end_;
};

}  // namespace

bool can_answer(const Structure& structure, const ByteRange& sentence, std::string_view text) {
    return !text.empty() && text.back() != '?' && text.find_first_of(" \n") != std::string_view::npos &&
           kind_of(structure, sentence) != BlockKind::Heading;
}

ByteRange quote_range(const Structure& structure, const library::StoredPassage& passage,
                      std::int64_t number) {
    return Quote(structure, passage).around(number);
}

}  // namespace corpuscope::answers
