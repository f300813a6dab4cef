// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/vector_index.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace corpuscope::search {
namespace {

/// Passages that the moments are taken over; more would cost time and hardly change them.
constexpr std::int64_t kMomentSample = 4096;
constexpr std::size_t kValuesABatch = std::size_t{1} << 22;
template <typename Score>
Moments moments_over(std::int64_t passages, Score score) {
    const std::int64_t step = std::max<std::int64_t>(1, passages / kMomentSample);
    double sum = 0, squares = 0;
    std::int64_t count = 0;
    for (std::int64_t row = 0; row < passages; row += step, ++count) {
        const double value = score(row);
        sum += value;
        squares += value * value;
    }
    if (count == 0) return {};
    const double mean = sum / static_cast<double>(count);
    return {mean, std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean))};
}

/// What the index takes of a document.
struct IndexedDocument {
    DocumentId id;
    std::vector<library::PassageUnits> passages;
    library::DocumentVectors vectors;
};

/// Documents that are encoded for the index while the next ones are loaded.
struct Batch {
    std::vector<IndexedDocument> documents;
    std::size_t values = 0;  ///< of their units' vectors
};

}  // namespace

struct VectorIndex::State {
    std::int64_t dimension = 0;
    bool quantized = false;
    std::optional<VectorRows> units, passages;  // with the first vectors
    std::vector<PassageId> ids;                 // [passages]
    std::vector<std::int64_t> first_unit;       // [passages + 1]
    std::vector<DocumentId> documents;          // [documents]
    std::vector<std::int64_t> first_row;        // [documents + 1]: first passage of each
    std::unordered_map<PassageId, std::int64_t> rows;

    void add(const IndexedDocument& document);
};

void VectorIndex::State::add(const IndexedDocument& document) {
    const auto rows_of = [&](const std::vector<float>& values, std::int64_t first, std::int64_t count) {
        return std::span(values).subspan(static_cast<std::size_t>(first * dimension),
                                         static_cast<std::size_t>(count * dimension));
    };
    documents.push_back(document.id);
    for (std::size_t p = 0; p < document.passages.size(); ++p) {
        const auto row = static_cast<std::int64_t>(ids.size());
        const library::PassageUnits& passage = document.passages[p];
        if (passage.units == 0) continue;
        units->add(rows_of(document.vectors.units, passage.first_unit, passage.units));
        passages->add(rows_of(document.vectors.passages, static_cast<std::int64_t>(p), 1));
        ids.push_back(passage.id);
        first_unit.push_back(first_unit.back() + passage.units);
        rows.emplace(passage.id, row);
    }
    first_row.push_back(static_cast<std::int64_t>(ids.size()));
}

VectorIndex::VectorIndex(std::unique_ptr<State> state) : state_(std::move(state)) {}
VectorIndex::~VectorIndex() = default;

std::shared_ptr<const VectorIndex> VectorIndex::build(const library::Library& library,
                                                      const IndexOptions& options) {
    const library::Library::ReadTransaction transaction(library);
    auto state = std::make_unique<State>();
    state->first_unit.push_back(0);
    state->first_row.push_back(0);
    const library::Counts counts = library.counts();
    state->quantized = counts.units >= options.quantize_from;
    std::vector<DocumentId> ready;
    for (const library::DocumentRecord& record : library.documents())
        if (record.state == library::DocumentState::Ready) ready.push_back(record.id);

    const auto prepare = [&](std::int64_t dimension) {
        const RowEncoding encoding = state->quantized ? RowEncoding::Packed : RowEncoding::Float32;
        state->dimension = dimension;
        state->units.emplace(dimension, encoding).reserve(counts.units);
        state->passages.emplace(dimension, encoding).reserve(counts.passages);
    };
    Batch batch;
    std::future<void> adding;
    const auto add = [&] {
        if (adding.valid()) adding.get();
        adding = std::async(std::launch::async, [&state, documents = std::exchange(batch, {}).documents] {
            for (const IndexedDocument& document : documents) state->add(document);
        });
    };
    for (const DocumentId id : ready) {
        auto vectors = library.vectors(id);
        if (!vectors || vectors->dimension == 0) continue;
        if (state->dimension == 0) prepare(vectors->dimension);
        if (vectors->dimension != state->dimension)
            throw std::runtime_error(library.file().string() +
                                     ": holds vectors of different dimensions; encode it anew");
        batch.values += vectors->units.size();
        batch.documents.push_back({id, library.passage_units(id), std::move(*vectors)});
        if (batch.values >= kValuesABatch) add();
    }
    add();
    adding.get();
    return std::shared_ptr<const VectorIndex>(new VectorIndex(std::move(state)));
}

