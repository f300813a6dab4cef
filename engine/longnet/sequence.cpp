// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/sequence.h"

#include <algorithm>

namespace corpuscope::longnet {

Sequence::Sequence(const Units& units, const Layout& layout, const Config& config, std::int64_t block,
                   Tiling tiling)
    : units_(units),
      layout_(layout),
      window_(config.window),
      cls_(config.cls_id),
      sep_(config.sep_id),
      segment_(largest_segment(config, block)) {
    cut_windows();
    cut_blocks(tiling);
}

void Sequence::cut_windows() {
    for (std::int64_t u = 0; u < units_.size(); ++u) {
        const auto i = static_cast<std::size_t>(u);
        const std::int64_t window_begin = layout_.unit_begin[i] / window_ * window_;
        if (windows_.empty() || windows_.back().begin != window_begin)
            windows_.push_back({window_begin, 0, 0, u, 0});
        Tile& tile = windows_.back();
        tile.rows = layout_.unit_begin[i] + layout_.unit_length[i] - window_begin;
        ++tile.units;
    }
}

void Sequence::cut_blocks(Tiling tiling) {
    for (std::int64_t w = 0; w < std::ssize(windows_); ++w) {
        Tile& window = windows_[static_cast<std::size_t>(w)];
        const std::int64_t begin = window.begin / segment_ * segment_;
        if (blocks_.empty() || blocks_.back().begin != begin) {
            Block block;
            block.begin = begin;
            block.positions = std::min(segment_, layout_.length - begin);
            block.first_window = w;
            blocks_.push_back(block);
        }
        Block& block = blocks_.back();
        window.first = tiling == Tiling::Windows ? block.rows : window.begin - begin;
        block.rows += window.rows;
        ++block.windows;
    }
    for (Block& block : blocks_) {
        block.first_tile = block.first_window;
        block.tiles = block.windows;
    }
    if (tiling == Tiling::Windows) {
        tiles_ = windows_;
        return;
    }
    for (Block& block : blocks_) {
        const Tile& front = windows(block).front();
        const Tile& back = windows(block).back();
        block.rows = block.positions;
        block.first_tile = std::ssize(tiles_);
        block.tiles = 1;
        tiles_.push_back({block.begin, block.positions, 0, front.first_unit,
                          back.first_unit + back.units - front.first_unit});
    }
}

std::int64_t Sequence::largest_tile() const {
    std::int64_t rows = 0;
    for (const Tile& tile : tiles_) rows = std::max(rows, tile.rows);
    return rows;
}

std::vector<std::int32_t> Sequence::unit_of_positions() const {
    std::vector<std::int32_t> unit(static_cast<std::size_t>(layout_.length), -1);
    for (std::size_t u = 0; u < layout_.unit_begin.size(); ++u)
        std::fill_n(unit.begin() + layout_.unit_begin[u], layout_.unit_length[u],
                    static_cast<std::int32_t>(u));
    return unit;
}

void Sequence::tokens(const Tile& tile, std::span<std::int32_t> ids, std::span<std::int32_t> places) const {
    std::fill(ids.begin(), ids.end(), -1);
    std::fill(places.begin(), places.end(), 0);
    for (std::int64_t u = tile.first_unit; u < tile.first_unit + tile.units; ++u) {
        const auto i = static_cast<std::size_t>(u);
        auto row = static_cast<std::size_t>(layout_.unit_begin[i] - tile.begin);
        std::int32_t place = 0;
        const auto put = [&](std::int32_t id) {
            ids[row] = id;
            places[row++] = place++;
        };
        put(cls_);
        for (std::int64_t t = units_.offsets[i]; t < units_.offsets[i + 1]; ++t)
            put(units_.ids[static_cast<std::size_t>(t)]);
        put(sep_);
    }
}

}  // namespace corpuscope::longnet
