// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Messages between the program and its reading process, over a pair of connected sockets: a length, the
// bytes, and with a request the descriptor of the file it is about.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/documents/descriptor.h"

namespace corpuscope::documents {

struct Message {
    std::string bytes;
    Descriptor file;  ///< none if none was sent
};

/// Called while nothing has come for `kWaitStep`; may throw.
using Waiting = std::function<void()>;
inline constexpr std::chrono::milliseconds kWaitStep{50};

/// Sends `bytes`, and `file` with them unless it is -1. False if the other side is gone.
bool send_message(int socket, std::string_view bytes, int file = -1);

/// The next message of at most `max_bytes`. None if the other side is gone, or sends something longer.
std::optional<Message> receive_message(int socket, std::int64_t max_bytes, const Waiting& waiting = {});

}  // namespace corpuscope::documents
