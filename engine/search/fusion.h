// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Scores of different kinds made into one: a weighted sum of z-scores. Reciprocal rank fusion was tried and
// was worse than BM25 alone.
#pragma once

#include <span>
#include <vector>

#include "engine/search/searcher.h"
#include "engine/search/vector_index.h"

namespace corpuscope::search {

inline constexpr double kKeywordWeight = 0.3;
inline constexpr double kUnitWeight = 0.6;
inline constexpr double kPassageWeight = 0.1;
inline constexpr double kInteractionWeight = 0.5;  ///< of the rerank; the fused score has the rest

Moments moments_of(std::span<const double> scores);

/// Sets `score` and `fused` of every hit from its keyword, unit and passage_vector scores.
void fuse(std::vector<Hit>& hits, Mode mode, const Moments& keyword, const Moments& unit,
          const Moments& passage);

/// Orders the first `count` hits (all of them reranked) by the mean of `fused` and of `interaction` brought
/// to the scale of `fused`; what follows keeps its order below them.
void blend_interaction(std::vector<Hit>& hits, std::size_t count);

}  // namespace corpuscope::search
