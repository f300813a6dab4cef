// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Attention as one can look at it: a matrix of at most a few hundred rows and columns whose axes are
// stretches of the corpus (documents, passages, tokens). No N x N matrix is ever formed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/library/library.h"
#include "engine/longnet/encoder.h"
#include "engine/types.h"

namespace corpuscope::attention {

inline constexpr int kAll = -1;  ///< of a head or a branch: the mean over heads, the mixture of branches

/// Up to this many positions of the sequence the map is exact: every query against every key that it sees. Of
/// a larger corpus the first units of its passages are read, of each as many as its share allows (all that
/// fit of the range looked at come first), so that the map of any corpus takes seconds.
inline constexpr std::int64_t kExactPositions = 32768;

struct MapRequest {
    std::vector<DocumentId> documents;  ///< empty: the whole corpus
    int layer = 0;
    int head = kAll;
    int branch = kAll;
    /// What a row can be. A token is a position of the sequence, [CLS] and [SEP] of the units among them.
    enum class Level : std::uint8_t { Document, Passage, Token } level = Level::Passage;
    /// Range of the sequence looked at, as a range of the items of `level`; to 0: to the end.
    std::int64_t from = 0, to = 0;
    int max_cells = 256;  ///< rows (and columns) of the picture; neighbouring items are pooled into one cell
};

/// A row (and column) of the map.
struct MapCell {
    DocumentId document;
    ByteRange range;    ///< of the document's text
    std::string label;  ///< short, for hovering
};

struct AttentionMap {
    std::vector<MapCell> cells;
    /// [cells, cells]: attention that a query position of the row pays to all key positions of the column
    /// together, in the mean over the row's positions (those that the branch keeps) and the heads; rows sum
    /// to 1 where the whole sequence is looked at. NaN: outside the attention pattern, which is not the same
    /// as 0.
    std::vector<float> weights;
    int layer = 0, head = kAll, branch = kAll;
    int layers = 0, heads = 0;
    std::vector<kernels::Branch> branches;
};

/// Encodes the documents asked for and gathers their attention. Throws std::invalid_argument naming a value
/// that makes no sense (layer 9 of 6, ...), Cancelled.
AttentionMap compute_map(const library::Library& library, longnet::Encoder& encoder,
                         const MapRequest& request, Control* control = nullptr,
                         const std::function<void(double)>& progress = {});

/// A part of a map, as ranges of its cells.
struct MapView {
    int first_row = 0, rows = 0, first_column = 0, columns = 0;
};

/// By the file's ending: .png (picture with axes' legend) or .npz (weights, cells, settings).
void save_map(const AttentionMap& map, const std::filesystem::path& file);
/// The numbers of a part alone (.npz).
void save_numbers(const AttentionMap& map, const MapView& view, const std::filesystem::path& file);

}  // namespace corpuscope::attention
