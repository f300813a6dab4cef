// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/outer_rows.h"

#include <algorithm>

namespace corpuscope::longnet {

using kernels::DType;
using kernels::Matrix;

namespace {

/// Rows that any head keeps in the outer branch with the lowest rate, brought together: those of one offset
/// after those of another, `each` of every offset. The rates of further branches are multiples of the first
/// one's, so what they keep, it keeps too.
struct Gathering {
    std::int64_t rate, first;  ///< first: index among all kept rows of each offset's first one
    std::int64_t each;
    std::vector<std::int64_t> offsets;  ///< distinct, ascending

    Gathering(const KeptRows& branch, int heads, const Block& block)
        : rate(branch.rate()),
          first(block.begin / rate),
          each((block.begin + block.positions + rate - 1) / rate - first) {
        for (int head = 0; head < heads; ++head) offsets.push_back(branch.offset(head));
        std::ranges::sort(offsets);
        offsets.erase(std::ranges::unique(offsets).begin(), offsets.end());
    }
    std::int64_t rows() const { return std::ssize(offsets) * each; }
    std::int64_t row_of(std::int64_t position) const {
        const auto slot = std::ranges::lower_bound(offsets, position % rate) - offsets.begin();
        return slot * each + position / rate - first;
    }
};

/// At most this much is on its way to or from a store at once.
constexpr std::int64_t kPieceBytes = std::int64_t{64} << 20;

/// Calls work(matrix in pieces of rows, where the piece begins among the bytes of all).
template <typename Work>
void for_each_piece(std::span<const KeptRows> all, const Work& work) {
    std::int64_t begin = 0;
    for (const KeptRows& kept : all) {
        const Matrix matrix = kept.matrix();
        const std::int64_t row_bytes =
            matrix.stride * static_cast<std::int64_t>(kernels::size_of(matrix.type));
        const std::int64_t step = std::max<std::int64_t>(kPieceBytes / row_bytes, 1);
        for (std::int64_t row = 0; row < matrix.rows; row += step) {
            const std::int64_t bytes = std::min(step, matrix.rows - row) * row_bytes;
            work(matrix.at(row, 0), begin, bytes);
            begin += bytes;
        }
    }
}

}  // namespace

OuterRows::OuterRows(const LayerStack& stack, const Config& config, kernels::Backend& backend,
                     std::span<const kernels::Branch> branches, int layers, std::int64_t length,
                     std::span<const KeptContext> before)
    : stack_(stack),
      config_(config),
      backend_(backend),
      length_(length),
      before_(before),
      held_(static_cast<std::size_t>(layers)) {
    for (std::vector<KeptRows>& held : held_)
        for (const kernels::Branch& branch : branches)
            held.emplace_back(branch, config, stack.attention_type());
}

void OuterRows::start(int layer) {
    for (KeptRows& kept : held(layer)) kept.reset(backend_, layer, 0, length_);
    for (const KeptContext& context : before_) restore(layer, context);
}

/// Room in the backend's memory for the rows of one layer as a context has them.
KeptRows::Outside OuterRows::stage(const KeptContext& context) {
    staged_.resize(backend_, context.kept_rows(config_), 2 * config_.d_model, DType::BF16);
    return {staged_.view(), first_outer_branch(config_, context.block).rate, context.begin,
            context.end(config_)};
}

void OuterRows::restore(int layer, const KeptContext& context) {
    if (empty()) return;
    const std::vector<std::uint16_t>& rows = context.rows[static_cast<std::size_t>(layer)];
    const KeptRows::Outside outside = stage(context);
    backend_.upload(outside.rows.data, rows.data(), rows.size() * sizeof(rows.front()));
    copies_.clear();
    for (const KeptRows& kept : held(layer)) kept.copy_from(outside, copies_);
    backend_.copy(copies_);
    backend_.synchronize();  // before the staged rows are written over
}

void OuterRows::keep(int layer, KeptContext& context) {
    std::vector<std::uint16_t>& rows = context.rows[static_cast<std::size_t>(layer)];
    const KeptRows::Outside outside = stage(context);
    rows.resize(static_cast<std::size_t>(outside.rows.rows * outside.rows.columns));
    backend_.clear(outside.rows.data, rows.size() * sizeof(rows.front()));
    copies_.clear();
    held(layer).front().copy_to(outside, copies_);
    backend_.copy(copies_);
    backend_.download(rows.data(), outside.rows.data, rows.size() * sizeof(rows.front()));
}

void OuterRows::take(int layer, const Sequence& sequence, const Block& block, const Matrix& x) {
    if (empty()) return;
    const std::vector<KeptRows>& outer = held(layer);
    const Gathering gathering(outer.front(), config_.heads, block);
    const std::int64_t rate = gathering.rate;
    gathered_.resize(backend_, gathering.rows(), config_.d_model, x.type);
    qkv_.resize(backend_, gathering.rows(), 3 * config_.d_model, stack_.attention_type());
    copies_.clear();
    for (const Tile& tile : sequence.tiles(block))
        for (const std::int64_t offset : gathering.offsets) {
            const std::int64_t position =
                (std::max<std::int64_t>(tile.begin - offset + rate - 1, 0)) / rate * rate + offset;
            if (position >= tile.begin + tile.rows) continue;
            const std::int64_t count = (tile.begin + tile.rows - 1 - position) / rate + 1;
            copies_.push_back(
                {{x.at(tile.first + position - tile.begin, 0), count, x.columns, rate * x.stride, x.type},
                 gathered_.view(gathering.row_of(position), count)});
        }
    // Rows of positions that are in no tile are projected like the others, but never taken.
    backend_.clear(gathered_.data(),
                   static_cast<std::size_t>(gathering.rows() * config_.d_model) * kernels::size_of(x.type));
    backend_.copy(copies_);
    stack_.project(layer, gathered_.view(), qkv_.view());
    copies_.clear();
    for (const Tile& tile : sequence.tiles(block))
        for (const KeptRows& branch : outer)
            branch.take(
                kernels::ColumnParts::of(qkv_.view(), std::int64_t{3} * config_.heads), tile.begin, tile.rows,
                branch.rate() / rate, [&](int, std::int64_t position) { return gathering.row_of(position); },
                copies_);
    backend_.copy(copies_);
}

std::int64_t OuterRows::bytes() const {
    std::int64_t bytes = 0;
    for (const KeptRows& kept : held_.front()) bytes += kept.bytes_for(length_);
    return bytes;
}

void OuterRows::save(int layer, HiddenStore& store) const {
    std::vector<std::byte> piece;
    for_each_piece(held(layer), [&](const void* rows, std::int64_t begin, std::int64_t bytes) {
        piece.resize(static_cast<std::size_t>(bytes));
        backend_.download(piece.data(), rows, piece.size());
        store.write_outer(layer, begin, piece);
    });
}

void OuterRows::load(int layer, HiddenStore& store) {
    start(layer);
    std::vector<std::byte> piece;
    for_each_piece(held(layer), [&](void* rows, std::int64_t begin, std::int64_t bytes) {
        piece.resize(static_cast<std::size_t>(bytes));
        store.read_outer(layer, begin, piece);
        backend_.upload(rows, piece.data(), piece.size());
    });
}

}  // namespace corpuscope::longnet
