// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/summary_sources.h"

#include <algorithm>
#include <iterator>

#include "engine/answers/quotable.h"

namespace corpuscope::answers {

using documents::BlockKind;

SummarySource::SummarySource(const library::Library& library, DocumentId id)
    : text_(library.text(id)),
      passages_(library.passages(id)),
      sentences_(library.sentences(id)),
      units_(library.units(id).ranges) {}

std::string_view SummarySource::bytes(const ByteRange& range) const {
    return std::string_view(text_.text)
        .substr(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size()));
}

std::optional<ByteRange> SummarySource::sentence_of(std::int64_t unit) const {
    const ByteRange& range = units_.at(static_cast<std::size_t>(unit));
    auto sentence = std::partition_point(sentences_.begin(), sentences_.end(),
                                         [&](const ByteRange& s) { return s.begin < range.begin; });
    for (; sentence != sentences_.end() && sentence->end <= range.end; ++sentence)
        if (in_running_text(*sentence) && reads_as_sentence(bytes(*sentence))) return *sentence;
    return std::nullopt;
}

bool SummarySource::in_list(const ByteRange& sentence) const {
    const documents::Block* block = block_of(sentence);
    return block != nullptr && (block->kind == BlockKind::ListItem || block->kind == BlockKind::Term);
}

const library::StoredPassage* SummarySource::passage_at(std::int64_t offset) const {
    const auto passage =
        std::find_if(passages_.begin(), passages_.end(),
                     [&](const library::StoredPassage& stored) { return stored.range.contains(offset); });
    return passage == passages_.end() ? nullptr : &*passage;
}

const documents::Block* SummarySource::block_of(const ByteRange& sentence) const {
    const auto after = std::partition_point(
        text_.blocks.begin(), text_.blocks.end(),
        [&](const documents::Block& block) { return block.range.begin <= sentence.begin; });
    if (after == text_.blocks.begin() || sentence.end > std::prev(after)->range.end) return nullptr;
    return &*std::prev(after);
}

bool SummarySource::in_running_text(const ByteRange& sentence) const {
    if (text_.blocks.empty()) return true;
    const documents::Block* block = block_of(sentence);
    return block != nullptr && (block->kind == BlockKind::Paragraph || block->kind == BlockKind::Quote ||
                                block->kind == BlockKind::ListItem);
}

}  // namespace corpuscope::answers
