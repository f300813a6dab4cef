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
// Names and texts come from strangers: neither breaks a line, gives the terminal orders or turns the
// direction in which what stands beside it is read.
/// A name, or a message that may hold one: control characters as "\n", "\x1b", "\u202e"; bytes that are not
/// UTF-8 become U+FFFD.
std::string escaped(std::string_view name);
/// Text of a document: white space of any kind as spaces, the rest as `escaped` has it.
std::string on_one_line(std::string_view text);
/// The same with its line breaks and tabs.
std::string on_its_lines(std::string_view text);
/// "1 document", "2 documents"
std::string counted(std::int64_t number, std::string_view singular);

}  // namespace corpuscope::app
