// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/library/validation.h"

#include <algorithm>

#include "engine/documents/utf8.h"

namespace corpuscope::library {
namespace {

using documents::fits_text;

template <typename Items, typename RangeOf>
bool all_fit(const Items& items, std::string_view text, RangeOf range_of) {
    return std::all_of(items.begin(), items.end(),
                       [&](const auto& item) { return fits_text(range_of(item), text); });
}

std::string passages_contradiction(const documents::Passages& passages, std::string_view text) {
    std::int64_t end = 0, units = 0, sentences = 0;
    for (const documents::Passage& passage : passages.passages) {
        if (!fits_text(passage.range, text)) return "a passage does not fit its text";
        if (passage.range.begin < end) return "two passages overlap";
        if (passage.first_unit != units || passage.units < 0) return "a passage's units are out of order";
        if (passage.first_sentence != sentences || passage.sentences < 0) {
            return "a passage's sentences are out of order";
        }
        end = passage.range.end;
        units += passage.units;
        sentences += passage.sentences;
    }
    if (units != static_cast<std::int64_t>(passages.units.size())) return "a unit is in no passage";
    if (sentences != static_cast<std::int64_t>(passages.sentences.size()))
        return "a sentence is in no passage";
    return {};
}

}  // namespace

std::string contradiction(const ReadDocument& read) {
    const std::string& text = read.document.text;
    const auto itself = [](const ByteRange& range) { return range; };
    const auto its_range = [](const auto& item) { return item.range; };
    if (!all_fit(read.document.blocks, text, its_range)) return "a block does not fit its text";
    if (!all_fit(read.document.pages, text, itself)) return "a page does not fit its text";
    if (!all_fit(read.passages.sentences, text, itself)) return "a sentence does not fit its text";
    if (!all_fit(read.passages.units, text, its_range)) return "a unit does not fit its text";
    const auto has_no_tokens = [](const documents::Unit& unit) {
        return unit.ids.empty() ||
               std::any_of(unit.ids.begin(), unit.ids.end(), [](auto id) { return id < 0; });
    };
    if (std::any_of(read.passages.units.begin(), read.passages.units.end(), has_no_tokens)) {
        return "a unit has no valid tokens";
    }
    return passages_contradiction(read.passages, text);
}

std::string contradiction(const DocumentVectors& vectors, std::int64_t units, std::int64_t passages) {
    if (units == 0) {
        const bool none = vectors.units.empty() && vectors.passages.empty() && vectors.document.empty();
        return none ? "" : "vectors for a document without units";
    }
    if (vectors.dimension <= 0) return "vectors without a dimension";
    const auto rows = [&](std::int64_t count) { return static_cast<std::size_t>(count * vectors.dimension); };
    if (vectors.units.size() != rows(units)) return "another number of unit vectors than units";
    if (vectors.passages.size() != rows(passages)) return "another number of passage vectors than passages";
    if (vectors.document.size() != rows(1)) return "a document vector of another size";
    return {};
}

}  // namespace corpuscope::library
