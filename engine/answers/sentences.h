// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Which sentences of the passages found answer a question.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "engine/library/library.h"
#include "engine/search/searcher.h"
#include "engine/types.h"

namespace corpuscope::answers {

/// How a sentence meets the question. Order and meaning are those of the coefficients.
struct SentenceEvidence {
    double unit = 0;  ///< cosine of the unit that it stands in, as stored
    double interaction =
        0;  ///< mean of the question tokens' best cosines among its tokens, read within the passage
    double passage = 0;      ///< score of its passage below that of the best passage, ≤ 0
    double identifiers = 0;  ///< share of the question's identifiers that stand in it
    static constexpr std::size_t kSize = 4;
    std::array<double, kSize> values() const { return {unit, interaction, passage, identifiers}; }
};

struct RankedSentence {
    std::size_t passage = 0;  ///< index in Result::passages
    ByteRange range;  ///< of the document's text: the sentence with what is quoted with it (quote_range.h)
    SentenceEvidence evidence;
    double chance = 0;  ///< 0..1, that it is the answer where the corpus has one
};

/// Sentences of the first `passages` passages, best first.
std::vector<RankedSentence> rank_sentences(const library::Library& library, const search::VectorIndex& index,
                                           const search::Result& result, std::size_t passages);

/// The bytes of the document that the sentence is.
std::string_view text_of(const RankedSentence& sentence, const search::Result& result);

}  // namespace corpuscope::answers
