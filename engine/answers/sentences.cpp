// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/sentences.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/answers/quote_range.h"
#include "engine/search/identifiers.h"
#include "engine/search/words.h"

namespace corpuscope::answers {
namespace {

// Proportions: a listwise regression to 300 questions over 78 documents of SQuAD's training articles and 90
// on manuals. Intercept and scale: a logistic regression to whether the first sentence answers those of
// SQuAD. Share of questions whose first sentence answers, of those left out of the fit, with which one of the
// first three does: SQuAD .750 and .887, manuals .452 and .639. Tried and lost: the question's words in the
// sentence and in the one before, the cosine of the mean of its tokens and its length beside these (.744 and
// .882, .444 and .630): a sentence with every word of a question often only repeats it. The last was set by
// hand, so that a row of a table wins over its neighbours by its number; too few of these questions have one.
constexpr double kIntercept = -4.58;
constexpr std::array<double, SentenceEvidence::kSize> kCoefficients = {5.39, 5.14, 0.26, 3};

struct DocumentParts {
    Structure structure;
    std::vector<ByteRange> units;
};

double best_unit_cosine(const std::vector<float>& cosines, const DocumentParts& parts,
                        const library::StoredPassage& passage, const ByteRange& sentence) {
    double best = 0;
    for (std::size_t u = 0; u < cosines.size(); ++u) {
        const ByteRange& unit = parts.units.at(static_cast<std::size_t>(passage.first_unit) + u);
        if (unit.begin < sentence.end && sentence.begin < unit.end) best = std::max<double>(best, cosines[u]);
    }
    return best;
}

double share_named(const std::vector<search::Identifier>& identifiers, std::string_view sentence) {
    if (identifiers.empty()) return 0;
    const std::vector<std::string> stems = search::stems(sentence);
    const auto named = std::count_if(
        identifiers.begin(), identifiers.end(),
        [&](const search::Identifier& identifier) { return search::stands_in(identifier, stems); });
    return static_cast<double>(named) / static_cast<double>(identifiers.size());
}

double chance_of(const SentenceEvidence& evidence) {
    double logit = kIntercept;
    const auto values = evidence.values();
    for (std::size_t i = 0; i < values.size(); ++i) logit += kCoefficients[i] * values[i];
    return 1 / (1 + std::exp(-logit));
}

}  // namespace

std::string_view text_of(const RankedSentence& sentence, const search::Result& result) {
    const library::StoredPassage& passage = result.passages[sentence.passage].stored;
    return std::string_view(passage.text)
        .substr(static_cast<std::size_t>(sentence.range.begin - passage.range.begin),
                static_cast<std::size_t>(sentence.range.size()));
}

std::vector<RankedSentence> rank_sentences(const library::Library& library, const search::VectorIndex& index,
                                           const search::Result& result, std::size_t passages) {
    std::vector<RankedSentence> ranked;
    std::map<DocumentId, DocumentParts> documents;
    const search::RowQuestion question = index.prepare(result.question);
    const auto identifiers = search::identifiers_of(result.text);
    for (std::size_t p = 0; p < std::min(passages, result.passages.size()); ++p) {
        const library::StoredPassage& passage = result.passages[p].stored;
        const search::TokenStates& tokens = result.passages[p].tokens;
        auto [document, is_new] = documents.try_emplace(passage.document);
        DocumentParts& parts = document->second;
        if (is_new)
            parts = {{library.sentences(passage.document), library.blocks(passage.document)},
                     library.units(passage.document).ranges};
        const auto row = index.row_of(passage.id);
        const std::vector<float> cosines =
            row && !result.question.empty() ? index.unit_cosines(question, *row) : std::vector<float>();
        for (std::int64_t s = passage.first_sentence; s < passage.first_sentence + passage.sentences; ++s) {
            RankedSentence sentence{.passage = p,
                                    .range = parts.structure.sentences.at(static_cast<std::size_t>(s)),
                                    .evidence = {}};
            if (!can_answer(parts.structure, sentence.range, text_of(sentence, result))) continue;
            const auto [begin, end] = tokens.rows_within(
                {sentence.range.begin - passage.range.begin, sentence.range.end - passage.range.begin});
            SentenceEvidence& evidence = sentence.evidence;
            evidence.unit = best_unit_cosine(cosines, parts, passage, sentence.range);
            if (end > begin)
                evidence.interaction = search::summarize_matches(
                                           search::best_matches(result.question_tokens, tokens, begin, end))
                                           .mean;
            evidence.passage = result.hits[p].score - result.hits.front().score;
            evidence.identifiers = share_named(identifiers, text_of(sentence, result));
            sentence.chance = chance_of(evidence);
            sentence.range = quote_range(parts.structure, passage, s);
            ranked.push_back(sentence);
        }
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const RankedSentence& a, const RankedSentence& b) { return a.chance > b.chance; });
    return ranked;
}

}  // namespace corpuscope::answers
