// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/library/library.h"
#include "engine/longnet/encoder.h"
#include "engine/tokenizer/tokenizer.h"
#include "engine/types.h"

namespace corpuscope::search {

enum class Mode : std::uint8_t { Hybrid, Keyword, Vector };
std::optional<Mode> mode_from(std::string_view name);  ///< "hybrid", "keyword", "vector"

struct Hit {
    PassageId passage;
    double score = 0;        ///< what the order is by: the fused score, after the rerank the mean of both
    double keyword = 0;      ///< BM25; 0 where no word matched
    double unit = 0;         ///< best cosine of a unit of the passage with the question
    double passage_vector = 0;
    double interaction = 0;      ///< mean over the question's tokens of the best cosine among the passage's tokens
    double least_covered = 0;    ///< the lowest of those best cosines
};

struct Query {
    std::string text;
    Mode mode = Mode::Hybrid;
    int limit = 10;
    bool rerank = true;  ///< hybrid and vector: encode the best passages again, whole and alone, for late interaction
    std::vector<DocumentId> within;  ///< empty: the whole corpus
};

/// Vectors of a whole library held in memory for searching. Immutable: safe on several threads.
class VectorIndex {
 public:
    static std::shared_ptr<const VectorIndex> build(const library::Library& library);
    ~VectorIndex();
    std::int64_t passages() const;
    std::int64_t units() const;
    struct State;
    const State& state() const { return *state_; }

 private:
    VectorIndex();
    std::unique_ptr<State> state_;
};

/// Answers queries from one library. Not safe on several threads at once (the encoder is not).
class Searcher {
 public:
    Searcher(const library::Library& library, std::shared_ptr<const VectorIndex> index, longnet::Encoder& encoder,
             std::shared_ptr<const tokenizer::Tokenizer> tokenizer);
    std::vector<Hit> search(const Query& query);

 private:
    const library::Library& library_;
    std::shared_ptr<const VectorIndex> index_;
    longnet::Encoder& encoder_;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer_;
};

}  // namespace corpuscope::search
