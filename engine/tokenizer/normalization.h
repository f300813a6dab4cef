// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_set>

namespace corpuscope::tokenizer {

/// What BERT's basic tokenizer does to a text before WordPiece sees it, as SentencePiece normalization rules
/// ("charsmap"), so that the model file carries it and needs no code of ours: control characters removed,
/// white space made one space, accents stripped (NFD without Mn) and letters lower-cased where `lower_case`,
/// and spaces put around punctuation and around those CJK ideographs that `words` has (the others are unknown
/// in any case). Throws std::runtime_error where SentencePiece cannot compile the rules.
std::string compile_bert_normalization(bool lower_case, const std::unordered_set<std::string>& words);

}  // namespace corpuscope::tokenizer
