// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Scores of different kinds made into one: a weighted sum of the z-scores over the corpus, of the question's
// words in the text and of late interaction. The weights were set by hand near listwise
// regressions on 1,620 questions of SQuAD and 60 on manuals, among some forty settings compared on 1,057
// questions of other articles and 30 more on manuals too: figures on these are of the best of that choice.
// Tried and lost: reciprocal rank fusion (recall@1 below that of BM25 alone); interaction with [CLS] and
// [SEP] of both (.003 less recall@1 than by sentence and passage without them); weights by idf inside the
// interaction (.001 less MRR); a share of what the other passages of the document score (.001 less on
// manuals); all thirteen features at once (.856 on the questions fitted to, .851 on others); the cosine of
// the document's vector, once (.003 less recall@1) or twice (.006 less); after the rerank, nearness to the
// mean of the best 3, 5 or 8 passages (.004 to .010 less recall@1 on SQuAD, on manuals as much up as down).
#pragma once

#include <span>
#include <vector>

#include "engine/search/searcher.h"
#include "engine/search/text_match.h"
#include "engine/search/vector_index.h"

namespace corpuscope::search {

// Tried and lost: a share of a document's best other passages (questions of the manuals .533 to .467 first at
// a fifth of their mean).
// Of z-scores:
inline constexpr double kKeywordWeight = 0.15;
inline constexpr double kUnitWeight = 0.65;
inline constexpr double kPassageWeight = 0.15;
// Of shares of the question, 0..1:
inline constexpr double kWordsWeight = 1.1;
inline constexpr double kPairsWeight = 1.1;
inline constexpr double kHeadingsWeight = 0.35;
/// Enough to come before any passage about another thing of the kind. Where questions describe, as nearly all
/// of SQuAD's do, it changes nothing.
inline constexpr double kIdentifiersWeight = 4;
/// Anything from 0.5 to 2 finds the same on the manuals in 26 languages; without it a page in Chinese with
/// one sentence in English comes before the English page, whose other sentences say something else.
inline constexpr double kLanguageWeight = 1.0;
// Of mean cosines:
inline constexpr double kSentenceInteractionWeight = 7.2;
inline constexpr double kInteractionWeight = 3.6;

/// Of `count` scores of which those not given are 0.
Moments moments_of(std::span<const double> scores, std::size_t count);

/// Sets `score` and `fused` of every hit from its keyword, unit and passage_vector scores.
void fuse(std::vector<Hit>& hits, Mode mode, const Moments& keyword, const Moments& unit,
          const Moments& passage);

/// Adds what the words of a hit's text say to `score` and `fused`, and notes their share.
void add_text_match(Hit& hit, const TextMatch& match);

/// Adds the late interaction to the score of the first `count` hits and orders them; what follows keeps its
/// order below them.
void add_interaction(std::vector<Hit>& hits, std::size_t count);

}  // namespace corpuscope::search
