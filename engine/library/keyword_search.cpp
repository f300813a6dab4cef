// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "engine/library/keyword_query.h"
#include "engine/library/state.h"

namespace corpuscope::library {
namespace {

// SQLite's bm25 is smaller for better matches. The unary plus keeps the restriction from becoming the outer
// loop.
constexpr const char* kEverywhere =
    "SELECT rowid, rank FROM passage_words WHERE passage_words MATCH ?1 AND rank MATCH ?2 "
    "ORDER BY rank LIMIT ?3";
constexpr const char* kWithin =
    "SELECT rowid, rank FROM passage_words WHERE passage_words MATCH ?1 AND rank MATCH ?2 "
    "AND +rowid IN (SELECT id FROM passages WHERE document IN (SELECT value FROM json_each(?4))) "
    "ORDER BY rank LIMIT ?3";

std::string rank_function(const KeywordOptions& options) {
    std::string weights;
    for (const double weight : {options.text, options.heading, options.title}) {
        const nlohmann::json number = weight;
        weights += (weights.empty() ? "" : ", ") + number.dump();
    }
    return "bm25(" + weights + ")";
}

std::string json_of(std::span<const DocumentId> ids) {
    nlohmann::json list = nlohmann::json::array();
    for (const DocumentId id : ids) list.push_back(id.value);
    return list.dump();
}

}  // namespace

std::vector<KeywordHit> Library::keyword_search(std::string_view query, const KeywordOptions& options) const {
    const std::string expression = fts_query(query);
    if (expression.empty() || options.limit <= 0) return {};
    return state_->connection.guarded([&] {
        const bool everywhere = options.within.empty();
        Query statement = state_->connection.query(everywhere ? kEverywhere : kWithin);
        statement.bind(expression, rank_function(options), options.limit);
        if (!everywhere) statement->bind(4, json_of(options.within));
        std::vector<KeywordHit> hits;
        while (statement->executeStep()) {
            hits.push_back(
                {PassageId{statement->getColumn(0).getInt64()}, -statement->getColumn(1).getDouble()});
        }
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
    return state_->connection.guarded([&] {
        Query statement =
            state_->connection.query("SELECT count(*) FROM passage_words WHERE passage_words MATCH ?");
        statement.bind(expression);
        return statement->executeStep() ? statement->getColumn(0).getInt64() : std::int64_t{0};
    });
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
