// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <thread>

#include "engine/progress.h"

namespace corpuscope::app {

/// While it lives, Ctrl-C (SIGINT) and SIGTERM cancel `control` instead of ending the program; a second one
/// ends it at once. Make it before the work starts threads: they inherit the signal mask.
class Interrupt {
 public:
    explicit Interrupt(Control& control);
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

 private:
    void watch(Control& control);

    std::atomic<bool> over_ = false;
    std::thread watcher_;
};

}  // namespace corpuscope::app
