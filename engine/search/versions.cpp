// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/versions.h"

#include <string_view>
#include <utility>

#include "engine/search/duplicates.h"

namespace corpuscope::search {
namespace {

constexpr std::int64_t kShortest = 50;  // bytes: below it, unrelated documents have a sentence in common

std::string_view best_sentence(const ReadPassage& passage) {
    return std::string_view(passage.stored.text)
        .substr(static_cast<std::size_t>(passage.best_sentence.begin),
                static_cast<std::size_t>(passage.best_sentence.size()));
}

int support_of(const Support& support, DocumentId document) {
    const auto found = support.find(document);
    return found == support.end() ? 0 : found->second;
}

}  // namespace

void fold_versions(Result& result, std::size_t count, const Support& support) {
    std::vector<Hit> hits;
    std::vector<ReadPassage> passages;
    DuplicateFilter sentences;
    std::vector<std::size_t> places;  // of the admitted sentences
    for (std::size_t i = 0; i < result.hits.size(); ++i) {
        ReadPassage& passage = result.passages[i];
        const bool compared = i < count && passage.best_sentence.size() >= kShortest;
        if (const auto same = compared ? sentences.admit(best_sentence(passage)) : std::nullopt) {
            const std::size_t at = places[same->admitted];
            const DocumentId other = passages[at].stored.document;
            if (other != passage.stored.document) {
                if (support_of(support, passage.stored.document) <= support_of(support, other)) continue;
                result.hits[i].score = hits[at].score;  // the order stays that of the scores
                hits[at] = result.hits[i];
                passages[at] = std::move(passage);
                continue;
            }
        } else if (compared) {
            places.push_back(hits.size());
        }
        hits.push_back(result.hits[i]);
        passages.push_back(std::move(passage));
    }
    result.hits = std::move(hits);
    result.passages = std::move(passages);
}

}  // namespace corpuscope::search
