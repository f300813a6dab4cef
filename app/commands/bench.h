// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What the three benchmarks have in common: how a result is written down.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/citations.h"
#include "kernels/attention.h"

namespace corpuscope::app {

struct BenchResult {
    std::int64_t tokens = 0;
    double seconds = 0;
    std::string backend, dtype, processor;
    std::vector<kernels::Branch> branches;
    Json more = Json::object();  ///< fields of one benchmark alone
};

/// The most memory that this process ever held.
std::int64_t peak_rss_bytes();

void report(const BenchResult& result, bool as_json);

class Stopwatch {
 public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

 private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace corpuscope::app
