// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/library/bm25.h"

#include <algorithm>
#include <cmath>
#include <vector>

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
    if (status == SQLITE_OK) status = api->xColumnSize(context, -1, &own);
    return tokens > 0 ? own * static_cast<double>(passages) / static_cast<double>(tokens) : 1;
}

void weighted_bm25(const Fts5ExtensionApi* api, Fts5Context* context, sqlite3_context* result, int given,
                   sqlite3_value** weights) {
    const int columns = api->xColumnCount(context), phrases = api->xPhraseCount(context);
    if (given != columns + phrases) {
        sqlite3_result_error(result, "weighted_bm25: wants a weight a column and a phrase", -1);
        return;
    }
    std::vector<double> occurrences(static_cast<std::size_t>(phrases));
    int status = SQLITE_OK, count = 0;
    const double length = relative_length(api, context, status);
    if (status == SQLITE_OK) status = api->xInstCount(context, &count);
    for (int i = 0; i < count && status == SQLITE_OK; ++i) {
        int phrase = 0, column = 0, token = 0;
        status = api->xInst(context, i, &phrase, &column, &token);
        if (status == SQLITE_OK)
            occurrences[static_cast<std::size_t>(phrase)] += sqlite3_value_double(weights[column]);
    }
    if (status != SQLITE_OK) {
        sqlite3_result_error_code(result, status);
        return;
    }
    double score = 0;
    for (int p = 0; p < phrases; ++p) {
        const double n = occurrences[static_cast<std::size_t>(p)];
        score += sqlite3_value_double(weights[columns + p]) * n * (kSaturation + 1) /
                 (n + kSaturation * (1 - kLength + kLength * length));
    }
    sqlite3_result_double(result, -score);
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

void register_weighted_bm25(sqlite3* database) {
    fts5_api* api = api_of(database);
    if (api == nullptr ||
        api->xCreateFunction(api, "weighted_bm25", nullptr, weighted_bm25, nullptr) != SQLITE_OK)
        throw LibraryError("this SQLite has no FTS5, which a library needs");
}

}  // namespace corpuscope::library
