// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/vector_index.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexScalarQuantizer.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/search/inner_products.h"

namespace corpuscope::search {
namespace {

/// Passages that the moments are taken over; more would cost time and hardly change them.
constexpr std::int64_t kMomentSample = 4096;
/// Rows that the 8-bit ranges are learned from.
constexpr std::int64_t kTrainingRows = 65'536;

std::unique_ptr<faiss::IndexFlatCodes> make_index(std::int64_t dimension, bool quantize) {
    const int d = static_cast<int>(dimension);
    if (quantize)
        return std::make_unique<faiss::IndexScalarQuantizer>(d, faiss::ScalarQuantizer::QT_8bit,
                                                             faiss::METRIC_INNER_PRODUCT);
    return std::make_unique<faiss::IndexFlat>(d, faiss::METRIC_INNER_PRODUCT);
}

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

}  // namespace

struct VectorIndex::State {
    std::int64_t dimension = 0;
    bool quantized = false;
    std::unique_ptr<faiss::IndexFlatCodes> units, passages;
    std::vector<PassageId> ids;            // [passages]
    std::vector<std::int64_t> first_unit;  // [passages + 1]
    std::vector<DocumentId> documents;     // [documents]
    std::vector<std::int64_t> first_row;   // [documents + 1]: first passage of each
    std::vector<std::int64_t> unit_row;    // [units]: passage that a unit belongs to
    std::unordered_map<PassageId, std::int64_t> rows;

