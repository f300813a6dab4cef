// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <QString>
#include <algorithm>
#include <array>
#include <charconv>
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

std::string two_digits(std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

/// With a point whatever the locale: what the command line prints is English, and programs read it.
std::string fixed(double value, int decimals) {
    std::array<char, 32> buffer{};
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals)
            .ptr;
    return {buffer.data(), end};
}

/// Marks that turn the direction of all that follows them: text could show as what it is not.
bool turns_direction(char16_t c) {
    return (c >= u'\u202A' && c <= u'\u202E') || (c >= u'\u2066' && c <= u'\u2069');
}

bool breaks_a_line(QChar c) {
    return c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph;
}

/// "\n", "\x1b", "\u202e"
QString escape_of(QChar c) {
    switch (c.unicode()) {
        case u'\t':
            return QStringLiteral("\\t");
        case u'\n':
            return QStringLiteral("\\n");
        case u'\r':
            return QStringLiteral("\\r");
        default:
            break;
    }
    const bool byte = c.unicode() < 0x100;
    return (byte ? QStringLiteral("\\x%1") : QStringLiteral("\\u%1"))
        .arg(static_cast<int>(c.unicode()), byte ? 2 : 4, 16, QLatin1Char('0'));
}

enum class Spaces : std::uint8_t { Escaped, AsOne, Kept };

/// `spaces`: what becomes of tabs and line breaks.
std::string without_orders(std::string_view text, Spaces spaces) {
    QString safe;
    for (const QChar c : QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))) {
        const bool control = c.category() == QChar::Other_Control || breaks_a_line(c);
        if (!control && !turns_direction(c.unicode()))
            safe += c;
        else if (spaces == Spaces::Kept && (c == u'\n' || c == u'\t'))
            safe += c;
        else if (spaces != Spaces::Escaped && control && c.isSpace())
            safe += u' ';
        else
            safe += escape_of(c);
    }
    return safe.toStdString();
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

std::string escaped(std::string_view name) { return without_orders(name, Spaces::Escaped); }

std::string on_one_line(std::string_view text) { return without_orders(text, Spaces::AsOne); }

std::string on_its_lines(std::string_view text) { return without_orders(text, Spaces::Kept); }

std::string counted(std::int64_t number, std::string_view singular) {
    return grouped(number) + ' ' + std::string(singular) + (number == 1 ? "" : "s");
}

}  // namespace corpuscope::app
