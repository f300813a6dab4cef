// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "engine/library/bm25.h"
#include "engine/library/keyword_query.h"
#include "engine/library/state.h"

namespace corpuscope::library {
namespace {

constexpr std::size_t kRememberedCounts = 10'000;

// The rank is smaller for better matches. The unary plus keeps the restriction from becoming the outer loop.
constexpr const char* kEverywhere =
    "SELECT rowid, rank FROM passage_words WHERE passage_words MATCH ?1 AND rank MATCH ?2 "
    "ORDER BY rank LIMIT ?3";
constexpr const char* kWithin =
    "SELECT rowid, rank FROM passage_words WHERE passage_words MATCH ?1 AND rank MATCH ?2 "
    "AND +rowid IN (SELECT id FROM passages WHERE document IN (SELECT value FROM json_each(?4))) "
    "ORDER BY rank LIMIT ?3";

struct Term {
    std::string phrase;
    std::int64_t passages = 0;  // that hold it
};
using Terms = std::span<const Term>;

/// Rarest first. Each is an argument of the rank function, of which SQLite takes 127, FTS5's own and the
/// weights of the columns among them.
constexpr std::size_t kMostTerms = 120;

std::string any_of(Terms terms) {
    std::string expression;
    for (const Term& term : terms) expression += (expression.empty() ? "" : " OR ") + term.phrase;
    return expression;
}

/// Words that nearly half of the passages hold weigh next to nothing and take longest: without them 200
/// questions to a million passages took a tenth less time and the slowest a quarter. Guessing how often a
/// common word stands in the corpus from samples, instead of counting, gained nothing.
void drop_weightless(std::vector<Term>& terms, std::int64_t many, std::int64_t passages) {
    constexpr double kWeightless = 0.1;
    while (terms.size() > 1 && terms.back().passages > many &&
           inverse_document_frequency(passages, terms.back().passages) < kWeightless)
        terms.pop_back();
}

/// How many of the terms, rarest first, are looked for; passages that hold only others are not ranked.
std::size_t count_sought(Terms terms, std::int64_t most) {
    std::size_t sought = 0;
    for (std::int64_t passages = 0; sought < terms.size(); ++sought) {
        passages += terms[sought].passages;
        if (passages > most && sought > 0) break;
    }
    return sought;
}

/// Not with an exponent, which FTS5 does not read.
std::string decimal(double value) {
    std::array<char, 64> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed, 12).ptr;
    return {digits.begin(), end};
}

std::string rank_function(const KeywordOptions& options, Terms terms, std::int64_t passages) {
    std::string weights;
    const auto add = [&](double weight) { weights += (weights.empty() ? "" : ", ") + decimal(weight); };
    for (const double weight : {options.text, options.heading, options.title}) add(weight);
    for (const Term& term : terms) add(inverse_document_frequency(passages, term.passages));
    return "weighted_bm25(" + weights + ")";
}

std::string json_of(std::span<const DocumentId> ids) {
    nlohmann::json list = nlohmann::json::array();
    for (const DocumentId id : ids) list.push_back(id.value);
    return list.dump();
}

}  // namespace

std::int64_t Library::State::count_matches(const std::string& phrase) {
    const Version version = this->version();
    if (version != matches_version_ || matches_.size() >= kRememberedCounts) matches_.clear();
    matches_version_ = version;
    if (const auto known = matches_.find(phrase); known != matches_.end()) return known->second;
    Query statement =
        connection.query(phrase.empty() ? "SELECT count(*) FROM passage_words_docsize"
                                        : "SELECT count(*) FROM passage_words WHERE passage_words MATCH ?");
    if (!phrase.empty()) statement.bind(phrase);
    const std::int64_t count = statement->executeStep() ? statement->getColumn(0).getInt64() : 0;
    matches_.emplace(phrase, count);
    return count;
}

Library::State::Version Library::State::version() {
    return {connection.number("PRAGMA data_version"),
            sqlite3_total_changes64(connection.database().getHandle())};
}

