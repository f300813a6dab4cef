// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/fusion.h"

#include <algorithm>
#include <cmath>

namespace corpuscope::search {

Moments moments_of(std::span<const double> scores) {
    if (scores.empty()) return {};
    double sum = 0, squares = 0;
    for (const double score : scores) {
        sum += score;
        squares += score * score;
    }
    const auto count = static_cast<double>(scores.size());
    const double mean = sum / count;
    return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean))};
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

void blend_interaction(std::vector<Hit>& hits, std::size_t count) {
    count = std::min(count, hits.size());
    if (count == 0) return;
    std::vector<double> fused, interaction;
    for (std::size_t i = 0; i < count; ++i) {
        fused.push_back(hits[i].fused);
        interaction.push_back(hits[i].interaction);
    }
    const Moments of_fused = moments_of(fused), of_interaction = moments_of(interaction);
    double lowest = hits.front().fused;
    for (std::size_t i = 0; i < count; ++i) {
        const double scaled =
            of_fused.mean + of_fused.deviation * of_interaction.standardize(hits[i].interaction);
        hits[i].score = (1 - kInteractionWeight) * hits[i].fused + kInteractionWeight * scaled;
        lowest = std::min(lowest, hits[i].score);
    }
    const auto end = hits.begin() + static_cast<std::ptrdiff_t>(count);
    std::stable_sort(hits.begin(), end, [](const Hit& a, const Hit& b) { return a.score > b.score; });
    for (auto hit = end; hit != hits.end(); ++hit) hit->score = std::min(hit->score, lowest);
}

}  // namespace corpuscope::search
