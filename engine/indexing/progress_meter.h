// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "engine/indexing/indexer.h"

namespace corpuscope::indexing {

/// Seconds since it was made or restarted.
class Stopwatch {
 public:
    double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
    void restart() { start_ = Clock::now(); }

 private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start_ = Clock::now();
};

/// Passes progress on, at most some 20 times a second, with what is left at the rate of the phase so far.
class ProgressMeter {
 public:
    explicit ProgressMeter(const Options& options) : options_(options) {}

    Progress& values() { return progress_; }
    /// Told at once.
    void begin(Phase phase);
    /// `done` is the share of the phase behind, 0..1.
    void update(double done);

 private:
    void tell();
    const Options& options_;
    Progress progress_;
    Stopwatch phase_, since_told_;
    double first_done_ = -1;
};

}  // namespace corpuscope::indexing
