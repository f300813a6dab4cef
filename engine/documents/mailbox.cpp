// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/mailbox.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <utility>

namespace corpuscope::documents {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "08:00" somewhere in the line.
bool has_time(std::string_view line) {
    for (std::size_t i = line.find(':'); i != std::string_view::npos; i = line.find(':', i + 1))
        if (i > 0 && i + 2 < line.size() && is_digit(line[i - 1]) && is_digit(line[i + 1]) &&
            is_digit(line[i + 2]))
            return true;
    return false;
}

/// "From keeper@light.example" and nothing else.
bool is_sender_alone(std::string_view line) {
    line = line.substr(0, line.find('\r'));
    const std::size_t at = line.find('@');
    return at != std::string_view::npos && line.find(' ', 5) == std::string_view::npos;
}

/// Whether what stands above the text `below` parts messages.
bool parts_messages(std::string_view line, std::string_view below) {
    return line.starts_with("From ") && (has_time(line) || is_sender_alone(line)) &&
           has_mail_header(mail_headers(below));
}

}  // namespace

std::set<std::string> mail_headers(std::string_view bytes) {
    constexpr std::size_t kEnough = 32768;
    if (bytes.size() > kEnough) bytes = bytes.substr(0, bytes.find_last_of('\n', kEnough) + 1);
    std::set<std::string> names;
    while (!bytes.empty() && bytes.front() != '\n' && bytes.front() != '\r') {
        const std::size_t end = std::min(bytes.find('\n'), bytes.size() - 1);
        if (bytes.front() != ' ' && bytes.front() != '\t') {
            std::string name(bytes.substr(0, std::min(bytes.find(':'), end)));
            const bool is_name =
                std::all_of(name.begin(), name.end(), [](unsigned char c) { return c > ' ' && c < 0x7F; });
            if (name.empty() || name.size() == end || !is_name) return {};
            std::transform(name.begin(), name.end(), name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            names.insert(std::move(name));
        }
        bytes.remove_prefix(end + 1);
    }
    return names;
}

bool has_mail_header(const std::set<std::string>& headers) {
    static constexpr std::array<const char*, 12> kOfMail = {
        "from",       "to",       "cc",          "subject",      "date",         "sender",
        "message-id", "received", "return-path", "delivered-to", "mime-version", "content-type"};
    return std::any_of(kOfMail.begin(), kOfMail.end(),
                       [&](const char* name) { return headers.contains(name); });
}

std::vector<std::string_view> messages_of(std::string_view mailbox) {
    std::vector<std::string_view> messages;
    std::size_t message = std::min(mailbox.find('\n'), mailbox.size() - 1) + 1;
    for (std::size_t at = message; at < mailbox.size();) {
        const std::size_t end = std::min(mailbox.find('\n', at), mailbox.size() - 1);
        if (parts_messages(mailbox.substr(at, end - at), mailbox.substr(end + 1))) {
            messages.push_back(mailbox.substr(message, at - message));
            message = end + 1;
        }
        at = end + 1;
    }
    messages.push_back(mailbox.substr(message));
    return messages;
}

}  // namespace corpuscope::documents
