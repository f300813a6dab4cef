// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/library/bm25.h"

#include <algorithm>
#include <cmath>

#include "engine/library/library.h"

namespace corpuscope::library {
namespace {

constexpr double kSaturation = 1.2;  // k1
constexpr double kLength = 0.75;     // b
constexpr double kLeastWeight = 1e-6;

/// Tokens of the passage being ranked, over the mean of all.
double relative_length(const Fts5ExtensionApi* api, Fts5Context* context, int& status) {
    sqlite3_int64 passages = 0, tokens = 0;
    int own = 0;
    status = api->xRowCount(context, &passages);
    if (status == SQLITE_OK) status = api->xColumnTotalSize(context, -1, &tokens);
    if (status != SQLITE_OK || tokens <= 0) return 1;
    const auto* lengths = static_cast<const PassageLengths*>(api->xUserData(context));
    if (const auto known = lengths->of(api->xRowid(context)))
        own = static_cast<int>(*known);
    else
        status = api->xColumnSize(context, -1, &own);
    return own * static_cast<double>(passages) / static_cast<double>(tokens);
}

/// How often the phrase stands in the passage being ranked, each time with its column's weight. Not through
/// xInst, which puts the places of all phrases in order first: 5 % of a search.
double weighted_occurrences(const Fts5ExtensionApi* api, Fts5Context* context, int phrase,
                            sqlite3_value** weights, int& status) {
    double sum = 0;
    int column = -1, token = 0;
    Fts5PhraseIter iterator{};
    status = api->xPhraseFirst(context, phrase, &iterator, &column, &token);
    for (; status == SQLITE_OK && column >= 0; api->xPhraseNext(context, &iterator, &column, &token))
        sum += sqlite3_value_double(weights[column]);
    return sum;
}

void weighted_bm25(const Fts5ExtensionApi* api, Fts5Context* context, sqlite3_context* result, int given,
                   sqlite3_value** weights) {
    const int columns = api->xColumnCount(context), phrases = api->xPhraseCount(context);
    if (given != columns + phrases) {
        sqlite3_result_error(result, "weighted_bm25: wants a weight a column and a phrase", -1);
        return;
    }
    int status = SQLITE_OK;
    const double length = relative_length(api, context, status);
    double score = 0;
    for (int p = 0; p < phrases && status == SQLITE_OK; ++p) {
        const double n = weighted_occurrences(api, context, p, weights, status);
        score += sqlite3_value_double(weights[columns + p]) * n * (kSaturation + 1) /
                 (n + kSaturation * (1 - kLength + kLength * length));
    }
    if (status == SQLITE_OK)
        sqlite3_result_double(result, -score);
    else
        sqlite3_result_error_code(result, status);
}

fts5_api* api_of(sqlite3* database) {
    fts5_api* api = nullptr;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return api;
}

}  // namespace

double inverse_document_frequency(std::int64_t passages, std::int64_t with) {
    const auto all = static_cast<double>(passages), found = static_cast<double>(with);
    const double odds = (all - found + 0.5) / (found + 0.5);
    return odds > 0 ? std::max(kLeastWeight, std::log(odds)) : kLeastWeight;
}

void register_weighted_bm25(sqlite3* database, PassageLengths& lengths) {
    fts5_api* api = api_of(database);
    if (api == nullptr ||
        api->xCreateFunction(api, "weighted_bm25", &lengths, weighted_bm25, nullptr) != SQLITE_OK)
        throw LibraryError("this SQLite has no FTS5, which a library needs");
}

}  // namespace corpuscope::library
