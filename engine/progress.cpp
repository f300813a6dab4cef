// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/progress.h"

namespace corpuscope {

void Control::pause() {
    const std::lock_guard lock(mutex_);
    paused_ = true;
}

void Control::resume() {
    {
        const std::lock_guard lock(mutex_);
        paused_ = false;
    }
    changed_.notify_all();
}

void Control::cancel() {
    {
        const std::lock_guard lock(mutex_);
        cancelled_ = true;
    }
    changed_.notify_all();
}

void Control::checkpoint() {
    if (!paused_ && !cancelled_) return;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !paused_ || cancelled_; });
    if (cancelled_) throw Cancelled();
}

}  // namespace corpuscope
