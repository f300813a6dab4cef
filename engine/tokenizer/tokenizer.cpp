// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tokenizer/tokenizer.h"

#include <sentencepiece_processor.h>

#include <stdexcept>

namespace corpuscope::tokenizer {

struct Tokenizer::State {
    sentencepiece::SentencePieceProcessor processor;
};

namespace {

constexpr std::string_view kSpaceMark = "\u2581";

std::int64_t character_bytes(std::string_view text, std::int64_t at) {
    std::int64_t end = at + 1;
    while (end < std::ssize(text) &&
           (static_cast<unsigned char>(text[static_cast<std::size_t>(end)]) & 0xC0) == 0x80)
        ++end;
    return end - at;
}

/// SentencePiece says where the first byte of a piece came from, and that may be the space before it, or the
/// punctuation mark before it that brought a space along. Brings the ranges to the characters themselves.
void tighten_ranges(std::string_view text, const std::vector<bool>& starts_word, std::vector<Piece>& pieces) {
    const auto is_space = [&](std::int64_t at) {
        const char c = text[static_cast<std::size_t>(at)];
        return c == ' ' || (c >= '\t' && c <= '\r');
    };
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        ByteRange& range = pieces[i].range;
        while (range.begin < range.end && is_space(range.begin)) ++range.begin;
        if (!range.empty() || i + 1 == pieces.size()) {
            if (range.empty() && range.begin < std::ssize(text))
                range.end = range.begin + character_bytes(text, range.begin);
            continue;
        }
        // Nothing is left for this piece: the next one starts at the same character. It is this piece's alone
        // where the next one is a word of its own.
        range.end = range.begin + character_bytes(text, range.begin);
        ByteRange& next = pieces[i + 1].range;
        if (starts_word[i + 1] && next.begin < range.end) next.begin = std::min(range.end, next.end);
    }
}

}  // namespace

Tokenizer::Tokenizer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tokenizer::~Tokenizer() = default;

std::shared_ptr<const Tokenizer> Tokenizer::load(const std::filesystem::path& model_file) {
    auto state = std::make_unique<State>();
    const auto status = state->processor.Load(model_file.string());
    if (!status.ok())
        throw std::runtime_error(model_file.string() +
                                 ": cannot be read as a SentencePiece model: " + status.ToString());
    return std::shared_ptr<const Tokenizer>(new Tokenizer(std::move(state)));
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view utf8) const {
    return state_->processor.EncodeAsIds({utf8.data(), utf8.size()});
}

std::vector<Piece> Tokenizer::encode_with_ranges(std::string_view utf8) const {
    const auto encoded = state_->processor.EncodeAsImmutableProto({utf8.data(), utf8.size()});
    std::vector<Piece> pieces;
    std::vector<bool> starts_word;
    for (std::size_t i = 0; i < encoded.pieces_size(); ++i) {
        const auto piece = encoded.pieces(static_cast<int>(i));
        pieces.push_back({static_cast<std::int32_t>(piece.id()), {piece.begin(), piece.end()}});
        starts_word.push_back(piece.piece().starts_with(kSpaceMark));
    }
    tighten_ranges(utf8, starts_word, pieces);
    return pieces;
}

std::string Tokenizer::piece(std::int32_t id) const {
    if (id < 0 || id >= vocabulary_size())
        throw std::out_of_range("token id " + std::to_string(id) + " is not in the vocabulary of " +
                                std::to_string(vocabulary_size()));
    return state_->processor.IdToPiece(id);
}

std::int32_t Tokenizer::vocabulary_size() const { return state_->processor.GetPieceSize(); }
std::int32_t Tokenizer::cls_id() const { return state_->processor.bos_id(); }
std::int32_t Tokenizer::sep_id() const { return state_->processor.eos_id(); }

}  // namespace corpuscope::tokenizer
