// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/indexing/progress_meter.h"

namespace corpuscope::indexing {
namespace {
constexpr double kSecondsBetween = 0.05;
constexpr double kSecondsUntilEstimate = 0.5;
}  // namespace

void ProgressMeter::begin(Phase phase) {
    progress_.phase = phase;
    progress_.seconds_left = -1;
    phase_.restart();
    first_done_ = -1;
    tell();
}

void ProgressMeter::update(double done) {
    if (first_done_ < 0) {
        // What an earlier run did says nothing of the rate of this one.
        first_done_ = done;
        phase_.restart();
    }
    if (since_told_.seconds() < kSecondsBetween) return;
    const double seconds = phase_.seconds(), advance = done - first_done_;
    if (seconds >= kSecondsUntilEstimate && advance > 0) {
        progress_.seconds_left = seconds * (1 - done) / advance;
        if (progress_.phase == Phase::Encoding) {
            progress_.tokens_per_second = static_cast<double>(progress_.tokens_total) * advance / seconds;
        }
    }
    tell();
}

void ProgressMeter::tell() {
    since_told_.restart();
    if (options_.progress) options_.progress(progress_);
}

}  // namespace corpuscope::indexing
