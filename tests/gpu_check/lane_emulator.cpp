// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/lane_emulator.h"

#include <ucontext.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <exception>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "kernels/bf16.h"
#include "kernels/cuda/device_ops.cuh"

namespace corpuscope::gpu_check {
namespace {

constexpr std::size_t kStackBytes = std::size_t{192} << 10;

enum class Waiting : std::uint8_t { No, Warp, Block, Done };

struct PendingCopy {
    void* to;
    std::array<std::byte, 16> bytes;
    std::size_t count;
};

/// What a lane shows the other lanes of its warp: two sets in turn, so that one rendezvous a step is enough.
using Shown = std::array<std::uint64_t, 6>;

struct Lane {
    ucontext_t context{};
    std::unique_ptr<char[]> stack{new char[kStackBytes]};
    Waiting waiting = Waiting::No;
    int index = 0;
    std::array<Shown, 2> shown{};
    unsigned turn = 0;
    std::vector<std::vector<PendingCopy>> groups;  ///< of asynchronous copies; the last one is open
};

class Block {
 public:
    Block(const Launch& launch, const std::function<void(char*)>& body)
        : launch_(launch),
          body_(body),
          lanes_(static_cast<std::size_t>(launch.threads)),
          random_(launch.seed) {
        shared_.resize(launch.shared_bytes + 256);
        for (int i = 0; i < launch.threads; ++i) lanes_[static_cast<std::size_t>(i)].index = i;
    }

    void run(std::int64_t index) {
        index_ = index;
        std::fill(shared_.begin(), shared_.end(), static_cast<char>(0xff));
        for (Lane& lane : lanes_) start(lane);
        while (!all(lanes_, Waiting::Done)) {
            // One warp at a time runs to its next rendezvous, in no order that a kernel could rely on.
            std::vector<std::size_t> ready;
            for (std::size_t warp = 0; warp < lanes_.size() / 32; ++warp)
                if (is_ready(lanes_of(warp))) ready.push_back(warp);
            if (ready.empty())
                release_block();
            else
                resume(lanes_of(ready[random_() % ready.size()]));
        }
    }

    void wait(Waiting what) {
        current_->waiting = what;
        swapcontext(&current_->context, &scheduler_);
    }

    Lane& current() { return *current_; }
    Lane& neighbour(int lane) { return lanes_[static_cast<std::size_t>(current_->index / 32 * 32 + lane)]; }
    std::int64_t index() const { return index_; }
    std::int64_t count() const { return launch_.blocks; }

 private:
    char* shared() {
        const auto address = reinterpret_cast<std::uintptr_t>(shared_.data());
        return shared_.data() + (128 - address % 128) % 128;
    }

    void start(Lane& lane) {
        lane.waiting = Waiting::No;
        lane.groups.assign(1, {});
        getcontext(&lane.context);
        lane.context.uc_stack.ss_sp = lane.stack.get();
        lane.context.uc_stack.ss_size = kStackBytes;
        lane.context.uc_link = &scheduler_;
        makecontext(&lane.context, &Block::enter, 0);
    }

    static void enter();

    std::span<Lane> lanes_of(std::size_t warp) { return std::span(lanes_).subspan(warp * 32, 32); }

    static bool all(std::span<const Lane> lanes, Waiting waiting) {
        return std::all_of(lanes.begin(), lanes.end(), [&](const Lane& l) { return l.waiting == waiting; });
    }
    static bool is_ready(std::span<const Lane> lanes) {
        const bool some =
            std::any_of(lanes.begin(), lanes.end(), [](const Lane& l) { return l.waiting == Waiting::No; });
        return some || all(lanes, Waiting::Warp);
    }

    void resume(std::span<Lane> warp) {
        if (all(warp, Waiting::Warp))
            for (Lane& lane : warp) lane.waiting = Waiting::No;
        const std::size_t first = random_() % 32;
        for (std::size_t i = 0; i < 32; ++i) {
            Lane& lane = warp[(first + i) % 32];
            if (lane.waiting != Waiting::No) continue;
            current_ = &lane;
            swapcontext(&scheduler_, &lane.context);
            if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
        }
    }

    void release_block() {
        bool released = false;
        for (Lane& lane : lanes_) {
            if (lane.waiting == Waiting::Warp)
                throw std::logic_error("a barrier is not reached by all lanes");
            released = released || lane.waiting == Waiting::Block;
            if (lane.waiting == Waiting::Block) lane.waiting = Waiting::No;
        }
        if (!released) throw std::logic_error("no lane can go on");
    }

