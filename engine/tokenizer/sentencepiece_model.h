// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes a SentencePiece model file. Its format is a protocol buffer (ModelProto of
// sentencepiece_model.proto), but the library's packages do not ship the generated header; the few fields
// that a unigram model needs are written here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::tokenizer {

/// ModelProto.SentencePiece.Type.
enum class PieceType : std::uint8_t {
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6
};

struct ModelPiece {
    std::string text;
    float score = 0;
    PieceType type = PieceType::Normal;
};

/// Special pieces by their place in the vocabulary; -1: none.
struct SpecialPieces {
    std::int32_t unknown = -1, begin = -1, end = -1, padding = -1;
};

/// A unigram model. `charsmap` are the compiled normalization rules (see normalization.h).
std::string serialize_unigram_model(const std::vector<ModelPiece>& pieces, const SpecialPieces& special,
                                    std::string_view normalization_name, std::string_view charsmap);

/// normalizer_spec.precompiled_charsmap of a serialized model. Throws std::runtime_error where there is none.
std::string charsmap_of(std::string_view serialized_model);

}  // namespace corpuscope::tokenizer
