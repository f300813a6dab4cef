// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/number_format.h"

#include <QDate>
#include <array>
#include <charconv>
#include <cmath>

namespace corpuscope::documents {
namespace {

constexpr std::int64_t kSecondsPerDay = 86400;

/// Letters of the first section of a format, in lower case, without what is shown as it stands. Of what is in
/// brackets only durations are kept, as "[h]".
std::string bare_code(std::string_view code) {
    std::string bare;
    for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
        const char c = code[i];
        if (c == '"') {
            i = code.find('"', i + 1);
        } else if (c == '\\' || c == '_' || c == '*') {
            ++i;
        } else if (c == '[') {
            const std::size_t end = code.find(']', i);
            const std::string_view inside = code.substr(i + 1, end == code.npos ? end : end - i - 1);
            if (!inside.empty() && inside.find_first_not_of("hmsHMS") == inside.npos) bare += "[h]";
            i = end;
        } else {
            bare += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
        }
        if (i == code.npos) break;
    }
    return bare;
}

/// Plain digits of a number with the noise of its binary form taken off.
std::string plain_text(double value) {
    constexpr int kCertainDigits = 15;
    std::array<char, 64> digits{};
    char* const begin = digits.data();
    char* end =
        std::to_chars(begin, begin + digits.size(), value, std::chars_format::general, kCertainDigits).ptr;
    const double magnitude = std::abs(value);
    if (magnitude >= 1e-9 && magnitude < 1e15) {
        double rounded = 0;
        std::from_chars(begin, end, rounded);
        end = std::to_chars(begin, begin + digits.size(), rounded, std::chars_format::fixed).ptr;
    }
    return value == 0 ? "0" : std::string(begin, end);
}

/// "14:30", "14:30:05"
std::string clock_text(std::int64_t seconds) {
    const auto two = [](std::int64_t value) {
        return std::string(value < 10 ? "0" : "").append(std::to_string(value));
    };
    const std::string text = two(seconds / 3600) + ":" + two(seconds / 60 % 60);
    return seconds % 60 == 0 ? text : text + ":" + two(seconds % 60);
}

std::string date_text(std::int64_t days, DateSystem system) {
    // The calendar of the first system has a 29th of February 1900; behind it, the days count from the 30th
    // of December 1899.
    constexpr int kLeapDay = 60;
    const QDate zero = system == DateSystem::Since1904 ? QDate(1904, 1, 1)
                       : days < kLeapDay               ? QDate(1899, 12, 31)
                                                       : QDate(1899, 12, 30);
    return zero.addDays(days).toString(Qt::ISODate).toStdString();
}

}  // namespace

NumberKind kind_of_built_in_format(int id) {
    if (id == 9 || id == 10) return NumberKind::Percent;
    if (id == 46) return NumberKind::Duration;
    if ((id >= 18 && id <= 21) || id == 45 || id == 47) return NumberKind::Time;
    // From 27 on stand the formats of East Asian calendars.
    const bool is_date =
        (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
    return is_date ? NumberKind::Date : NumberKind::Plain;
}

NumberKind kind_of_format(std::string_view code) {
    const std::string bare = bare_code(code);
    const auto has = [&](const char* letters) { return bare.find_first_of(letters) != std::string::npos; };
    if (bare.find("[h]") != std::string::npos) return NumberKind::Duration;
    if (has("yd")) return NumberKind::Date;
    if (has("hs")) return NumberKind::Time;
    if (has("m")) return NumberKind::Date;
    return has("%") ? NumberKind::Percent : NumberKind::Plain;
}

std::string number_text(double value, NumberKind kind, DateSystem system) {
    constexpr double kDayAfterTheLast = 2958466;  // the first of January 10000
    if (kind == NumberKind::Percent) return plain_text(value * 100) + "%";
    if (kind == NumberKind::Plain || !(value >= 0 && value < kDayAfterTheLast)) return plain_text(value);
    const std::int64_t seconds = std::llround(value * static_cast<double>(kSecondsPerDay));
    const std::int64_t days = seconds / kSecondsPerDay;
    const std::int64_t time = seconds % kSecondsPerDay;
    if (kind == NumberKind::Duration) return clock_text(seconds);
    const bool before_all_days = days == 0 && system == DateSystem::Since1900;
    if (kind == NumberKind::Time || before_all_days) return clock_text(time);
    const std::string date = date_text(days, system);
    return time == 0 ? date : date + " " + clock_text(time);
}

}  // namespace corpuscope::documents