    void add(DocumentId document, const std::vector<library::StoredPassage>& stored,
             const library::DocumentVectors& vectors);
    /// The nearest first, with their cosines.
    std::vector<std::pair<std::int64_t, float>> nearest_units(std::span<const float> question,
                                                              std::int64_t limit) const;
    void cosines(const faiss::IndexFlatCodes& index, std::span<const float> question, std::int64_t begin,
                 std::int64_t end, float* out) const;
};

void VectorIndex::State::add(DocumentId document, const std::vector<library::StoredPassage>& stored,
                             const library::DocumentVectors& vectors) {
    documents.push_back(document);
    for (std::size_t p = 0; p < stored.size(); ++p) {
        const auto row = static_cast<std::int64_t>(ids.size());
        const library::StoredPassage& passage = stored[p];
        if (passage.units == 0) continue;
        units->add(passage.units, vectors.units.data() + passage.first_unit * dimension);
        passages->add(1, vectors.passages.data() + static_cast<std::int64_t>(p) * dimension);
        unit_row.insert(unit_row.end(), static_cast<std::size_t>(passage.units), row);
        ids.push_back(passage.id);
        first_unit.push_back(first_unit.back() + passage.units);
        rows.emplace(passage.id, row);
    }
    first_row.push_back(static_cast<std::int64_t>(ids.size()));
}

void VectorIndex::State::cosines(const faiss::IndexFlatCodes& index, std::span<const float> question,
                                 std::int64_t begin, std::int64_t end, float* out) const {
    const auto count = static_cast<std::size_t>(end - begin);
    const std::uint8_t* codes = index.codes.data() + static_cast<std::size_t>(begin) * index.code_size;
    if (!quantized) {
        inner_products(question, reinterpret_cast<const float*>(codes), end - begin, out);
        return;
    }
    std::vector<float> decoded(count * static_cast<std::size_t>(dimension));
    index.sa_decode(end - begin, codes, decoded.data());
    inner_products(question, decoded.data(), end - begin, out);
}

std::vector<std::pair<std::int64_t, float>> VectorIndex::State::nearest_units(std::span<const float> question,
                                                                              std::int64_t limit) const {
    std::vector<std::pair<std::int64_t, float>> nearest(static_cast<std::size_t>(limit));
    if (quantized) {
        std::vector<float> cosines(nearest.size());
        std::vector<faiss::Index::idx_t> found(nearest.size(), -1);
        units->search(1, question.data(), limit, cosines.data(), found.data());
        for (std::size_t i = 0; i < nearest.size(); ++i) nearest[i] = {found[i], cosines[i]};
        std::erase_if(nearest, [](const auto& unit) { return unit.first < 0; });
        return nearest;
    }
    const auto* rows = reinterpret_cast<const float*>(units->codes.data());
    std::vector<float> cosines(static_cast<std::size_t>(units->ntotal));
    inner_products(question, rows, units->ntotal, cosines.data());
    std::vector<std::int64_t> order(cosines.size());
    std::iota(order.begin(), order.end(), std::int64_t{0});
    const auto nearer = [&](std::int64_t a, std::int64_t b) {
        const float left = cosines[static_cast<std::size_t>(a)], right = cosines[static_cast<std::size_t>(b)];
        return left > right || (left == right && a < b);
    };
    const auto last = order.begin() + limit;
    std::nth_element(order.begin(), last - 1, order.end(), nearer);
    std::sort(order.begin(), last, nearer);
    for (std::size_t i = 0; i < nearest.size(); ++i)
        nearest[i] = {order[i], cosines[static_cast<std::size_t>(order[i])]};
    return nearest;
}

VectorIndex::VectorIndex(std::unique_ptr<State> state) : state_(std::move(state)) {}
VectorIndex::~VectorIndex() = default;

std::shared_ptr<const VectorIndex> VectorIndex::build(const library::Library& library,
                                                      const IndexOptions& options) {
    auto state = std::make_unique<State>();
    state->first_unit.push_back(0);
    state->first_row.push_back(0);
    state->quantized = library.counts().units >= options.quantize_from;
    std::vector<float> training;
    std::vector<DocumentId> ready;
    for (const library::DocumentRecord& record : library.documents())
        if (record.state == library::DocumentState::Ready) ready.push_back(record.id);

    const auto prepare = [&](std::int64_t dimension) {
        state->dimension = dimension;
        state->units = make_index(dimension, state->quantized);
        state->passages = make_index(dimension, state->quantized);
        if (!state->quantized) return;
        // Evenly spread documents, so that the ranges fit the whole corpus.
        const std::size_t step = std::max<std::size_t>(1, ready.size() / 256);
        for (std::size_t i = 0; i < ready.size(); i += step)
            if (const auto vectors = library.vectors(ready[i]))
                training.insert(training.end(), vectors->units.begin(),
                                vectors->units.begin() +
                                    std::min<std::int64_t>(static_cast<std::int64_t>(vectors->units.size()),
                                                           kTrainingRows / 256 * dimension));
        const auto rows = static_cast<std::int64_t>(training.size()) / dimension;
        state->units->train(rows, training.data());
        state->passages->train(rows, training.data());
    };
    for (const DocumentId id : ready) {
        const auto vectors = library.vectors(id);
        if (!vectors || vectors->dimension == 0) continue;
        if (state->dimension == 0) prepare(vectors->dimension);
        if (vectors->dimension != state->dimension)
            throw std::runtime_error(library.file().string() +
                                     ": holds vectors of different dimensions; encode it anew");
        state->add(id, library.passages(id), *vectors);
    }
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

std::vector<Neighbour> VectorIndex::nearest(std::span<const float> question, std::int64_t limit) const {
    limit = std::min(limit, units());
    if (limit <= 0) return {};
    std::vector<Neighbour> neighbours;
    std::unordered_set<std::int64_t> seen;
    for (const auto& [unit, cosine] : state_->nearest_units(question, limit)) {
        const std::int64_t row = state_->unit_row[static_cast<std::size_t>(unit)];
        if (seen.insert(row).second) neighbours.push_back({row, cosine});
    }
    return neighbours;
}

std::vector<float> VectorIndex::unit_cosines(std::span<const float> question, std::int64_t row) const {
    const std::int64_t begin = state_->first_unit.at(static_cast<std::size_t>(row));
    const std::int64_t end = state_->first_unit.at(static_cast<std::size_t>(row) + 1);
    std::vector<float> cosines(static_cast<std::size_t>(end - begin));
    state_->cosines(*state_->units, question, begin, end, cosines.data());
    return cosines;
}

float VectorIndex::best_unit(std::span<const float> question, std::int64_t row) const {
    const std::vector<float> cosines = unit_cosines(question, row);
    return *std::max_element(cosines.begin(), cosines.end());
}

float VectorIndex::passage_cosine(std::span<const float> question, std::int64_t row) const {
    float cosine = 0;
    state_->cosines(*state_->passages, question, row, row + 1, &cosine);
    return cosine;
}

Moments VectorIndex::unit_moments(std::span<const float> question) const {
    return moments_over(passages(), [&](std::int64_t row) { return best_unit(question, row); });
}

Moments VectorIndex::passage_moments(std::span<const float> question) const {
    return moments_over(passages(), [&](std::int64_t row) { return passage_cosine(question, row); });
}

}  // namespace corpuscope::search
