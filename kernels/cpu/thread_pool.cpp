// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/thread_pool.h"

#include <algorithm>
#include <chrono>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace corpuscope::kernels::cpu {
namespace {

/// How long a thread looks for the next loop, or for the end of this one, before it sleeps: about what
/// waking up costs.
constexpr std::chrono::microseconds kPatience{30};

thread_local const ThreadPool* own_pool = nullptr;  // whose task the thread is in
thread_local int own_number = 0;

template <typename Condition>
void look_for(const Condition& condition) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
}

/// While it lives, the calling thread is in a task, and libraries that use OpenMP stay on it.
class TaskScope {
 public:
    TaskScope(const ThreadPool* pool, int number) {
        own_pool = pool;
        own_number = number;
#ifdef _OPENMP
        openmp_before_ = omp_get_max_threads();
        omp_set_num_threads(1);
#endif
    }
    ~TaskScope() {
#ifdef _OPENMP
        omp_set_num_threads(openmp_before_);
#endif
        own_pool = nullptr;
        own_number = 0;
    }
    TaskScope(const TaskScope&) = delete;
    TaskScope& operator=(const TaskScope&) = delete;

#ifdef _OPENMP
 private:
    int openmp_before_ = 1;
#endif
};

}  // namespace

bool ThreadPool::in_task() { return own_pool != nullptr; }
int ThreadPool::thread_number() const { return own_pool == nullptr || own_pool == this ? own_number : -1; }

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    begun_.notify_all();
    for (std::thread& helper : helpers_) helper.join();
}

void ThreadPool::run(std::int64_t count, std::int64_t chunk,
                     const std::function<void(std::int64_t, std::int64_t)>& work) {
    if (count <= 0) return;
    if (threads_ <= 1 || count <= chunk || in_task()) {
        work(0, count);
        return;
    }
    start();
    Loop loop{&work, count, chunk};
    {
        const std::lock_guard lock(mutex_);
        loop_ = &loop;
        loops_.fetch_add(1, std::memory_order_release);
    }
    begun_.notify_all();
    take_tasks(loop, 0);
    {
        const std::lock_guard lock(mutex_);
        loop_ = nullptr;  // who comes now comes too late
    }
    const auto done = [this] { return inside_.load(std::memory_order_acquire) == 0; };
    look_for(done);
    std::unique_lock lock(mutex_);
    left_.wait(lock, done);
}

void ThreadPool::start() {
    if (!helpers_.empty()) return;
    for (int number = 1; number < threads_; ++number)
        helpers_.emplace_back([this, number] { serve(number); });
}

void ThreadPool::serve(int number) {
    std::uint64_t seen = 0;
    while (true) {
        look_for([&] { return loops_.load(std::memory_order_acquire) != seen; });
        Loop* loop = nullptr;
        {
            std::unique_lock lock(mutex_);
            begun_.wait(lock, [&] { return ending_ || loops_.load(std::memory_order_relaxed) != seen; });
            if (ending_) return;
            seen = loops_.load(std::memory_order_relaxed);
            loop = loop_;
            if (loop == nullptr) continue;
            inside_.fetch_add(1, std::memory_order_relaxed);
        }
        take_tasks(*loop, number);
        {
            const std::lock_guard lock(mutex_);
            inside_.fetch_sub(1, std::memory_order_release);
        }
        left_.notify_one();
    }
}

void ThreadPool::take_tasks(Loop& loop, int number) {
    const TaskScope scope(this, number);
    while (true) {
        const std::int64_t begin = loop.next.fetch_add(loop.chunk, std::memory_order_relaxed);
        if (begin >= loop.count) return;
        (*loop.work)(begin, std::min(begin + loop.chunk, loop.count));
    }
}

}  // namespace corpuscope::kernels::cpu
