// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// FTS5's bm25() counts the passages of every word of the query before it ranks one, each time: of three words
// that stand in a fifth of a million passages that is most of the work. This function is the same (Robertson
// and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, k1 = 1.2, b = 0.75) and is
// told what the words weigh.
#pragma once

#include <sqlite3.h>

#include <cstdint>

#include "engine/library/passage_lengths.h"

namespace corpuscope::library {

/// Inverse document frequency of a word as FTS5's bm25() has it: positive, next to nothing for a word that
/// more than half of the passages hold.
double inverse_document_frequency(std::int64_t passages, std::int64_t with);

/// Registers weighted_bm25(column weights..., word weights...) for FTS5 tables of this connection: one weight
/// a column, then the inverse document frequency of each phrase of the query in its order. Smaller is better,
/// as with bm25(). A passage whose length `lengths`, which lives as long as the connection, does not know is
/// looked up. Throws LibraryError.
void register_weighted_bm25(sqlite3* database, PassageLengths& lengths);

}  // namespace corpuscope::library
