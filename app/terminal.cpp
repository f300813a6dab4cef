// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <QString>
#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>

namespace corpuscope::app {
namespace {

constexpr auto kPlainInterval = std::chrono::seconds(5);
constexpr auto kBarInterval = std::chrono::milliseconds(100);

int terminal_columns() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

std::string percentage(double fraction) {
    return fraction < 0 ? std::string() : std::to_string(static_cast<int>(fraction * 100)) + " %";
}

std::string two_digits(std::int64_t value) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%02d", static_cast<int>(value));
    return buffer.data();
}

std::string fixed(double value, int decimals) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
    return buffer.data();
}

}  // namespace

ProgressDisplay::ProgressDisplay() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressDisplay::~ProgressDisplay() {
    if (drawn_) std::cerr << "\r\033[K" << std::flush;
}

void ProgressDisplay::show(std::string_view phase, double fraction, std::string_view detail) {
    const auto now = std::chrono::steady_clock::now();
    const bool phase_changed = phase != phase_;
    if (!phase_changed &&
        now - last_ < (terminal_ ? std::chrono::milliseconds(kBarInterval) : kPlainInterval))
        return;
    phase_ = phase;
    last_ = now;
    if (terminal_) {
        draw_bar(phase, fraction, detail);
    } else {
        std::cerr << phase;
        if (const auto share = percentage(fraction); !share.empty()) std::cerr << ' ' << share;
        if (!detail.empty()) std::cerr << ", " << detail;
        std::cerr << '\n' << std::flush;
    }
}

void ProgressDisplay::draw_bar(std::string_view phase, double fraction, std::string_view detail) {
    constexpr int kBarCells = 24;
    QString line = QString::fromUtf8(phase.data(), static_cast<qsizetype>(phase.size())).leftJustified(10);
    if (fraction >= 0) {
        const int filled = std::clamp(static_cast<int>(fraction * kBarCells), 0, kBarCells);
        line += QStringLiteral(" [") + QString(filled, u'#') + QString(kBarCells - filled, u'.') +
                QStringLiteral("] ");
        line += QString::fromStdString(percentage(fraction)).rightJustified(5);
    }
    line += QStringLiteral("  ") + QString::fromUtf8(detail.data(), static_cast<qsizetype>(detail.size()));
    std::cerr << "\r\033[K" << line.left(terminal_columns() - 1).toStdString() << std::flush;
    drawn_ = true;
}

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::ptrdiff_t first = number < 0 ? 1 : 0;
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string duration(double seconds) {
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    if (seconds < 10) return fixed(seconds, 1) + " s";
    if (whole < 60) return std::to_string(whole) + " s";
    if (whole < 3600) return std::to_string(whole / 60) + " min " + two_digits(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + two_digits(whole / 60 % 60) + " min";
}

std::string byte_size(std::int64_t bytes) {
    constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; size >= 1024 && unit + 1 < kUnits.size(); ++unit) size /= 1024;
    return fixed(size, unit == 0 ? 0 : 1) + ' ' + kUnits[unit];
}

std::string on_one_line(std::string text) {
    constexpr unsigned char kDelete = 0x7f;
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == kDelete; }, ' ');
    return text;
}

std::string counted(std::int64_t number, std::string_view singular) {
    return grouped(number) + ' ' + std::string(singular) + (number == 1 ? "" : "s");
}

}  // namespace corpuscope::app
