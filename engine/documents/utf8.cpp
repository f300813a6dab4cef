// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/utf8.h"

#include <algorithm>

namespace corpuscope::documents {
namespace {

struct Lead {
    std::size_t length;                    // 0: no character begins with this byte
    unsigned char second_from, second_to;  // what the second byte may be (Unicode standard, table 3-7)
};

Lead lead_of(unsigned char byte) {
    if (byte < 0x80) return {1, 0, 0};
    if (byte < 0xC2) return {0, 0, 0};
    if (byte < 0xE0) return {2, 0x80, 0xBF};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte < 0xF0) return {3, 0x80, 0xBF};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte < 0xF4) return {4, 0x80, 0xBF};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

// How many bytes from `position` on are a correct beginning of a character with this lead.
std::size_t matching(std::string_view text, std::size_t position, const Lead& lead) {
    std::size_t matched = 1;
    while (matched < lead.length && position + matched < text.size()) {
        const auto byte = static_cast<unsigned char>(text[position + matched]);
        const unsigned char from = matched == 1 ? lead.second_from : 0x80;
        const unsigned char to = matched == 1 ? lead.second_to : 0xBF;
        if (byte < from || byte > to) break;
        ++matched;
    }
    return matched;
}

}  // namespace

std::size_t multibyte_length(std::string_view text, std::size_t position) {
    const Lead lead = lead_of(static_cast<unsigned char>(text[position]));
    if (lead.length <= 1) return lead.length;
    return matching(text, position, lead) == lead.length ? lead.length : 0;
}

std::size_t malformed_length(std::string_view text, std::size_t position) {
    const Lead lead = lead_of(static_cast<unsigned char>(text[position]));
    return lead.length <= 1 ? 1 : matching(text, position, lead);
}

std::int64_t count_characters(std::string_view text) {
    return std::count_if(text.begin(), text.end(), [](char byte) { return !is_continuation(byte); });
}

char32_t multibyte_code_point(std::string_view text, std::size_t position) {
    const auto byte = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(text[position + i]));
    };
    switch (multibyte_length(text, position)) {
        case 2:
            return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
        case 3:
            return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
        case 4:
            return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
        default:
            return 0xFFFD;
    }
}

}  // namespace corpuscope::documents
