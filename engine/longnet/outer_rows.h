// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The kept rows of the whole sequence in the branches whose segments are longer than a block, with those that
// earlier passes kept.
#pragma once

#include <span>
#include <vector>

#include "engine/longnet/hidden_store.h"
#include "engine/longnet/kept_context.h"
#include "engine/longnet/kept_rows.h"
#include "engine/longnet/layer_stack.h"
#include "engine/longnet/sequence.h"

namespace corpuscope::longnet {

class OuterRows {
 public:
    /// `layers`: of how many layers at once rows are held; those of a layer take the place of those of the
    /// layer `layers` below. `length`: end of the sequence. `before` must outlive the object.
    OuterRows(const LayerStack& stack, const Config& config, kernels::Backend& backend,
              std::span<const kernels::Branch> branches, int layers, std::int64_t length,
              std::span<const KeptContext> before);

    bool empty() const { return held_.front().empty(); }
    kernels::KeyRows rows(int layer, std::size_t branch) const { return held(layer)[branch].rows(); }

    /// Makes room for the rows of a layer and fills in those of earlier passes.
    void start(int layer);

    /// Takes the rows of a block out of `x` [rows of the block, d_model], the layer's input.
    void take(int layer, const Sequence& sequence, const Block& block, const kernels::Matrix& x);

    std::int64_t bytes() const;  ///< of one layer
    void save(int layer, HiddenStore& store) const;
    void load(int layer, HiddenStore& store);
    /// The rows of a layer between the begin and the end of `context`, into it. The first branch is the first
    /// outer one.
    void keep(int layer, KeptContext& context);

 private:
    void restore(int layer, const KeptContext& context);
    KeptRows::Outside stage(const KeptContext& context);

    const std::vector<KeptRows>& held(int layer) const {
        return held_[static_cast<std::size_t>(layer) % held_.size()];
    }
    std::vector<KeptRows>& held(int layer) { return held_[static_cast<std::size_t>(layer) % held_.size()]; }

    const LayerStack& stack_;
    const Config& config_;
    kernels::Backend& backend_;
    std::int64_t length_;
    std::span<const KeptContext> before_;
    std::vector<std::vector<KeptRows>> held_;  // [layers][branches]
    DeviceMatrix gathered_, qkv_, staged_;
    std::vector<kernels::MatrixCopy> copies_;
};

}  // namespace corpuscope::longnet
