// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "kernels/backend.h"

namespace corpuscope::longnet {

/// Calls work(index, thread) for every index in [0, count) on a backend's threads. The first exception ends
/// the loop early and is thrown again on the caller's thread.
template <typename Work>
void parallel_for(kernels::Backend& backend, std::int64_t count, const Work& work) {
    std::exception_ptr failure;
    std::mutex failure_mutex;
    std::atomic<bool> failed = false;
    backend.for_each(count, [&](std::int64_t i, int thread) {
        if (failed.load(std::memory_order_relaxed)) return;
        try {
            work(i, thread);
        } catch (...) {
            const std::lock_guard lock(failure_mutex);
            if (!failure) failure = std::current_exception();
            failed = true;
        }
    });
    if (failure) std::rethrow_exception(failure);
}

/// Calls work(index, thread) for every index in [0, count), on `threads` threads of which the caller's is
/// number 0. The first exception ends the loop early and is thrown again on the caller's thread. Without
/// OpenMP: one thread.
template <typename Work>
void parallel_for(int threads, std::int64_t count, const Work& work) {
    std::exception_ptr failure;
    std::mutex failure_mutex;
    std::atomic<bool> failed = false;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1 && count > 1)
    for (std::int64_t i = 0; i < count; ++i) {
        if (failed.load(std::memory_order_relaxed)) continue;
        try {
#ifdef _OPENMP
            work(i, omp_get_thread_num());
#else
            work(i, 0);
#endif
        } catch (...) {
            const std::lock_guard lock(failure_mutex);
            if (!failure) failure = std::current_exception();
            failed = true;
        }
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace corpuscope::longnet
