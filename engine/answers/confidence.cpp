// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/confidence.h"

#include <algorithm>
#include <cmath>

#include "engine/answers/question_words.h"

namespace corpuscope::answers {
namespace {

constexpr double kIntercept = -14.0;
constexpr std::array<double, Evidence::kSize> kCoefficients = {10.0, 10.0, 4.0, 0.2, 0.3, 1.0};

}  // namespace

const double kLeastChance = 0.5;

Evidence evidence_of(const search::Result& result, const std::set<std::string>& content) {
    Evidence evidence;
    if (result.hits.empty()) return evidence;
    const search::Hit& best = result.hits.front();
    evidence.least_covered = best.least_covered;
    evidence.interaction = best.interaction;
    evidence.keyword = std::log1p(std::max(0.0, best.keyword));
    evidence.words = share_covered(content, result.passages.front().stored.text);
    evidence.unit = best.unit;
    evidence.fused = best.fused;
    for (const search::Hit& hit : result.hits) {
        evidence.unit = std::max(evidence.unit, hit.unit);
        evidence.fused = std::max(evidence.fused, hit.fused);
    }
    return evidence;
}

double chance_of_answer(const Evidence& evidence) {
    double logit = kIntercept;
    const auto values = evidence.values();
    for (std::size_t i = 0; i < values.size(); ++i) logit += kCoefficients[i] * values[i];
    return 1 / (1 + std::exp(-logit));
}

}  // namespace corpuscope::answers
