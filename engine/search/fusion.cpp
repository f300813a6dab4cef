// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/fusion.h"

#include <algorithm>
#include <cmath>

namespace corpuscope::search {

Moments moments_of(std::span<const double> scores, std::size_t count) {
    count = std::max(count, scores.size());
    if (count == 0) return {};
    double sum = 0, squares = 0;
    for (const double score : scores) {
        sum += score;
        squares += score * score;
    }
    const double mean = sum / static_cast<double>(count);
    return {mean, std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean))};
}

void fuse(std::vector<Hit>& hits, Mode mode, const Moments& keyword, const Moments& unit,
          const Moments& passage) {
    for (Hit& hit : hits) {
        if (mode == Mode::Keyword) {
            hit.fused = hit.keyword;
        } else {
            hit.fused = kUnitWeight * unit.standardize(hit.unit) +
                        kPassageWeight * passage.standardize(hit.passage_vector);
            if (mode == Mode::Hybrid) hit.fused += kKeywordWeight * keyword.standardize(hit.keyword);
        }
        hit.score = hit.fused;
    }
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
}

void add_text_match(Hit& hit, const TextMatch& match) {
    hit.fused += kWordsWeight * match.words + kPairsWeight * match.pairs + kHeadingsWeight * match.headings +
                 kIdentifiersWeight * match.identifiers + kLanguageWeight * match.language;
    hit.score = hit.fused;
    hit.words = match.words;
    hit.names_others = match.names_others;
}

void add_interaction(std::vector<Hit>& hits, std::size_t count) {
    const auto end = hits.begin() + static_cast<std::ptrdiff_t>(std::min(count, hits.size()));
    for (auto hit = hits.begin(); hit != end; ++hit)
        hit->score = hit->fused + kSentenceInteractionWeight * hit->sentence_interaction +
                     kInteractionWeight * hit->interaction;
    std::stable_sort(hits.begin(), end, [](const Hit& a, const Hit& b) { return a.score > b.score; });
    if (end == hits.begin()) return;
    for (auto hit = end; hit != hits.end(); ++hit) hit->score = std::min(hit->score, std::prev(end)->score);
}

}  // namespace corpuscope::search
