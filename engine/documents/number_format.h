// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers of a spreadsheet as they are shown, as far as their format changes what they mean.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace corpuscope::documents {

/// Duration: a time that counts on beyond 24 hours.
enum class NumberKind : std::uint8_t { Plain, Percent, Date, Time, Duration };

/// What the format of that number is where the file does not say (ECMA-376, 18.8.30).
NumberKind kind_of_built_in_format(int id);
/// Of a format written out, such as "0.0%" or "dd/mm/yyyy".
NumberKind kind_of_format(std::string_view code);

enum class DateSystem : std::uint8_t { Since1900, Since1904 };

/// "0.3", "12.5%", "2026-11-27 14:30", "06:15"
std::string number_text(double value, NumberKind kind, DateSystem system);

}  // namespace corpuscope::documents
