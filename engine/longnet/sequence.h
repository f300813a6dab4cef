// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// How a laid-out corpus is cut for one pass: blocks of positions that are worked on at once, and in them
// tiles of filled positions that go through a layer together. Empty positions are in no tile; hidden states
// are stored without them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/longnet/encoder.h"

namespace corpuscope::longnet {

struct Tile {
    std::int64_t begin = 0;  ///< position in the sequence
    std::int64_t rows = 0;   ///< positions, all filled unless the tile is a whole block
    std::int64_t first = 0;  ///< its first row among the rows of its block
    std::int64_t first_unit = 0, units = 0;
};

struct Block {
    std::int64_t begin = 0;      ///< position in the sequence
    std::int64_t positions = 0;  ///< with the empty ones
    std::int64_t rows = 0;       ///< of all tiles together
    std::int64_t first_tile = 0, tiles = 0;
    std::int64_t first_window = 0, windows = 0;
};

class Sequence {
 public:
    enum class Tiling : std::uint8_t {
        Windows,  ///< a tile is the filled front of a window: small enough for a core's cache
        Blocks    ///< a tile is a whole block with its empty positions: large enough for a GPU
    };

    /// Blocks of the largest branch segment that `block` positions hold, at least a window. `units` and
    /// `layout` must outlive the object.
    Sequence(const Units& units, const Layout& layout, const Config& config, std::int64_t block,
             Tiling tiling);

    std::int64_t length() const { return layout_.length; }
    std::int64_t block_segment() const {
        return segment_;
    }  ///< branches with a segment up to this are local to a block
    std::span<const Block> blocks() const { return blocks_; }
    std::span<const Tile> tiles(const Block& block) const {
        return std::span(tiles_).subspan(static_cast<std::size_t>(block.first_tile),
                                         static_cast<std::size_t>(block.tiles));
    }
    /// The filled fronts of a block's windows, whatever its tiles are.
    std::span<const Tile> windows(const Block& block) const {
        return std::span(windows_).subspan(static_cast<std::size_t>(block.first_window),
                                           static_cast<std::size_t>(block.windows));
    }
    std::int64_t largest_tile() const;
    const Units& units() const { return units_; }
    const Layout& layout() const { return layout_; }

    /// The unit of each position, -1 where it is empty: [length].
    std::vector<std::int32_t> unit_of_positions() const;

    /// Token id (-1: empty) and place inside its unit of each row of a tile: [tile.rows].
    void tokens(const Tile& tile, std::span<std::int32_t> ids, std::span<std::int32_t> places) const;

 private:
    void cut_windows();
    void cut_blocks(Tiling tiling);

    const Units& units_;
    const Layout& layout_;
    std::int64_t window_;
    std::int32_t cls_, sep_;
    std::int64_t segment_ = 0;
    std::vector<Tile> windows_, tiles_;
    std::vector<Block> blocks_;
};

}  // namespace corpuscope::longnet
