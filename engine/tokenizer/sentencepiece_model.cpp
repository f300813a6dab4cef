// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tokenizer/sentencepiece_model.h"

#include <bit>
#include <optional>
#include <stdexcept>

namespace corpuscope::tokenizer {
namespace {

// Field numbers of sentencepiece_model.proto.
namespace model_field {
constexpr std::uint32_t kPieces = 1, kTrainerSpec = 2, kNormalizerSpec = 3;
}
namespace piece_field {
constexpr std::uint32_t kPiece = 1, kScore = 2, kType = 3;
}
namespace trainer_field {
constexpr std::uint32_t kModelType = 3, kVocabularySize = 4;
constexpr std::uint32_t kUnkId = 40, kBosId = 41, kEosId = 42, kPadId = 43;
constexpr std::uint32_t kUnkPiece = 45, kBosPiece = 46, kEosPiece = 47, kPadPiece = 48;
constexpr std::uint64_t kUnigram = 1;
}  // namespace trainer_field
namespace normalizer_field {
constexpr std::uint32_t kName = 1, kCharsmap = 2;
}

enum WireType : std::uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

/// Appends fields of a protocol buffer message.
class MessageWriter {
 public:
    void add_varint(std::uint32_t field, std::uint64_t value) {
        put_varint(std::uint64_t{field} << 3 | kVarint);
        put_varint(value);
    }
    void add_float(std::uint32_t field, float value) {
        put_varint(std::uint64_t{field} << 3 | kFixed32);
        const auto bits = std::bit_cast<std::uint32_t>(value);
        for (int shift = 0; shift < 32; shift += 8) bytes_ += static_cast<char>(bits >> shift & 0xFF);
    }
    void add_bytes(std::uint32_t field, std::string_view value) {
        put_varint(std::uint64_t{field} << 3 | kBytes);
        put_varint(value.size());
        bytes_ += value;
    }
    const std::string& bytes() const { return bytes_; }

 private:
    void put_varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
        bytes_ += static_cast<char>(value);
    }
    std::string bytes_;
};

/// Finds fields of a protocol buffer message.
class MessageReader {
 public:
    explicit MessageReader(std::string_view bytes) : rest_(bytes) {}

    /// The first length-delimited field of this number.
    std::optional<std::string_view> find_bytes(std::uint32_t wanted) {
        while (!rest_.empty()) {
            const std::uint64_t key = varint();
            const auto type = static_cast<std::uint32_t>(key & 7);
            if (type == kBytes) {
                const std::string_view value = take(varint());
                if (key >> 3 == wanted) return value;
            } else if (type == kVarint) {
                varint();
            } else if (type == kFixed32 || type == kFixed64) {
                take(type == kFixed32 ? 4 : 8);
            } else {
                throw std::runtime_error("not a SentencePiece model");
            }
        }
        return std::nullopt;
    }

 private:
    std::string_view take(std::uint64_t count) {
        if (count > rest_.size()) throw std::runtime_error("a SentencePiece model that is cut short");
        const std::string_view value = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return value;
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(1).front());
            value |= std::uint64_t{byte & 0x7Fu} << shift;
            if ((byte & 0x80) == 0) break;
        }
        return value;
    }
    std::string_view rest_;
};

std::string serialize_piece(const ModelPiece& piece) {
    MessageWriter out;
    out.add_bytes(piece_field::kPiece, piece.text);
    out.add_float(piece_field::kScore, piece.score);
    if (piece.type != PieceType::Normal)
        out.add_varint(piece_field::kType, static_cast<std::uint64_t>(piece.type));
    return out.bytes();
}

std::string serialize_trainer_spec(const std::vector<ModelPiece>& pieces, const SpecialPieces& special) {
    MessageWriter out;
    out.add_varint(trainer_field::kModelType, trainer_field::kUnigram);
    out.add_varint(trainer_field::kVocabularySize, pieces.size());
    const auto add = [&](std::uint32_t id_field, std::uint32_t piece_field, std::int32_t id) {
        // A negative int32 is written as the 64-bit number of the same value.
        out.add_varint(id_field, static_cast<std::uint64_t>(std::int64_t{id}));
        if (id >= 0) out.add_bytes(piece_field, pieces[static_cast<std::size_t>(id)].text);
    };
    add(trainer_field::kUnkId, trainer_field::kUnkPiece, special.unknown);
    add(trainer_field::kBosId, trainer_field::kBosPiece, special.begin);
    add(trainer_field::kEosId, trainer_field::kEosPiece, special.end);
    add(trainer_field::kPadId, trainer_field::kPadPiece, special.padding);
    return out.bytes();
}

}  // namespace

std::string serialize_unigram_model(const std::vector<ModelPiece>& pieces, const SpecialPieces& special,
                                    std::string_view normalization_name, std::string_view charsmap) {
    MessageWriter model;
    for (const ModelPiece& piece : pieces) model.add_bytes(model_field::kPieces, serialize_piece(piece));
    model.add_bytes(model_field::kTrainerSpec, serialize_trainer_spec(pieces, special));
    MessageWriter normalizer;
    normalizer.add_bytes(normalizer_field::kName, normalization_name);
    normalizer.add_bytes(normalizer_field::kCharsmap, charsmap);
    model.add_bytes(model_field::kNormalizerSpec, normalizer.bytes());
    return model.bytes();
}

std::string charsmap_of(std::string_view serialized_model) {
    if (const auto spec = MessageReader(serialized_model).find_bytes(model_field::kNormalizerSpec))
        if (const auto charsmap = MessageReader(*spec).find_bytes(normalizer_field::kCharsmap))
            return std::string(*charsmap);
    throw std::runtime_error("the SentencePiece model has no normalization rules");
}

}  // namespace corpuscope::tokenizer
