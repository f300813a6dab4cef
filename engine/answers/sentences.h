// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Which sentences of the passages found answer a question.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/library/library.h"
#include "engine/search/searcher.h"
#include "engine/types.h"

namespace corpuscope::answers {

/// How a sentence meets the question. Order and meaning are those of the coefficients.
struct SentenceEvidence {
    double unit = 0;  ///< cosine of the unit that it stands in, as stored
    double interaction =
        0;            ///< mean of the question tokens' best cosines among its tokens, read within the passage
    double mean = 0;  ///< cosine of the mean of its tokens' states, read within the passage
    double words = 0;    ///< share of the question's content words in it
    double before = 0;   ///< share of them in the sentence before
    double passage = 0;  ///< score of its passage below that of the best passage, ≤ 0
    double length = 0;   ///< log of its number of tokens
    static constexpr std::size_t kSize = 7;
    std::array<double, kSize> values() const {
        return {unit, interaction, mean, words, before, passage, length};
    }
};

struct RankedSentence {
    std::size_t passage = 0;  ///< index in Result::passages
    ByteRange range;          ///< of the document's text
    SentenceEvidence evidence;
    double chance = 0;  ///< 0..1, that it is the answer where the corpus has one
};

/// Sentences of the first `passages` passages, best first.
std::vector<RankedSentence> rank_sentences(const library::Library& library, const search::VectorIndex& index,
                                           const search::Result& result, const std::set<std::string>& content,
                                           std::size_t passages);

/// The bytes of the document that the sentence is.
std::string_view text_of(const RankedSentence& sentence, const search::Result& result);

}  // namespace corpuscope::answers
