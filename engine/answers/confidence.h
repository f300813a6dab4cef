// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether the corpus answers a question at all: a logistic regression over what the search found.
#pragma once

#include <array>
#include <cstdint>

#include "engine/search/searcher.h"

namespace corpuscope::answers {

/// What is known of the best passages of a question. Order and meaning are those of the coefficients.
struct Evidence {
    double least_covered = 0;  ///< mean over the best three passages: the lowest of the tokens' best cosines
    double unit = 0;           ///< best cosine of a unit among the passages
    double words = 0;  ///< of the best passage: share of the question's words, each weighing its idf, that
                       ///< stand in it, above it or in the name of its document
    static constexpr std::size_t kSize = 3;
    std::array<double, kSize> values() const { return {least_covered, unit, words}; }
};

Evidence evidence_of(const search::Result& result);

/// 0..1: chance that a corpus of so many passages answers: the more there are, the nearer one comes to any
/// question by accident. BM25 and the fused score are left out: they grow with the corpus in another way for
/// each question.
double chance_of_answer(const Evidence& evidence, std::int64_t passages);

/// Chance below which the corpus is said not to answer.
inline constexpr double kLeastChance = 0.35;

}  // namespace corpuscope::answers
