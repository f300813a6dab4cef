// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/interrupt.h"

#include <pthread.h>
#include <signal.h>

#include <cstdlib>

namespace corpuscope::app {
namespace {

sigset_t watched_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

}  // namespace

// A handler may not lock a mutex, and cancelling does. So the signals are blocked everywhere and one thread
// waits for them.
Interrupt::Interrupt(Control& control) {
    const sigset_t set = watched_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    watcher_ = std::thread([this, &control] { watch(control); });
}

Interrupt::~Interrupt() {
    over_ = true;
    pthread_kill(watcher_.native_handle(), SIGTERM);
    watcher_.join();
    const sigset_t set = watched_signals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Interrupt::watch(Control& control) {
    const sigset_t set = watched_signals();
    int signal = 0;
    while (sigwait(&set, &signal) == 0 && !over_) {
        if (control.cancelled()) std::_Exit(128 + signal);
        control.cancel();
    }
}

}  // namespace corpuscope::app
