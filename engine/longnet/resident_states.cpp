// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/block_states.h"

#include <array>
#include <vector>

#include "engine/longnet/device_array.h"

namespace corpuscope::longnet {
namespace {

class ResidentStates final : public BlockStates {
 public:
    ResidentStates(kernels::Backend& backend, const StatesShape& shape) : states_(shape.blocks.size()) {
        for (std::size_t b = 0; b < states_.size(); ++b)
            states_[b].resize(backend, shape.blocks[b].rows, shape.d_model, shape.type);
        for (auto& queue : done_) queue = backend.make_copy_queue();
    }

    kernels::Matrix open(std::size_t block) override { return states_[block].view(); }
    kernels::Matrix load(std::size_t block, int) override { return states_[block].view(); }
    bool stay() const override { return true; }
    /// Lets the calls run at most two blocks ahead of the backend, so that a cancel is obeyed soon.
    void leave(const Leave&) override {
        kernels::CopyQueue& done = *done_[turn_++ % done_.size()];
        done.wait();
        done.follow();
    }

 private:
    std::vector<DeviceMatrix> states_;
    std::array<std::unique_ptr<kernels::CopyQueue>, 2> done_;
    std::size_t turn_ = 0;
};

}  // namespace

std::unique_ptr<BlockStates> make_resident_states(kernels::Backend& backend, const StatesShape& shape) {
    return std::make_unique<ResidentStates>(backend, shape);
}

}  // namespace corpuscope::longnet