void Library::State::keep_lengths() {
    const Version version = this->version();
    if (version != lengths_version_) {
        connection.lengths().forget();
        if (version == searched_version_) {
            connection.lengths().load(connection.database());
            lengths_version_ = version;
        }
    }
    searched_version_ = version;
}

std::vector<KeywordHit> Library::keyword_search(std::string_view query, const KeywordOptions& options) const {
    if (options.limit <= 0) return {};
    return state_->connection.guarded([&] {
        state_->keep_lengths();
        std::vector<Term> terms;
        for (const std::string& phrase : fts_terms(query))
            // A word without passages would not even be a phrase where it has no letters for FTS5.
            if (const std::int64_t count = state_->count_matches(phrase); count > 0)
                terms.push_back({phrase, count});
        std::vector<KeywordHit> hits;
        if (terms.empty()) return hits;
        std::stable_sort(terms.begin(), terms.end(),
                         [](const Term& a, const Term& b) { return a.passages < b.passages; });
        if (terms.size() > kMostTerms) terms.resize(kMostTerms);
        drop_weightless(terms, options.ranked, state_->count_matches({}));

        const bool everywhere = options.within.empty();
        const std::string ranked = rank_function(options, terms, state_->count_matches({}));
        const auto search = [&](const std::string& expression, const std::string& rank) {
            Query statement = state_->connection.query(everywhere ? kEverywhere : kWithin);
            statement.bind(expression, rank, options.limit);
            if (!everywhere) statement->bind(4, json_of(options.within));
            while (statement->executeStep())
                hits.push_back(
                    {PassageId{statement->getColumn(0).getInt64()}, -statement->getColumn(1).getDouble()});
        };
        const std::size_t sought = everywhere ? count_sought(terms, options.ranked) : terms.size();
        const std::string rare = any_of(Terms(terms).first(sought));
        if (sought == terms.size()) {
            search(rare, ranked);
            return hits;
        }
        // The other words count where they stand beside a rare one. A word that an expression names twice
        // would count twice, hence two searches that share no passage.
        const std::string common = any_of(Terms(terms).subspan(sought));
        search('(' + rare + ") AND (" + common + ')', ranked);
        // Where even the rarest word is common, passages that hold nothing else of the question come last.
        const bool enough = terms.front().passages > options.ranked && std::ssize(hits) >= options.limit;
        if (!enough) search('(' + rare + ") NOT (" + common + ')', ranked);
        std::stable_sort(hits.begin(), hits.end(),
                         [](const KeywordHit& a, const KeywordHit& b) { return a.score > b.score; });
        if (hits.size() > static_cast<std::size_t>(options.limit))
            hits.resize(static_cast<std::size_t>(options.limit));
        return hits;
    });
}

std::vector<KeywordHit> Library::keyword_search(std::string_view query, int limit) const {
    KeywordOptions options;
    options.limit = limit;
    return keyword_search(query, options);
}

std::int64_t Library::passages_with(std::string_view phrase) const {
    const std::string expression = fts_phrase(phrase);
    if (expression.empty()) return 0;
    return state_->connection.guarded([&] { return state_->count_matches(expression); });
}

std::vector<PhraseHit> Library::documents_with_phrase(std::string_view phrase) const {
    const std::string expression = fts_phrase(phrase);
    if (expression.empty()) return {};
    return state_->connection.guarded([&] {
        Query statement = state_->connection.query(
            "SELECT passages.document, count(*) AS hits FROM passage_words "
            "JOIN passages ON passages.id = passage_words.rowid WHERE passage_words MATCH ? "
            "GROUP BY passages.document ORDER BY hits DESC, passages.document");
        statement.bind(expression);
        std::vector<PhraseHit> documents;
        while (statement->executeStep()) {
            documents.push_back(
                {DocumentId{statement->getColumn(0).getInt64()}, statement->getColumn(1).getInt64()});
        }
        return documents;
    });
}

}  // namespace corpuscope::library
