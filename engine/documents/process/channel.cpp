// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/process/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace corpuscope::documents {
namespace {

using Length = std::uint64_t;

/// Room for one descriptor beside the bytes.
union ControlBuffer {
    cmsghdr header;
    std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        // Without a signal where the other side is gone.
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool send_length(int socket, Length length, int file) {
    iovec part{&length, sizeof(length)};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    ControlBuffer control{};
    if (file >= 0) {
        message.msg_control = control.bytes.data();
        message.msg_controllen = control.bytes.size();
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(header), &file, sizeof(int));
    }
    ssize_t sent = 0;
    do sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(sizeof(length));
}

void wait_for_data(int socket, const Waiting& waiting) {
    if (!waiting) return;
    pollfd entry{socket, POLLIN, 0};
    while (::poll(&entry, 1, static_cast<int>(kWaitStep.count())) <= 0) waiting();
}

/// Bytes received, 0 at the end or after an error.
std::size_t receive_some(int socket, char* data, std::size_t size, const Waiting& waiting,
                         Descriptor* file = nullptr) {
    iovec part{data, size};
    for (;;) {
        wait_for_data(socket, waiting);
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        ControlBuffer control{};
        message.msg_control = control.bytes.data();
        message.msg_controllen = control.bytes.size();
        const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        const cmsghdr* header = CMSG_FIRSTHDR(&message);
        if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
            header->cmsg_len == CMSG_LEN(sizeof(int))) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(header), sizeof(int));
            Descriptor received(number);
            if (file != nullptr) *file = std::move(received);
        }
        return static_cast<std::size_t>(got);
    }
}

}  // namespace

bool send_message(int socket, std::string_view bytes, int file) {
    return send_length(socket, bytes.size(), file) && send_all(socket, bytes);
}

std::optional<Message> receive_message(int socket, std::int64_t max_bytes, const Waiting& waiting) {
    Message message;
    Length length = 0;
    std::array<char, sizeof(Length)> header{};
    for (std::size_t got = 0; got < header.size();) {
        const std::size_t more =
            receive_some(socket, header.data() + got, header.size() - got, waiting, &message.file);
        if (more == 0) return std::nullopt;
        got += more;
    }
    std::memcpy(&length, header.data(), sizeof(length));
    if (length > static_cast<Length>(max_bytes)) return std::nullopt;
    // Grown as bytes come, so that a length alone takes no memory.
    constexpr std::size_t kStep = std::size_t{4} << 20;
    while (message.bytes.size() < length) {
        const std::size_t had = message.bytes.size();
        message.bytes.resize(had + std::min<std::size_t>(length - had, kStep));
        const std::size_t got =
            receive_some(socket, message.bytes.data() + had, message.bytes.size() - had, waiting);
        if (got == 0) return std::nullopt;
        message.bytes.resize(had + got);
    }
    return message;
}

}  // namespace corpuscope::documents
