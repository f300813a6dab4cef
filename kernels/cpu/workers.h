// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "kernels/cpu/thread_pool.h"
#include "kernels/host_buffer.h"

namespace corpuscope::kernels::cpu {

/// The threads of a backend and the scratch space of each. Inside a task everything stays on its thread, so
/// that threads never multiply.
class Workers {
 public:
    /// threads 0: one a physical core.
    explicit Workers(int threads);

    int threads() const { return ThreadPool::in_task() ? 1 : pool_.threads(); }

    /// Calls work(index, scratch) for each index in [0, count), `chunk` neighbours on one thread, with
    /// scratch_bytes of memory that no other thread touches meanwhile. `work` must not throw. Allocates only
    /// where a call needs more scratch than all before it.
    template <typename Work>
    void run(std::int64_t count, std::int64_t chunk, std::size_t scratch_bytes, const Work& work) {
        const auto part = [&](std::int64_t begin, std::int64_t end) {
            HostBuffer passing;  // for a thread of another backend
            const int thread = pool_.thread_number();
            HostBuffer& own = thread < 0 ? passing : *scratch_[static_cast<std::size_t>(thread)];
            std::byte* scratch = own.reserve(scratch_bytes);
            for (std::int64_t i = begin; i < end; ++i) work(i, scratch);
        };
        pool_.run(count, chunk, std::cref(part));
    }

    /// Calls work(index, thread) for each index in [0, count), thread below threads().
    void for_each(std::int64_t count, const std::function<void(std::int64_t, int)>& work) {
        const auto part = [&](std::int64_t begin, std::int64_t end) {
            const int thread = std::max(pool_.thread_number(), 0);
            for (std::int64_t i = begin; i < end; ++i) work(i, thread);
        };
        pool_.run(count, 1, std::cref(part));
    }

 private:
    ThreadPool pool_;
    std::vector<std::unique_ptr<HostBuffer>> scratch_;
};

}  // namespace corpuscope::kernels::cpu
