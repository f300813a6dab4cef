// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "kernels/host_buffer.h"

namespace corpuscope::kernels::cpu {

/// The threads of a backend and the scratch space of each. Inside somebody else's parallel region everything
/// stays on the calling thread, so that threads never multiply.
class Workers {
 public:
    /// threads 0: one a physical core.
    explicit Workers(int threads);

    int threads() const {
#ifdef _OPENMP
        return omp_in_parallel() != 0 ? 1 : threads_;
#else
        return 1;
#endif
    }

    /// Calls work(index, scratch) for each index in [0, count), `chunk` neighbours on one thread, with
    /// scratch_bytes of memory that no other thread touches meanwhile. `work` must not throw. Allocates only
    /// where a call needs more scratch than all before it.
    template <typename Work>
    void run(std::int64_t count, std::int64_t chunk, std::size_t scratch_bytes, const Work& work) {
        if (count <= 0) return;
#ifdef _OPENMP
        if (threads() > 1 && count > chunk) {
            for (int t = 0; t < threads_; ++t) scratch_[static_cast<std::size_t>(t)]->reserve(scratch_bytes);
#pragma omp parallel for num_threads(threads_) schedule(dynamic, chunk)
            for (std::int64_t i = 0; i < count; ++i)
                work(i, static_cast<std::byte*>(
                            scratch_[static_cast<std::size_t>(omp_get_thread_num())]->data()));
            return;
        }
        HostBuffer& own = *scratch_[static_cast<std::size_t>(omp_get_thread_num())];
#else
        HostBuffer& own = *scratch_[0];
#endif
        std::byte* scratch = own.reserve(scratch_bytes);
        for (std::int64_t i = 0; i < count; ++i) work(i, scratch);
    }

 private:
    int threads_ = 1;
    std::vector<std::unique_ptr<HostBuffer>> scratch_;
};

}  // namespace corpuscope::kernels::cpu
