// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/library/library.h"
#include "engine/search/vector_rows.h"
#include "engine/types.h"

namespace corpuscope::search {

struct IndexOptions {
    /// From this many units on, vectors are held in 4 bits a dimension (an eighth of the memory, cosines
    /// within some 0.006; vector_rows.h) instead of float32.
    std::int64_t quantize_from = 400'000;
};

/// A row of the index and its cosine with what was searched for.
struct Neighbour {
    std::int64_t passage = 0;  ///< row of the passage, not its id
    float cosine = 0;
};

/// Mean and standard deviation of a score over the corpus.
struct Moments {
    double mean = 0;
    double deviation = 0;
    double standardize(double score) const { return deviation > 0 ? (score - mean) / deviation : 0; }
};

/// Vectors of all units and passages of a library, held in memory for searching. Every row of a passage's
/// units stands together. Immutable: safe on several threads.
class VectorIndex {
 public:
    static std::shared_ptr<const VectorIndex> build(const library::Library& library,
                                                    const IndexOptions& options = {});
    ~VectorIndex();

    std::int64_t passages() const;
    std::int64_t units() const;
    std::int64_t dimension() const;  ///< 0: no vectors yet
    bool quantized() const;

    PassageId passage(std::int64_t row) const;
    DocumentId document(std::int64_t row) const;
    std::optional<std::int64_t> row_of(PassageId passage) const;
    std::vector<std::int64_t> rows_of(std::span<const DocumentId> documents) const;

    /// Of a question's vector [dimension], which must outlive it.
    RowQuestion prepare(std::span<const float> question) const;
    /// The passages of the `limit` units nearest to `question`, each once with its best cosine, best first.
    std::vector<Neighbour> nearest(const RowQuestion& question, std::int64_t limit) const;
    /// Cosine of the best unit of a passage, of each unit of it, and of the passage's own vector.
    float best_unit(const RowQuestion& question, std::int64_t row) const;
    std::vector<float> unit_cosines(const RowQuestion& question, std::int64_t row) const;
    float passage_cosine(const RowQuestion& question, std::int64_t row) const;

    /// Moments of best_unit and passage_cosine over all passages, or an even sample of them where they are
    /// many.
    Moments unit_moments(const RowQuestion& question) const;
    Moments passage_moments(const RowQuestion& question) const;

 private:
    struct State;
    explicit VectorIndex(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace corpuscope::search
