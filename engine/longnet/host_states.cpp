// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <future>
#include <optional>

#include "engine/longnet/block_states.h"
#include "engine/longnet/device_array.h"

namespace corpuscope::longnet {
namespace {

/// One block is worked on while the one before it is written and the next one is read, each on a thread of
/// its own: the backend's threads need not wait for the system's copying. Done by one of two threads while
/// the other waited, it took an eighth to a fifth of a layer's time with AMX and a file as the store.
class HostStates final : public BlockStates {
 public:
    HostStates(kernels::Backend& backend, const StatesShape& shape, HiddenStore* store)
        : backend_(backend), shape_(shape), store_(store) {}

    kernels::Matrix open(std::size_t block) override {
        forget_fetched();
        return enter(block);
    }

    kernels::Matrix load(std::size_t block, int after) override {
        if (fetched_ != block) fetch(block, after);
        fetched_.reset();
        reading_.get();
        return enter(block);
    }

    void fetch(std::size_t block, int after) override {
        // A block that was left two before this one has been written: `leave` waits for the one before.
        forget_fetched();
        const kernels::Matrix x = room_for(block);
        reading_ = std::async(std::launch::async, [this, block, after, x] { store_->read(block, after, x); });
        fetched_ = block;
    }

    void leave(const Leave& leave) override {
        settle();
        if (store_ == nullptr || (!leave.keep && leave.progress.layer < 0)) return;
        const kernels::Matrix x = rooms_[current_].view();
        writing_ = std::async(std::launch::async, [this, leave, x] {
            if (leave.keep) store_->write(leave.block, leave.after, x);
            if (leave.progress.layer >= 0) store_->mark(leave.progress);
        });
    }

    void settle() override {
        if (writing_.valid()) writing_.get();
    }

 private:
    /// Whoever takes the next room for another block must not find its states on their way there.
    void forget_fetched() {
        if (fetched_) reading_.wait();
        fetched_.reset();
    }
    /// Without a store one is enough.
    std::size_t next() const { return store_ == nullptr ? 0 : (current_ + 1) % rooms_.size(); }
    kernels::Matrix room_for(std::size_t block) {
        rooms_[next()].resize(backend_, shape_.blocks[block].rows, shape_.d_model, shape_.type);
        return rooms_[next()].view();
    }
    kernels::Matrix enter(std::size_t block) {
        const kernels::Matrix x = room_for(block);
        current_ = next();
        return x;
    }

    kernels::Backend& backend_;
    StatesShape shape_;
    HiddenStore* store_;
    std::array<DeviceMatrix, 3> rooms_;
    std::size_t current_ = 0;
    std::optional<std::size_t> fetched_;  ///< block that is in the next room, or on its way there
    // Last, so that they are waited for before the rooms go.
    std::future<void> reading_, writing_;
};

}  // namespace

std::unique_ptr<BlockStates> make_host_states(kernels::Backend& backend, const StatesShape& shape,
                                              HiddenStore* store) {
    return std::make_unique<HostStates>(backend, shape, store);
}

}  // namespace corpuscope::longnet
