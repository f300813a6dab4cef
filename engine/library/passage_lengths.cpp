// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/library/passage_lengths.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string_view>

#include "engine/library/connection.h"

namespace corpuscope::library {
namespace {

constexpr std::int64_t kMostRoom = 4;  // numbers a passage

/// FTS5 stores the tokens of each column as one of SQLite's variable-length integers: seven bits a byte, the
/// highest first, all but the last with the top bit set.
std::uint32_t sum_of_columns(std::string_view sizes) {
    std::uint32_t sum = 0, column = 0;
    for (const char c : sizes) {
        const auto byte = static_cast<unsigned char>(c);
        column = column << 7 | (byte & 0x7F);
        if (byte & 0x80) continue;
        sum += column;
        column = 0;
    }
    return sum;
}

}  // namespace

void PassageLengths::load(SQLite::Database& database) {
    tokens_.clear();
    SQLite::Statement extent(database, "SELECT count(*), max(id), min(id) FROM passage_words_docsize");
    if (!extent.executeStep()) return;
    const std::int64_t count = extent.getColumn(0).getInt64(), last = extent.getColumn(1).getInt64();
    if (count == 0 || extent.getColumn(2).getInt64() < 0 || last / count > kMostRoom) return;
    tokens_.resize(static_cast<std::size_t>(last + 1), kUnknown);
    SQLite::Statement sizes(database, "SELECT id, sz FROM passage_words_docsize");
    while (sizes.executeStep())
        tokens_[static_cast<std::size_t>(sizes.getColumn(0).getInt64())] =
            sum_of_columns(blob(sizes.getColumn(1)));
}

}  // namespace corpuscope::library