    const Launch& launch_;
    const std::function<void(char*)>& body_;
    std::vector<Lane> lanes_;
    std::vector<char> shared_;
    std::mt19937_64 random_;
    ucontext_t scheduler_{};
    Lane* current_ = nullptr;
    std::exception_ptr failure_;
    std::int64_t index_ = 0;
};

// The kernels call free functions, as they do under nvcc; this is the block that these belong to.
thread_local Block* running_block = nullptr;

void Block::enter() {
    Block& block = *running_block;
    try {
        block.body_(block.shared());
    } catch (...) {
        block.failure_ = std::current_exception();
    }
    block.current_->waiting = Waiting::Done;
}

/// Shows `mine` to the warp, waits for the other lanes and returns the lane `from`'s.
const Shown& exchange(const Shown& mine) {
    Lane& lane = running_block->current();
    lane.shown[lane.turn % 2] = mine;
    running_block->wait(Waiting::Warp);
    ++lane.turn;
    return lane.shown[(lane.turn - 1) % 2];
}

/// What `lane` of this warp showed in the exchange just done.
const Shown& shown_by(int lane) {
    return running_block->neighbour(lane).shown[(running_block->current().turn - 1) % 2];
}

template <typename T>
T shuffled(T value, int lane) {
    Shown mine{};
    std::memcpy(mine.data(), &value, sizeof(value));
    exchange(mine);
    T result;
    std::memcpy(&result, shown_by(lane).data(), sizeof(result));
    return result;
}

int lane_index() { return running_block->current().index % 32; }

void require_aligned(const void* pointer, std::size_t alignment) {
    if (reinterpret_cast<std::uintptr_t>(pointer) % alignment != 0)
        throw std::logic_error("an access to shared memory is not aligned to " + std::to_string(alignment));
}

void copy_later(void* to, const void* from, bool valid, std::size_t count) {
    require_aligned(to, count);
    if (valid) require_aligned(from, count);
    PendingCopy copy{to, {}, count};
    if (valid) std::memcpy(copy.bytes.data(), from, count);
    std::memset(to, 0xff, count);
    running_block->current().groups.back().push_back(copy);
}

/// Rows of the four matrices as the lanes named them.
std::array<const std::uint16_t*, 32> matrix_rows(const void* row) {
    require_aligned(row, 16);
    exchange({static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(row))});
    std::array<const std::uint16_t*, 32> rows{};
    for (int i = 0; i < 32; ++i)
        rows[static_cast<std::size_t>(i)] =
            reinterpret_cast<const std::uint16_t*>(static_cast<std::uintptr_t>(shown_by(i)[0]));
    for (int m = 0; m < 4; ++m) {
        unsigned banks = 0;  // groups of four banks that the eight rows of a matrix lie in
        for (int i = 0; i < 8; ++i) banks |= 1U << (shown_by(m * 8 + i)[0] / 16 % 8);
        if (banks != 0xff) throw std::logic_error("rows of a matrix share banks of shared memory");
    }
    return rows;
}

float element(std::uint64_t word, int half) {
    return kernels::from_bf16(static_cast<std::uint16_t>(word >> (16 * half)));
}

}  // namespace

void run_lanes(const Launch& launch, const std::function<void(char* shared)>& body) {
    Block block(launch, body);
    running_block = &block;
    for (std::int64_t i = 0; i < launch.blocks; ++i) block.run(i);
    running_block = nullptr;
}

}  // namespace corpuscope::gpu_check

namespace corpuscope::kernels::cuda {

using namespace gpu_check;

int thread_index() { return running_block->current().index; }
std::int64_t block_index() { return running_block->index(); }
std::int64_t block_count() { return running_block->count(); }
void sync_block() { running_block->wait(Waiting::Block); }
void sync_warp() { running_block->wait(Waiting::Warp); }

float shuffle(float value, int lane) { return shuffled(value, lane); }
int shuffle(int value, int lane) { return shuffled(value, lane); }
std::int64_t shuffle(std::int64_t value, int lane) { return shuffled(value, lane); }
float shuffle_xor(float value, int mask) { return shuffled(value, lane_index() ^ mask); }
int shuffle_xor(int value, int mask) { return shuffled(value, lane_index() ^ mask); }
bool any_lane(bool value) {
    exchange({value ? 1U : 0U});
    for (int i = 0; i < 32; ++i)
        if (shown_by(i)[0] != 0) return true;
    return false;
}

float power_of_two(float x) { return std::exp2(x); }
std::uint32_t pack_bf16(float low, float high) {
    return std::uint32_t{to_bf16(low)} | std::uint32_t{to_bf16(high)} << 16;
}
float bits_to_float(std::uint32_t bits) { return std::bit_cast<float>(bits); }

void copy_async_16(void* to, const void* from, bool valid) { copy_later(to, from, valid, 16); }
void copy_async_4(void* to, const void* from, bool valid) { copy_later(to, from, valid, 4); }
void commit_copies() { running_block->current().groups.emplace_back(); }
void wait_for_copies(int pending) {
    auto& groups = running_block->current().groups;
    while (groups.size() > static_cast<std::size_t>(pending) + 1) {
        for (const PendingCopy& copy : groups.front()) std::memcpy(copy.to, copy.bytes.data(), copy.count);
        groups.erase(groups.begin());
    }
}

void load_matrices(std::uint32_t (&r)[4], const void* row) {
    const auto rows = matrix_rows(row);
    const int lane = lane_index();
    for (int m = 0; m < 4; ++m)
        std::memcpy(&r[m], rows[static_cast<std::size_t>(m * 8 + lane / 4)] + lane % 4 * 2, sizeof(r[m]));
}

void load_matrices_transposed(std::uint32_t (&r)[4], const void* row) {
    const auto rows = matrix_rows(row);
    const int lane = lane_index();
    for (int m = 0; m < 4; ++m) {
        const auto first = static_cast<std::size_t>(m * 8 + lane % 4 * 2);
        r[m] = std::uint32_t{rows[first][lane / 4]} | std::uint32_t{rows[first + 1][lane / 4]} << 16;
    }
}

void multiply_add(float (&c)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1) {
    exchange({a[0], a[1], a[2], a[3], b0, b1});
    const int lane = lane_index();
    for (int i = 0; i < 4; ++i) {
        const int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
        for (int k = 0; k < 16; ++k) {
            const Shown& left = shown_by(row % 8 * 4 + k % 8 / 2);
            const Shown& right = shown_by(column * 4 + k % 8 / 2);
            c[i] += element(left[static_cast<std::size_t>(row / 8 + k / 8 * 2)], k % 2) *
                    element(right[static_cast<std::size_t>(4 + k / 8)], k % 2);
        }
    }
}

}  // namespace corpuscope::kernels::cuda
