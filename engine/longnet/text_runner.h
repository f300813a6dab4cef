// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>

#include "engine/longnet/layer_stack.h"

namespace corpuscope::longnet {

/// Encodes single texts, each by itself, without the layout of a corpus. Owns the memory for it: one object a
/// thread. On a backend with memory of its own that is memory for the longest text, so that it stays where it
/// is, and the layers of a length that comes again are replayed from a recording.
class TextRunner {
 public:
    /// Where in a layer a text is; the inputs of the layer's four products are then there.
    enum class Stage : std::uint8_t {
        Input,      ///< x(): what becomes queries, keys and values
        Mixed,      ///< mixed(): what attention gives
        Attended,   ///< x(): the feed-forward network's input
        FedForward  ///< tile().inner: what is inside the network
    };
    using Visitor = std::function<void(int layer, Stage stage)>;

    TextRunner(const LayerStack& stack, const Config& config, kernels::Backend& backend)
        : stack_(stack), config_(config), backend_(backend) {}

    /// Runs [CLS] ids [SEP] through all layers; x() then holds the last hidden states.
    void run(std::span<const std::int32_t> ids, const Visitor& visit = {});

    std::int64_t rows() const { return rows_; }  ///< ids + 2
    kernels::Matrix x() const { return x_.view(0, rows_); }
    kernels::Matrix mixed() const { return mixed_.view(0, rows_); }
    const TileMemory& tile() const { return tile_; }

 private:
    void embed(std::span<const std::int32_t> ids, bool whole_tile);
    void run_layers(const Visitor& visit);
    void run_recorded();

    const LayerStack& stack_;
    const Config& config_;
    kernels::Backend& backend_;
    std::int64_t rows_ = 0;
    TileMemory tile_;
    DeviceMatrix x_, mixed_{RowSpacing::Spread}, qkv_{RowSpacing::Spread};
    /// Of the lengths that have come: null where that was once, or where the backend records nothing.
    std::map<std::int64_t, std::unique_ptr<kernels::Recording>> recordings_;
};

}  // namespace corpuscope::longnet
