// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/rtf_text.h"

#include <unicode/unistr.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <utility>

namespace corpuscope::documents {
namespace {

constexpr int kMacRoman = 10000, kUtf8 = 65001;

std::string converter_name(int code_page) {
    if (code_page == kMacRoman) return "macintosh";
    return code_page == kUtf8 ? "UTF-8" : "cp" + std::to_string(code_page);
}

icu::UnicodeString decoded(const std::string& bytes, int code_page) {
    const auto length = static_cast<std::int32_t>(bytes.size());
    icu::UnicodeString text(bytes.data(), length, converter_name(code_page).c_str());
    if (!text.isBogus() && !text.isEmpty()) return text;
    return icu::UnicodeString(bytes.data(), length, "cp1252");  // of a page that nobody knows
}

bool is_ascii(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](unsigned char byte) { return byte < 0x80; });
}

}  // namespace

int rtf_code_page(int charset) {
    constexpr std::pair<int, int> kPages[] = {
        {77, kMacRoman}, {128, 932},  {129, 949},  {134, 936},  {136, 950},  {161, 1253}, {162, 1254},
        {163, 1258},     {177, 1255}, {178, 1256}, {186, 1257}, {204, 1251}, {222, 874},  {238, 1250}};
    for (const auto& [known, page] : kPages)
        if (known == charset) return page;
    return 0;
}

void RtfText::add_bytes(std::string_view bytes, int code_page, std::int64_t source) {
    if (bytes_.empty() && is_ascii(bytes)) return add(std::string(bytes), source);
    for (const char byte : bytes) {
        if (code_page != code_page_) decode_bytes();
        if (bytes_.empty()) bytes_source_ = source;
        code_page_ = code_page;
        bytes_ += byte;
        if (byte == ' ') decode_bytes();  // so that every word has its place
        ++source;
    }
}

void RtfText::add_utf16(std::uint16_t unit, std::int64_t source) {
    if (U16_IS_TRAIL(unit) && high_surrogate_ != 0) {
        std::string text;
        icu::UnicodeString(U16_GET_SUPPLEMENTARY(high_surrogate_, unit)).toUTF8String(text);
        high_surrogate_ = 0;
        return add(std::move(text), source);
    }
    decode_bytes();
    if (U16_IS_LEAD(unit)) {
        high_surrogate_ = unit;
        return;
    }
    std::string text;
    icu::UnicodeString(static_cast<UChar>(unit)).toUTF8String(text);
    add(std::move(text), source);
}

void RtfText::add(std::string text, std::int64_t source) {
    decode_bytes();
    runs_.push_back({std::move(text), source});
}

void RtfText::decode_bytes() {
    high_surrogate_ = 0;  // without its other half it is no character
    if (bytes_.empty()) return;
    std::string text;
    decoded(bytes_, code_page_).toUTF8String(text);
    runs_.push_back({std::move(text), bytes_source_});
    bytes_.clear();
}

std::vector<RtfRun> RtfText::take() {
    decode_bytes();
    return std::exchange(runs_, {});
}

}  // namespace corpuscope::documents
