// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// One pass of the encoder over a whole corpus: layer by layer, in each layer all blocks in turn. A branch
// whose segment fits a block is local to it; of the other (outer) branches the keys and values of the kept
// rows of the whole sequence are held for the layer at hand and the next, so that memory does not grow with
// the corpus but for N/rate rows. Hidden states stay in a HiddenStore between the layers, or are computed
// again from the tokens for each layer, which needs the outer rows of all layers below.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/longnet/encoder.h"
#include "engine/longnet/hidden_store.h"
#include "engine/longnet/kept_rows.h"
#include "engine/longnet/layer_stack.h"
#include "engine/longnet/sequence.h"

namespace corpuscope::longnet {

class Pass {
 public:
    Pass(const Model& model, const LayerStack& stack, kernels::Backend& backend, kernels::Precision precision,
         const Units& units, const EncodeOptions& options, Observer* observer);
    std::vector<float> run();

 private:
    /// Neighbouring tiles of a block that attention goes through together.
    struct Span {
        std::size_t first_tile, tiles;
    };

    void prepare_branches();
    std::vector<KeptRows>& outer(int layer) {
        return outer_[static_cast<std::size_t>(layer) % outer_.size()];
    }
    void start_outer(int layer);
    void embed_outer();
    void run_layer(int layer, std::int64_t finished);
    void reuse_block(int layer, std::size_t index);
    void open_store(kernels::Precision precision);
    std::string key(kernels::Precision precision) const;
    std::int64_t outer_values() const;
    void save_outer(int layer);
    void load_outer(int layer);
    void run_block(int layer, std::size_t index);
    void load(int layer, std::size_t index);
    void embed(const Block& block);
    void project(int layer, const Block& block);
    void mix_and_transform(int layer, const Block& block);
    void cut_spans(const Block& block);
    void find_keys(int layer, const Block& block);
    void attend(int layer, const Block& block, std::int64_t begin, const kernels::Matrix& out);
    void take_outer(int layer, const Block& block, const kernels::Matrix& x);
    void observe_attention(int layer, const Block& block);
    void finish(const Block& block);
    void pool(const Tile& tile, const float* states);
    void report(std::int64_t positions, int thread);
    void checkpoint() const;

    const Model& model_;
    const Config& config_;
    const LayerStack& stack_;
    kernels::Backend& backend_;
    EncodeOptions options_;
    Observer* observer_;
    Layout layout_;
    bool on_host_;
    int threads_;
    Sequence sequence_;

    std::vector<kernels::Branch> branches_;
    std::vector<KeptRows> local_;  // of the block at hand: branches 1, 2, ... that fit a block
    /// Of the whole sequence: the others, for the layer at hand and the next; where hidden states are
    /// computed again, for every layer.
    std::vector<std::vector<KeptRows>> outer_;
    DeviceArray<float> gates_, closed_bias_;
    DeviceArray<std::int32_t> unit_of_;
    DeviceMatrix x_,
        qkv_{RowSpacing::Spread};         // of the block at hand: [rows, d_model], [positions, 3 d_model]
    std::vector<kernels::KeyRows> keys_;  // of the block at hand, one a branch
    std::vector<Span> spans_;             // of the block at hand
    std::vector<DeviceMatrix> mixed_;     // what attention gives a span: [positions, d_model], one a thread
    std::vector<TileMemory> memory_;
    std::unique_ptr<HiddenStore> store_;
    std::vector<float> vectors_;
    std::atomic<std::int64_t> done_ = 0;  // positions, over all layers
    std::int64_t total_ = 0;              // as many as there are to do
};

}  // namespace corpuscope::longnet
