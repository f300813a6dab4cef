// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/types.h"

namespace corpuscope::tokenizer {

struct Piece {
    std::int32_t id = 0;
    ByteRange range;  ///< bytes of the text that was given
};

/// Text to token ids with a SentencePiece model (`tokenizer.model` of a model folder). Safe on several
/// threads at once.
class Tokenizer {
 public:
    /// Throws std::runtime_error naming the file where it is missing or not a SentencePiece model.
    static std::shared_ptr<const Tokenizer> load(const std::filesystem::path& model_file);

    Tokenizer(const Tokenizer&) = delete;
    Tokenizer& operator=(const Tokenizer&) = delete;
    ~Tokenizer();

    std::vector<std::int32_t> encode(std::string_view utf8) const;  ///< without [CLS] and [SEP]
    std::vector<Piece> encode_with_ranges(std::string_view utf8) const;
    std::string piece(std::int32_t id) const;
    std::int32_t vocabulary_size() const;
    std::int32_t cls_id() const;
    std::int32_t sep_id() const;

 private:
    struct State;
    explicit Tokenizer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace corpuscope::tokenizer
