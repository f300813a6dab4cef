// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether the corpus answers a question at all: a logistic regression over what the search found.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>

#include "engine/search/searcher.h"

namespace corpuscope::answers {

/// What is known of the best passages of a question. Order and meaning are those of the coefficients.
struct Evidence {
    double least_covered = 0;  ///< of the best passage: the lowest of the question tokens' best cosines
    double unit = 0;           ///< best cosine of a unit among the passages
    double words = 0;          ///< share of the question's content words that stand in the best passage
    static constexpr std::size_t kSize = 3;
    std::array<double, kSize> values() const { return {least_covered, unit, words}; }
};

Evidence evidence_of(const search::Result& result, const std::set<std::string>& content);

/// 0..1: chance that the passages answer. BM25 and the fused score are left out: they grow with the corpus.
double chance_of_answer(const Evidence& evidence);

/// Chance below which the corpus, of so many passages, is said not to answer.
double least_chance(std::int64_t passages);

}  // namespace corpuscope::answers
