// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Late interaction: a question and a passage are compared token by token, each token in the context it was
// read in (MaxSim; Khattab and Zaharia, "ColBERT", 2020).
//
// Tried and lost: projecting the states by a matrix learned for this comparison, as ColBERT does, here on
// 10,700 questions of SQuAD from the identity on: on its development articles recall@1 .860 for .862; on 90
// questions over manuals MRR@10 .578 and .816 for .604 and .846.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/longnet/encoder.h"
#include "engine/tokenizer/tokenizer.h"
#include "engine/types.h"

namespace corpuscope::search {

/// States of the tokens of one text that was encoded by itself, every row of length 1. Row 0 is [CLS], the
/// last is [SEP], row r between them is token r - 1.
struct TokenStates {
    std::int64_t dimension = 0;
    std::vector<float> rows;        ///< [tokens + 2, dimension]
    std::vector<ByteRange> ranges;  ///< [tokens], of the text
    std::vector<float> mean;        ///< [dimension]: of all rows as the encoder gave them, made unit length

    std::int64_t size() const { return dimension ? static_cast<std::int64_t>(rows.size()) / dimension : 0; }
    const float* row(std::int64_t index) const { return rows.data() + index * dimension; }
    /// Rows [first, second) of the tokens that lie within `range` of the text, those cut by its ends
    /// included.
    std::pair<std::int64_t, std::int64_t> rows_within(const ByteRange& range) const;
};

/// Encodes texts, each whole and by itself; of a text longer than one window the beginning.
std::vector<TokenStates> read_tokens(std::span<const std::string_view> texts, longnet::Encoder& encoder,
                                     const tokenizer::Tokenizer& tokenizer);

/// For each row of `question` the best cosine among rows [begin, end) of `text`; -1 where that is empty.
std::vector<float> best_matches(const TokenStates& question, const TokenStates& text, std::int64_t begin,
                                std::int64_t end);

/// Mean over the question's tokens, [CLS] and [SEP] left out, of the best cosine among rows [begin, end) of
/// `text`; 0 where either has none.
double token_interaction(const TokenStates& question, const TokenStates& text, std::int64_t begin,
                         std::int64_t end);

struct Interaction {
    double mean = 0;
    double least = 0;
};
Interaction summarize_matches(std::span<const float> matches);

}  // namespace corpuscope::search
