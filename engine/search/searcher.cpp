// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/searcher.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <unordered_map>

#include "engine/search/duplicates.h"
#include "engine/search/fusion.h"
#include "engine/search/language.h"
#include "engine/search/text_match.h"
#include "engine/search/versions.h"

namespace corpuscope::search {
namespace {

constexpr int kKeywordCandidates = 1000;
constexpr std::int64_t kUnitCandidates = 1000;
/// Passages that are encoded again: some 3,300 tokens, which is most of the time that a question takes. Twice
/// as many find the same (recall@1 within .003 for any number from 10 to 50).
constexpr std::size_t kReranked = 16;
/// Distinct passages in whose texts a hybrid search looks for the question's words.
constexpr std::size_t kMatched = 48;
/// Candidates that are loaded at once for that.
constexpr std::size_t kExamined = 120;

/// Nothing stands for a passage that was removed from the library after the index was built.
std::vector<std::optional<library::StoredPassage>> load(const library::Library& library,
                                                        std::span<const PassageId> ids) {
    std::vector<std::optional<library::StoredPassage>> stored;
    try {
        for (library::StoredPassage& passage : library.passages(ids)) stored.emplace_back(std::move(passage));
        return stored;
    } catch (const library::LibraryError&) {
        if (ids.size() == 1) return {std::nullopt};
    }
    stored.clear();
    for (const PassageId& id : ids) stored.push_back(std::move(load(library, {&id, 1}).front()));
    return stored;
}

/// Title and name of the file, without its folder and ending.
std::string name_of(const library::Library& library, DocumentId id) {
    const library::DocumentRecord document = library.document(id).value_or(library::DocumentRecord{});
    return document.title + ' ' + std::filesystem::path(document.path).stem().string();
}

/// The sentence of a passage that answers best by itself.
struct BestSentence {
    double interaction = 0;
    ByteRange range;  ///< in the passage's text
};

BestSentence best_sentence(const TokenStates& question, const TokenStates& tokens,
                           const library::StoredPassage& passage, std::span<const ByteRange> sentences) {
    BestSentence best;
    for (std::int64_t s = 0; s < passage.sentences; ++s) {
        const ByteRange& sentence = sentences[static_cast<std::size_t>(passage.first_sentence + s)];
        const ByteRange range{sentence.begin - passage.range.begin, sentence.end - passage.range.begin};
        const auto [begin, end] = tokens.rows_within(range);
        const double interaction = token_interaction(question, tokens, begin, end);
        if (interaction > best.interaction) best = {interaction, range};
    }
    return best;
}

/// Lets `order` sort the hits; their passages follow.
void sort_with_passages(Result& result, const std::function<void(std::vector<Hit>&)>& order) {
    std::unordered_map<PassageId, ReadPassage> read;
    for (std::size_t i = 0; i < result.hits.size(); ++i)
        read.emplace(result.hits[i].passage, std::move(result.passages[i]));
    order(result.hits);
    for (std::size_t i = 0; i < result.hits.size(); ++i)
        result.passages[i] = std::move(read.at(result.hits[i].passage));
}

}  // namespace

std::optional<Mode> mode_from(std::string_view name) {
    if (name == "hybrid") return Mode::Hybrid;
    if (name == "keyword") return Mode::Keyword;
    if (name == "vector") return Mode::Vector;
    return std::nullopt;
}

Searcher::Searcher(const library::Library& library, std::shared_ptr<const VectorIndex> index,
                   longnet::Encoder& encoder, std::shared_ptr<const tokenizer::Tokenizer> tokenizer)
    : library_(library), index_(std::move(index)), encoder_(encoder), tokenizer_(std::move(tokenizer)) {}

std::vector<library::KeywordHit> Searcher::keyword_search(const Query& query) const {
    library::KeywordOptions options;
    options.limit = kKeywordCandidates;
    options.within = query.within;
    return library_.keyword_search(query.text, options);
}

std::vector<Hit> Searcher::candidates(const Query& query, std::span<const float> question,
                                      KeywordHits keyword_hits) const {
    std::vector<Hit> hits;
    std::unordered_map<PassageId, std::size_t> place;
    const auto hit_of = [&](PassageId passage) -> Hit& {
        const auto [at, is_new] = place.emplace(passage, hits.size());
        if (is_new) hits.push_back({.passage = passage});
        return hits[at->second];
    };

    RowQuestion vector;
    std::vector<Neighbour> neighbours;
    Moments keyword, unit, passage;
    if (!question.empty()) {
        vector = index_->prepare(question);
        if (query.within.empty()) neighbours = index_->nearest(vector, kUnitCandidates);
        unit = index_->unit_moments(vector);
        passage = index_->passage_moments(vector);
    }
    if (keyword_hits.valid()) {
        std::vector<double> scores;
        for (const library::KeywordHit& found : keyword_hits.get()) {
            hit_of(found.passage).keyword = found.score;
            scores.push_back(found.score);
        }
        const std::size_t corpus = query.within.empty() ? static_cast<std::size_t>(index_->passages())
                                                        : index_->rows_of(query.within).size();
        keyword = moments_of(scores, corpus);
    }
    if (question.empty()) {
        fuse(hits, Mode::Keyword, {}, {}, {});
        return hits;
    }
    for (const Neighbour& neighbour : neighbours)
        hit_of(index_->passage(neighbour.passage)).unit = neighbour.cosine;
    for (const std::int64_t row : index_->rows_of(query.within)) hit_of(index_->passage(row));
    for (Hit& hit : hits) {
        // A passage whose vectors are still to come counts as an average one.
        const auto row = index_->row_of(hit.passage);
        hit.unit = row ? index_->best_unit(vector, *row) : unit.mean;
        hit.passage_vector = row ? index_->passage_cosine(vector, *row) : passage.mean;
    }
    fuse(hits, query.mode, keyword, unit, passage);
    return hits;
}

Result Searcher::read(const Query& query) {
    Result result;
    result.text = query.text;
    if (query.limit <= 0) return result;
    const library::Library::ReadTransaction transaction(library_);
    const bool vectors = query.mode != Mode::Keyword && (index_->dimension() > 0 || query.rerank);
    KeywordHits keyword_hits;
    if (query.mode != Mode::Vector)
        // Beside the question's encoding and the vectors, which together take as long.
        keyword_hits = std::async(vectors ? std::launch::async : std::launch::deferred,
                                  [&] { return keyword_search(query); });
    if (vectors) {
        const std::string_view text = query.text;
        result.question_tokens = std::move(read_tokens({&text, 1}, encoder_, *tokenizer_).front());
        result.question = result.question_tokens.mean;
    }
    const bool rerank_wanted = vectors && query.rerank;
    std::vector<Hit> hits = candidates(
        query, index_->dimension() > 0 ? std::span<const float>(result.question) : std::span<const float>(),
        std::move(keyword_hits));

    const auto limit = static_cast<std::size_t>(query.limit);
    const bool matched = vectors && query.mode == Mode::Hybrid;
    const Support support = load_distinct(
        std::move(hits), std::max({limit, matched ? kMatched : 0, rerank_wanted ? kReranked : 0}), result);
    if (matched) match_texts(query.text, result);
    if (rerank_wanted) {
        const std::size_t count = std::min(kReranked, result.hits.size());
        rerank(result, count);
        fold_versions(result, count, support);
    }
    if (result.hits.size() > limit) {
        result.hits.resize(limit);
        result.passages.resize(limit);
    }
    return result;
}

Support Searcher::load_distinct(std::vector<Hit> hits, std::size_t wanted, Result& result) const {
    DuplicateFilter duplicates;
    Support support;
    for (std::size_t from = 0; from < hits.size() && result.hits.size() < wanted;) {
        const std::size_t to = std::min(hits.size(), from + std::max(wanted, kExamined));
        std::vector<PassageId> ids;
        for (std::size_t i = from; i < to; ++i) ids.push_back(hits[i].passage);
        std::vector<std::optional<library::StoredPassage>> stored = load(library_, ids);
        for (const auto& passage : stored)
            if (passage) ++support[passage->document];
        for (std::size_t i = from; i < to && result.hits.size() < wanted; ++i) {
            std::optional<library::StoredPassage>& passage = stored[i - from];
            if (!passage) continue;
            const auto same = duplicates.admit(passage->text);
            if (!same) {
                result.hits.push_back(hits[i]);
                result.passages.push_back({std::move(*passage), {}, {}});
            } else if (same->identical && support[passage->document] >
                                              support[result.passages[same->admitted].stored.document]) {
                result.hits[same->admitted].passage = hits[i].passage;
                result.passages[same->admitted].stored = std::move(*passage);
            }
        }
        from = to;
    }
    return support;
}

void Searcher::match_texts(const std::string& question, Result& result) const {
    const TextMatcher matcher(question, index_->passages(),
                              [&](const std::string& word) { return library_.passages_with(word); });
    const std::optional<Language> language = language_of(question);
    std::map<DocumentId, std::string> names;
    for (std::size_t i = 0; i < result.hits.size(); ++i) {
        const library::StoredPassage& passage = result.passages[i].stored;
        const auto [name, is_new] = names.try_emplace(passage.document);
        if (is_new) name->second = name_of(library_, passage.document);
        TextMatch match = matcher.match(passage.text, passage.heading, name->second);
        if (language) match.language = share_in(passage.text, *language);
        add_text_match(result.hits[i], match);
    }
    sort_with_passages(result, [](std::vector<Hit>& hits) {
        std::stable_sort(hits.begin(), hits.end(),
                         [](const Hit& a, const Hit& b) { return a.score > b.score; });
    });
}

void Searcher::rerank(Result& result, std::size_t count) {
    std::vector<std::string_view> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(result.passages[i].stored.text);
    std::vector<TokenStates> states = read_tokens(texts, encoder_, *tokenizer_);
    std::map<DocumentId, std::vector<ByteRange>> sentences;
    for (std::size_t i = 0; i < count; ++i) {
        const library::StoredPassage& passage = result.passages[i].stored;
        const auto [ranges, is_new] = sentences.try_emplace(passage.document);
        if (is_new) ranges->second = library_.sentences(passage.document);
        Hit& hit = result.hits[i];
        hit.least_covered =
            summarize_matches(best_matches(result.question_tokens, states[i], 0, states[i].size())).least;
        hit.interaction = token_interaction(result.question_tokens, states[i], 1, states[i].size() - 1);
        const BestSentence best = best_sentence(result.question_tokens, states[i], passage, ranges->second);
        hit.sentence_interaction = best.interaction;
        result.passages[i].best_sentence = best.range;
        hit.reranked = true;
        result.passages[i].tokens = std::move(states[i]);
    }
    sort_with_passages(result, [&](std::vector<Hit>& hits) { add_interaction(hits, count); });
}

std::vector<Hit> Searcher::search(const Query& query) { return read(query).hits; }

}  // namespace corpuscope::search