std::int64_t VectorIndex::passages() const { return static_cast<std::int64_t>(state_->ids.size()); }
std::int64_t VectorIndex::units() const { return state_->first_unit.back(); }
std::int64_t VectorIndex::dimension() const { return state_->dimension; }
bool VectorIndex::quantized() const { return state_->quantized; }

PassageId VectorIndex::passage(std::int64_t row) const {
    return state_->ids.at(static_cast<std::size_t>(row));
}

DocumentId VectorIndex::document(std::int64_t row) const {
    const auto& first = state_->first_row;
    const auto after = std::upper_bound(first.begin(), first.end(), row);
    return state_->documents.at(static_cast<std::size_t>(after - first.begin() - 1));
}

std::optional<std::int64_t> VectorIndex::row_of(PassageId passage) const {
    const auto found = state_->rows.find(passage);
    if (found == state_->rows.end()) return std::nullopt;
    return found->second;
}

std::vector<std::int64_t> VectorIndex::rows_of(std::span<const DocumentId> documents) const {
    std::vector<std::int64_t> rows;
    for (std::size_t d = 0; d < state_->documents.size(); ++d) {
        if (std::find(documents.begin(), documents.end(), state_->documents[d]) == documents.end()) continue;
        for (std::int64_t row = state_->first_row[d]; row < state_->first_row[d + 1]; ++row)
            rows.push_back(row);
    }
    return rows;
}

RowQuestion VectorIndex::prepare(std::span<const float> question) const {
    return state_->units ? state_->units->prepare(question) : RowQuestion{.values = question, .codes = {}};
}

std::vector<Neighbour> VectorIndex::nearest(const RowQuestion& question, std::int64_t limit) const {
    limit = std::min(limit, units());
    if (limit <= 0) return {};
    std::vector<Neighbour> neighbours;
    std::unordered_set<std::int64_t> seen;
    for (const auto& [unit, cosine] : state_->units->nearest(question, limit)) {
        const auto after = std::upper_bound(state_->first_unit.begin(), state_->first_unit.end(), unit);
        const std::int64_t row = after - state_->first_unit.begin() - 1;
        if (seen.insert(row).second) neighbours.push_back({row, cosine});
    }
    return neighbours;
}

std::vector<float> VectorIndex::unit_cosines(const RowQuestion& question, std::int64_t row) const {
    const std::int64_t begin = state_->first_unit.at(static_cast<std::size_t>(row));
    const std::int64_t end = state_->first_unit.at(static_cast<std::size_t>(row) + 1);
    std::vector<float> cosines(static_cast<std::size_t>(end - begin));
    state_->units->cosines(question, begin, end, cosines.data());
    return cosines;
}

float VectorIndex::best_unit(const RowQuestion& question, std::int64_t row) const {
    const std::vector<float> cosines = unit_cosines(question, row);
    return *std::max_element(cosines.begin(), cosines.end());
}

float VectorIndex::passage_cosine(const RowQuestion& question, std::int64_t row) const {
    float cosine = 0;
    state_->passages->cosines(question, row, row + 1, &cosine);
    return cosine;
}

Moments VectorIndex::unit_moments(const RowQuestion& question) const {
    return moments_over(passages(), [&](std::int64_t row) { return best_unit(question, row); });
}

Moments VectorIndex::passage_moments(const RowQuestion& question) const {
    return moments_over(passages(), [&](std::int64_t row) { return passage_cosine(question, row); });
}

}  // namespace corpuscope::search
