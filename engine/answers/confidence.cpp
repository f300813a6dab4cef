// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/confidence.h"

#include <algorithm>
#include <cmath>

#include "engine/search/words.h"

namespace corpuscope::answers {
namespace {

// Fitted by ridge logistic regression, both kinds weighing the same, over 58 pages of Git, SQLite and Debian
// manuals, to the answerable questions of debian-calibration.jsonl that these pages answer (48) and every
// other one of debian-unanswerable.jsonl (36). The mean interaction is left out: beside these its coefficient
// is negative.
constexpr double kIntercept = -7.62;
constexpr std::array<double, Evidence::kSize> kCoefficients = {9.79, 6.36, 2.46};

// The chance below which a question is refused, in a library of few and of many passages: among many there is
// more to mistake for an answer. Few: chosen on 80 documents of SQuAD's training articles, where it refuses
// 9 % of 433 questions and 95 % of 396 on other articles; not looked at for the choice: the development
// articles, for which see RESULTS.md. On 18 pages of manuals it refuses 7 % of debian.jsonl and 94 % of
// debian-unanswerable.jsonl. Many: 1,432 documents of the same manuals, where it refuses 80 % of 56
// unanswerable questions, 8 % of 53 of the calibration and 3 % of debian.jsonl; with all translations, 4,634
// documents, 88, 10 and 3 %. That one was chosen with all of these questions in view: none is held out from
// it.
constexpr double kFewPassages = 1'000, kManyPassages = 16'637;
constexpr double kLeastChanceFew = 0.33, kLeastChanceMany = 0.58;

}  // namespace

double least_chance(std::int64_t passages) {
    const double log_passages =
        std::log(std::clamp(static_cast<double>(passages), kFewPassages, kManyPassages) / kFewPassages);
    return kLeastChanceFew +
           (kLeastChanceMany - kLeastChanceFew) * log_passages / std::log(kManyPassages / kFewPassages);
}

Evidence evidence_of(const search::Result& result, const std::set<std::string>& content) {
    Evidence evidence;
    if (result.hits.empty()) return evidence;
    const search::Hit& best = result.hits.front();
    evidence.least_covered = best.least_covered;
    evidence.words = search::share_covered(content, result.passages.front().stored.text);
    evidence.unit = best.unit;
    for (const search::Hit& hit : result.hits) evidence.unit = std::max(evidence.unit, hit.unit);
    return evidence;
}

double chance_of_answer(const Evidence& evidence) {
    double logit = kIntercept;
    const auto values = evidence.values();
    for (std::size_t i = 0; i < values.size(); ++i) logit += kCoefficients[i] * values[i];
    return 1 / (1 + std::exp(-logit));
}

}  // namespace corpuscope::answers
