// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/library/library.h"
#include "engine/longnet/encoder.h"
#include "engine/search/late_interaction.h"
#include "engine/search/vector_index.h"
#include "engine/tokenizer/tokenizer.h"
#include "engine/types.h"

namespace corpuscope::search {

enum class Mode : std::uint8_t { Hybrid, Keyword, Vector };
std::optional<Mode> mode_from(std::string_view name);  ///< "hybrid", "keyword", "vector"

struct Hit {
    PassageId passage;
    double score = 0;    ///< what the order is by: `fused`, after the rerank with the interactions added
    double keyword = 0;  ///< BM25; 0 where no word matched
    double unit = 0;     ///< best cosine of a unit of the passage with the question
    double passage_vector = 0;  ///< cosine of the passage's vector with the question
    /// Weighted sum of the z-scores of the three above and, in hybrid mode, of the shares of the question's
    /// words in the text; BM25 itself in keyword mode.
    double fused = 0;
    /// Mean over the question's tokens of the best cosine among the passage's tokens, and the best of the
    /// means over the tokens of one of its sentences.
    double interaction = 0, sentence_interaction = 0;
    double least_covered = 0;   ///< the lowest of the tokens' best cosines, [CLS] and [SEP] among them
    double words = 0;           ///< TextMatch::words; hybrid mode
    bool names_others = false;  ///< TextMatch::names_others; hybrid mode
    bool reranked = false;      ///< whether the interactions and least_covered were computed
};

struct Query {
    std::string text;
    Mode mode = Mode::Hybrid;
    int limit = 10;
    bool rerank =
        true;  ///< hybrid and vector: encode the best passages again, whole and alone, for late interaction
    std::vector<DocumentId> within;  ///< empty: the whole corpus
};

/// A passage as the rerank read it: its text and the states of its tokens.
struct ReadPassage {
    library::StoredPassage stored;
    TokenStates tokens;
    ByteRange best_sentence;  ///< in the text: the one that answers best by itself; empty where not reranked
};

/// How many of the best candidates of a search each document has.
using Support = std::map<DocumentId, int>;

/// What a search found and what it read on the way, so that nobody needs to encode the same text twice.
struct Result {
    std::vector<Hit> hits;
    std::string text;                   ///< the question
    std::vector<float> question;        ///< [dimension], unit length; empty in keyword mode
    TokenStates question_tokens;        ///< empty without rerank
    std::vector<ReadPassage> passages;  ///< of the hits, in their order; token states only where reranked
};

/// Answers queries from one library. Not safe on several threads at once (the encoder is not).
class Searcher {
 public:
    Searcher(const library::Library& library, std::shared_ptr<const VectorIndex> index,
             longnet::Encoder& encoder, std::shared_ptr<const tokenizer::Tokenizer> tokenizer);

    std::vector<Hit> search(const Query& query);
    Result read(const Query& query);  ///< the same with texts and token states

    const VectorIndex& index() const { return *index_; }

 private:
    using KeywordHits = std::future<std::vector<library::KeywordHit>>;  ///< not valid: none are wanted

    std::vector<library::KeywordHit> keyword_search(const Query& query) const;
    std::vector<Hit> candidates(const Query& query, std::span<const float> question,
                                KeywordHits keyword_hits) const;
    Support load_distinct(std::vector<Hit> hits, std::size_t wanted, Result& result) const;
    void match_texts(const std::string& question, Result& result) const;
    void rerank(Result& result, std::size_t count);

    const library::Library& library_;
    std::shared_ptr<const VectorIndex> index_;
    longnet::Encoder& encoder_;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer_;
};

}  // namespace corpuscope::search
