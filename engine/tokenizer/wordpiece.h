// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace corpuscope::tokenizer {

/// Makes a SentencePiece unigram model of BERT's WordPiece vocabulary (`vocab.txt`, one piece a line). Piece
/// i is line i, so ids stay valid: "word" becomes "▁word", "##sub" becomes "sub", "[unused…]" is of type
/// UNUSED, "[CLS]", "[SEP]",
/// "[PAD]" and "[MASK]" are CONTROL, "[UNK]" is UNKNOWN. Scores make the longest first piece win nearly
/// always, as WordPiece's greedy match does. Throws std::runtime_error naming the file and the line.
void convert_wordpiece(const std::filesystem::path& vocabulary, bool lower_case,
                       const std::filesystem::path& model_file);

}  // namespace corpuscope::tokenizer
