// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/library/library.h"
#include "engine/types.h"

namespace corpuscope::answers {

/// A document that a summary quotes from. Offsets and ranges are of its text.
class SummarySource {
 public:
    SummarySource(const library::Library& library, DocumentId id);

    std::string_view bytes(const ByteRange& range) const;
    std::string_view unit_text(std::int64_t unit) const {
        return bytes(units_.at(static_cast<std::size_t>(unit)));
    }
    /// The first sentence of the unit that reads well and stands in running text.
    std::optional<ByteRange> sentence_of(std::int64_t unit) const;
    bool in_list(const ByteRange& sentence) const;
    /// Null: there is none.
    const library::StoredPassage* passage_at(std::int64_t offset) const;

 private:
    /// The block that holds the whole sentence. Null: there is none.
    const documents::Block* block_of(const ByteRange& sentence) const;
    bool in_running_text(const ByteRange& sentence) const;

    library::StoredText text_;
    std::vector<library::StoredPassage> passages_;
    std::vector<ByteRange> sentences_, units_;
};

/// The documents of a summary, each loaded once and kept.
class SummarySources {
 public:
    explicit SummarySources(const library::Library& library) : library_(library) {}
    const SummarySource& of(DocumentId id) { return sources_.try_emplace(id, library_, id).first->second; }

 private:
    const library::Library& library_;
    std::map<DocumentId, SummarySource> sources_;
};

}  // namespace corpuscope::answers
