// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Threads for loops over independent tasks. OpenMP's wait for every thread of a team at the end of every
// loop, and spin while they do: where other programs want the cores too, a loop of 1 ms then takes as long as
// the system lets its slowest thread sleep (one text of 250 tokens: 137 ms on two threads, 47 ms on one).
// Here a loop ends when its tasks are done, whoever did them, and who has nothing to do sleeps.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace corpuscope::kernels::cpu {

class ThreadPool {
 public:
    /// `threads` with the caller's own.
    explicit ThreadPool(int threads) : threads_(threads) {}
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int threads() const { return threads_; }

    /// Whether the calling thread works on a task of some pool. Loops inside tasks stay on their thread.
    static bool in_task();
    /// Of the calling thread: 0 to threads() - 1 in this pool's tasks, their loop's caller being 0; 0 outside
    /// of tasks; -1 in another pool's.
    int thread_number() const;

    /// Calls work(begin, end) for runs of `chunk` neighbours that make up [0, count), on any of the threads.
    /// `work` must not throw. One loop at a time.
    void run(std::int64_t count, std::int64_t chunk,
             const std::function<void(std::int64_t begin, std::int64_t end)>& work);

 private:
    struct Loop {
        const std::function<void(std::int64_t, std::int64_t)>* work;
        std::int64_t count, chunk;
        std::atomic<std::int64_t> next = 0;
    };

    void start();
    void serve(int number);
    void take_tasks(Loop& loop, int number);

    int threads_;
    std::vector<std::thread> helpers_;  // started by the first loop
    std::mutex mutex_;
    std::condition_variable begun_, left_;
    std::atomic<std::uint64_t> loops_ = 0;  // begun so far
    std::atomic<int> inside_ = 0;           // helpers that work on loop_
    Loop* loop_ = nullptr;
    bool ending_ = false;
};

}  // namespace corpuscope::kernels::cpu
