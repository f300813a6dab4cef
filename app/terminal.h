// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What people see of the command line: progress on standard error, numbers as they are read.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace corpuscope::app {

/// On a terminal a bar that redraws itself; elsewhere a line when the phase changes and every few seconds.
class ProgressDisplay {
 public:
    ProgressDisplay();
    ~ProgressDisplay();  ///< takes the bar away
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    /// fraction in 0..1; below 0 where it is not known.
    void show(std::string_view phase, double fraction, std::string_view detail = {});

 private:
    void draw_bar(std::string_view phase, double fraction, std::string_view detail);

    bool terminal_;
    bool drawn_ = false;
    std::string phase_;
    std::chrono::steady_clock::time_point last_;
};

/// 1234567 → "1,234,567"
std::string grouped(std::int64_t number);
/// 7.0 → "7 s", 125.0 → "2 min 05 s"
std::string duration(double seconds);
/// 1536 → "1.5 KiB"
std::string byte_size(std::int64_t bytes);
/// Control characters as spaces: neither the name nor the text of a document breaks a line or gives the
/// terminal orders.
std::string on_one_line(std::string text);
/// "1 document", "2 documents"
std::string counted(std::int64_t number, std::string_view singular);

}  // namespace corpuscope::app
