// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Where messages begin: what tells mail from other text, and the messages of a mailbox from one another.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::documents {

/// The names of the headers that a message begins with, in lower case; none where something else comes first.
std::set<std::string> mail_headers(std::string_view bytes);

/// Whether one of them is of mail, not just a word with a colon.
bool has_mail_header(const std::set<std::string>& headers);

/// The messages of a mailbox, each from its headers on, without the "From " line above it. A line in a
/// message that only begins like that, because the program that wrote it did not escape it, parts nothing.
std::vector<std::string_view> messages_of(std::string_view mailbox);

}  // namespace corpuscope::documents
