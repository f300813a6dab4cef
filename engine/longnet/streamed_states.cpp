// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <deque>
#include <optional>

#include "engine/longnet/block_states.h"
#include "engine/longnet/device_array.h"

namespace corpuscope::longnet {
namespace {

class StreamedStates final : public BlockStates {
 public:
    StreamedStates(kernels::Backend& backend, const StatesShape& shape, HiddenStore* store)
        : backend_(backend), shape_(shape), store_(store) {
        std::int64_t largest = 0;
        for (const Block& block : shape.blocks) largest = std::max(largest, block.rows);
        for (Room& room : rooms_) {
            room.x.resize(backend, largest, shape.d_model, shape.type);
            room.copies = backend.make_copy_queue();
        }
    }

    kernels::Matrix open(std::size_t block) override {
        fetched_.reset();
        return enter(next(), block);
    }

    kernels::Matrix load(std::size_t block, int after) override {
        if (!fetched_ || *fetched_ != block) fetch(block, after);
        fetched_.reset();
        return enter(next(), block);
    }

    void fetch(std::size_t block, int after) override {
        Room& room = rooms_[next()];
        clear(next());
        const kernels::Matrix stored = stored_states(room, block);
        if (stored.data != store_->in_memory(block)) store_->read(block, after, stored);
        room.copies->upload(room.x.data(), stored.data, bytes_of(block));
        fetched_ = block;
    }

    void leave(const Leave& leave) override {
        Room& room = rooms_[current_];
        room.copies->follow();
        if (leave.keep)
            room.copies->download(stored_states(room, leave.block).data, room.x.data(),
                                  bytes_of(leave.block));
        waiting_.push_back({leave, current_});
        if (waiting_.size() > 1) settle_first();
    }

    void settle() override {
        while (!waiting_.empty()) settle_first();
    }

 private:
    struct Room {
        DeviceMatrix x;
        std::unique_ptr<kernels::Buffer> staging;  // where the store does not hold the states in memory
        std::unique_ptr<kernels::CopyQueue> copies;
    };
    struct Waiting {
        Leave leave;
        std::size_t room;
    };

    std::size_t next() const { return (current_ + 1) % rooms_.size(); }

    /// What is called on the backend from now on works on the states in this room.
    kernels::Matrix enter(std::size_t room, std::size_t block) {
        clear(room);
        current_ = room;
        rooms_[room].copies->lead();
        return rooms_[room].x.view(0, shape_.blocks[block].rows);
    }

    /// Waits until what was left in a room is kept.
    void clear(std::size_t room) {
        while (!waiting_.empty() && waiting_.front().room == room) settle_first();
    }

    void settle_first() {
        const auto [leave, index] = waiting_.front();
        waiting_.pop_front();
        Room& room = rooms_[index];
        room.copies->wait();
        const kernels::Matrix stored = leave.keep ? stored_states(room, leave.block) : kernels::Matrix{};
        if (leave.keep && stored.data != store_->in_memory(leave.block))
            store_->write(leave.block, leave.after, stored);
        if (leave.progress.layer >= 0 && store_ != nullptr) store_->mark(leave.progress);
    }

    /// Host memory from and to which the states of a block are copied: the store's own, or the room's.
    kernels::Matrix stored_states(Room& room, std::size_t block) {
        void* data = store_->type() == shape_.type ? store_->in_memory(block) : nullptr;
        if (data == nullptr) {
            if (!room.staging)
                room.staging =
                    backend_.allocate_host(static_cast<std::size_t>(room.x.rows() * room.x.stride()) *
                                           kernels::size_of(shape_.type));
            data = room.staging->data();
        }
        return {data, shape_.blocks[block].rows, shape_.d_model, shape_.d_model, shape_.type};
    }

    std::size_t bytes_of(std::size_t block) const {
        return static_cast<std::size_t>(shape_.blocks[block].rows * shape_.d_model) *
               kernels::size_of(shape_.type);
    }

    kernels::Backend& backend_;
    StatesShape shape_;
    HiddenStore* store_;
    std::array<Room, 3> rooms_;
    std::size_t current_ = 0;
    std::optional<std::size_t> fetched_;  // block that is in the next room, or on its way there
    std::deque<Waiting> waiting_;         // left, but not yet kept
};

}  // namespace

std::unique_ptr<BlockStates> make_streamed_states(kernels::Backend& backend, const StatesShape& shape,
                                                  HiddenStore* store) {
    return std::make_unique<StreamedStates>(backend, shape, store);
}

}  // namespace corpuscope::longnet
