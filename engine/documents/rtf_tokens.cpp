// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/rtf_tokens.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace corpuscope::documents {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool RtfTokens::next(RtfToken& token) {
    while (at_ < bytes_.size() && (bytes_[at_] == '\n' || bytes_[at_] == '\r')) ++at_;  // layout of the file
    if (at_ >= bytes_.size()) return false;
    token = {.kind = RtfKind::Text,
             .text = bytes_.substr(at_, 1),
             .number = 0,
             .has_number = false,
             .offset = static_cast<std::int64_t>(at_)};
    const char first = bytes_[at_];
    if (first == '\\') return read_control(token);
    if (first == '{' || first == '}') {
        token.kind = first == '{' ? RtfKind::GroupBegin : RtfKind::GroupEnd;
        ++at_;
        return true;
    }
    const std::size_t end = std::min(bytes_.find_first_of("\\{}\r\n", at_), bytes_.size());
    token.text = bytes_.substr(at_, end - at_);
    at_ = end;
    return true;
}

bool RtfTokens::read_control(RtfToken& token) {
    if (at_ + 1 >= bytes_.size()) return false;
    ++at_;
    if (is_letter(bytes_[at_])) {
        read_word(token);
        return true;
    }
    token.text = bytes_.substr(at_, 1);
    token.kind = RtfKind::Symbol;
    ++at_;
    if (token.text == "'") {
        const std::string_view digits = bytes_.substr(at_, 2);
        unsigned value = 0;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (parsed.ec == std::errc() && parsed.ptr == digits.data() + 2) {
            token.kind = RtfKind::Byte;
            token.number = static_cast<int>(value);
            at_ += 2;
        }
    }
    return true;
}

void RtfTokens::read_word(RtfToken& token) {
    token.kind = RtfKind::Word;
    std::size_t end = at_;
    while (end < bytes_.size() && is_letter(bytes_[end])) ++end;
    token.text = bytes_.substr(at_, end - at_);
    const auto parsed = std::from_chars(bytes_.data() + end, bytes_.data() + bytes_.size(), token.number);
    token.has_number = parsed.ec == std::errc();
    at_ = static_cast<std::size_t>(parsed.ptr - bytes_.data());
    if (at_ < bytes_.size() && bytes_[at_] == ' ') ++at_;  // parts the word from what follows
    if (token.text == "bin" && token.has_number && token.number > 0)
        at_ += std::min(static_cast<std::size_t>(token.number), bytes_.size() - at_);
}

}  // namespace corpuscope::documents
