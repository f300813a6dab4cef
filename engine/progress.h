// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace corpuscope {

/// Thrown out of long work when its Control was cancelled. What was stored before stays stored.
struct Cancelled : std::runtime_error {
    Cancelled() : std::runtime_error("cancelled") {}
};

/// How another thread pauses, resumes and cancels long work. The work calls `checkpoint` often (at least
/// every 100 ms).
class Control {
 public:
    void pause();
    void resume();
    void cancel();  ///< also wakes paused work
    bool paused() const { return paused_.load(std::memory_order_relaxed); }
    bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
    /// Blocks while paused; throws Cancelled once cancelled.
    void checkpoint();

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> paused_ = false;
    std::atomic<bool> cancelled_ = false;
};

}  // namespace corpuscope
