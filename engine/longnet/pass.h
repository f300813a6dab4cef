// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// One pass of the encoder over a whole corpus: layer by layer, in each layer all blocks in turn. A branch
// whose segment fits a block is local to it; of the other (outer) branches the keys and values of the kept
// rows of the whole sequence are held for the layer at hand and the next, so that memory does not grow with
// the corpus but for N/rate rows. Hidden states stay in a HiddenStore between the layers, or are computed
// again from the tokens for each layer, which needs the outer rows of all layers below. On a backend with
// memory of its own all of this happens there; states, sums of units and what an observer sees come back.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "engine/longnet/block_states.h"
#include "engine/longnet/encoder.h"
#include "engine/longnet/hidden_store.h"
#include "engine/longnet/layer_stack.h"
#include "engine/longnet/outer_rows.h"
#include "engine/longnet/row_reader.h"
#include "engine/longnet/sequence.h"
#include "engine/longnet/unit_pooler.h"

namespace corpuscope::longnet {

class Pass {
 public:
    Pass(const Model& model, const LayerStack& stack, kernels::Backend& backend, const Units& units,
         const EncodeOptions& options, Observer* observer);
    std::vector<float> run();

 private:
    /// Neighbouring tiles of a block that attention goes through together.
    struct Span {
        std::size_t first_tile, tiles;
    };

    /// What one thread works with.
    struct Worker {
        DeviceMatrix qkv{
            RowSpacing::Spread};  ///< of a tile, where a product cannot part heads: [rows, 3 d_model]
        DeviceMatrix mixed{RowSpacing::Spread};  ///< what attention gives a span: [positions, d_model]
        TileMemory memory;
        std::vector<kernels::MatrixCopy> copies;
    };

    void prepare_branches();
    std::vector<std::int32_t> unit_of_positions() const;
    void prepare_keeping();
    void keep_outer(int layer);
    void keep_states();
    std::string key() const;
    bool states_fit_backend() const;
    void run_layer(int layer, std::int64_t finished);
    void run_block(int layer, std::size_t index, std::optional<std::size_t> next,
                   const PassProgress& progress);
    void reuse_block(int layer, std::size_t index);
    void take_first_outer();
    void embed(const Block& block, const kernels::Matrix& x);
    void make_room_for(const Block& block);
    /// Rows [first, first + rows) of the block in qkv_ on the host: queries of each head, keys, values.
    kernels::ColumnParts by_head(std::int64_t first, std::int64_t rows) const;
    void read_part(int part, const Block& block, const Tile& window, std::vector<float>& to);
    void project(int layer, const Block& block, const kernels::Matrix& x);
    void mix_and_transform(int layer, const Block& block, const kernels::Matrix& x);
    void cut_spans(const Block& block);
    void find_keys(int layer, const Block& block);
    void attend(int layer, const Block& block, std::int64_t begin, const kernels::Matrix& out);
    void observe_attention(int layer, const Block& block);
    void finish(const Block& block, const kernels::Matrix& x);
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
    std::unique_ptr<OuterRows> outer_;
    std::size_t outer_attended_ = 0;  // of its branches; one that is not is kept for later passes
    DeviceArray<float> gates_, closed_bias_;
    DeviceArray<std::int32_t> unit_of_;
    /// Queries, keys and values of the block at hand: [positions, 3 d_model]; where the backend's memory is
    /// the host's [3 heads positions, head_dim], so that what a head reads lies together.
    DeviceMatrix qkv_;
    std::int64_t part_rows_ = 0;          // of one head's queries, keys or values in qkv_
    std::vector<kernels::KeyRows> keys_;  // of the block at hand, one a branch
    std::vector<Span> spans_;             // of the block at hand
    std::vector<Worker> workers_;         // one a thread
    std::unique_ptr<HiddenStore> store_;  // null where states are computed again or stay with the backend
    std::unique_ptr<BlockStates> states_;
    RowReader reader_;
    UnitPooler pooler_;
    bool embedded_ = false;               // the states before layer 0 can be loaded
    std::atomic<std::int64_t> done_ = 0;  // positions, over all layers
    std::int64_t total_ = 0;              // as many as there are to do
};

}  // namespace corpuscope::longnet
