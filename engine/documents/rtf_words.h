// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What the control words of RTF say of the text.
#pragma once

#include <cstdint>
#include <string_view>

namespace corpuscope::documents {

/// What the text of a group is. A group begins with a word that says so, else it is what the group around
/// it is.
enum class RtfDestination : std::uint8_t { Body, Skipped, Fonts, Styles, Info, Title, ListMark, Note };

/// What a group is that this word stands in; where it says nothing, what the group around it is.
RtfDestination rtf_destination(std::string_view word, RtfDestination around);

inline constexpr std::string_view kRtfBullet = "\u2022";

/// The character that a word stands for, in UTF-8; empty if it stands for none.
std::string_view rtf_character(std::string_view word);

}  // namespace corpuscope::documents
