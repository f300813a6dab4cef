// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/answerer.h"

#include <algorithm>

#include "engine/answers/citations.h"
#include "engine/answers/confidence.h"
#include "engine/answers/sentences.h"
#include "engine/search/duplicates.h"

namespace corpuscope::answers {
namespace {

constexpr std::size_t kPassagesRead = 8;  // whose sentences compete
constexpr std::size_t kMostAnswers = 3;
constexpr double kShareOfBest = 0.5;  // a further answer has at least this share of the best one's chance

/// A sentence can be quoted with the next one, too.
bool quotes_any_of(const std::vector<CitedAnswer>& answers, DocumentId document, const ByteRange& range) {
    return std::any_of(answers.begin(), answers.end(), [&](const CitedAnswer& answer) {
        return answer.document == document && answer.range.begin < range.end &&
               range.begin < answer.range.end;
    });
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

Coverage coverage_of(const library::Library& library, const std::vector<DocumentId>& documents) {
    if (documents.empty()) {
        const library::Counts counts = library.counts();
        return {counts.documents, counts.ready, counts.failed, counts.pending + counts.read};
    }
    Coverage coverage;
    for (const DocumentId id : documents) {
        const auto record = library.document(id);
        if (!record) continue;
        ++coverage.documents;
        if (record->state == library::DocumentState::Ready)
            ++coverage.searched;
        else if (record->state == library::DocumentState::Failed)
            ++coverage.failed;
        else
            ++coverage.pending;
    }
    return coverage;
}

Answer Answerer::ask(std::string_view question, int limit) {
    Answer answer;
    answer.question = question;
    answer.coverage = coverage_of(library_);
    if (blank(question)) {
        answer.note = "There is no question.";
        return answer;
    }
    if (ask_library(limit, answer)) return answer;
    if (answer.coverage.documents == 0)
        answer.note = "The library is empty: add a folder first.";
    else
        ask_documents(limit, answer);
    return answer;
}

bool Answerer::ask_library(int limit, Answer& answer) const {
    const auto question = parse_library_question(answer.question);
    if (!question) return false;
    std::optional<LibraryAnswer> found = answer_library_question(library_, *question);
    if (!found) return false;
    answer.answered = answer.about_library = true;
    answer.note = std::move(found->note);
    if (question->phrase.empty() || found->documents.empty() || limit <= 0) return true;
    Citer citer(library_);
    library::KeywordOptions options;
    options.limit = limit;
    options.within = found->documents;
    for (const library::KeywordHit& hit : library_.keyword_search('"' + question->phrase + '"', options))
        answer.passages.push_back(citer.passage(library_.passage(hit.passage), hit.score));
    return true;
}

void Answerer::ask_documents(int limit, Answer& answer) {
    search::Query query;
    query.text = answer.question;
    query.limit = std::max(limit, static_cast<int>(kPassagesRead));
    const search::Result result = searcher_.read(query);
    Citer citer(library_);
    for (std::size_t i = 0; i < std::min(result.hits.size(), static_cast<std::size_t>(std::max(0, limit)));
         ++i)
        answer.passages.push_back(citer.passage(result.passages[i].stored, result.hits[i].score));
    if (result.hits.empty()) {
        answer.note = "No passage has anything to do with the question.";
        return;
    }

    const double chance = chance_of_answer(evidence_of(result), searcher_.index().passages());
    const auto names_others = [](const search::Hit& hit) { return hit.names_others; };
    const auto read = result.hits.begin() + std::min(std::ssize(result.hits), std::int64_t{kPassagesRead});
    if (chance < kLeastChance || std::all_of(result.hits.begin(), read, names_others)) {
        answer.note = "The documents do not seem to answer this. The nearest passages:";
        return;
    }
    const auto sentences = rank_sentences(library_, searcher_.index(), result, kPassagesRead);
    search::DuplicateFilter duplicates;
    for (const RankedSentence& sentence : sentences) {
        if (answer.answers.size() == std::min(kMostAnswers, static_cast<std::size_t>(std::max(0, limit))) ||
            sentence.chance < kShareOfBest * sentences.front().chance)
            break;
        // Beside a sentence about what the question names, one about another thing of the kind is no answer.
        if (sentence.evidence.identifiers < sentences.front().evidence.identifiers) continue;
        const std::string_view text = text_of(sentence, result);
        const library::StoredPassage& passage = result.passages[sentence.passage].stored;
        if (quotes_any_of(answer.answers, passage.document, sentence.range) || duplicates.seen(text))
            continue;
        answer.answers.push_back(citer.sentence(passage, sentence.range, text, chance * sentence.chance));
    }
    answer.answered = !answer.answers.empty();
    if (!answer.answered) answer.note = "No sentence of the documents answers this. The nearest passages:";
}

std::vector<CitedPassage> Answerer::cite(const std::vector<search::Hit>& hits) const {
    Citer citer(library_);
    std::vector<CitedPassage> cited;
    for (const search::Hit& hit : hits)
        cited.push_back(citer.passage(library_.passage(hit.passage), hit.score));
    return cited;
}

}  // namespace corpuscope::answers
