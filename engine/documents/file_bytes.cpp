// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace corpuscope::documents {
namespace {

tl::unexpected<Failure> unreadable(std::string reason) {
    return tl::unexpected(Failure{FailureKind::Unreadable, std::move(reason)});
}

tl::unexpected<Failure> system_failure(int error) {
    return unreadable("cannot be read: " + std::generic_category().message(error));
}

std::string kind_of(mode_t mode) {
    if (S_ISDIR(mode)) return "is a folder";
    if (S_ISFIFO(mode)) return "is a pipe";
    if (S_ISSOCK(mode)) return "is a socket";
    return "is a device";
}

bool same_version(const struct stat& a, const struct stat& b) {
    return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

tl::expected<std::string, Failure> read_all(int fd, std::int64_t expected_bytes, std::int64_t max_bytes) {
    constexpr std::size_t kChunk = std::size_t{1} << 20;
    std::string bytes;
    bytes.reserve(static_cast<std::size_t>(expected_bytes) + 1);
    std::size_t used = 0;
    for (;;) {
        const std::size_t room = std::max<std::size_t>(bytes.capacity() - used, 4096);
        bytes.resize(used + std::min(room, kChunk));
        const ssize_t got = ::read(fd, bytes.data() + used, bytes.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_failure(errno);
        used += static_cast<std::size_t>(got);
        if (got == 0) break;
        if (static_cast<std::int64_t>(used) > max_bytes)
            return tl::unexpected(
                Failure{FailureKind::TooLarge, "is larger than the limit of " + format_bytes(max_bytes)});
    }
    bytes.resize(used);
    return bytes;
}

}  // namespace

std::string format_bytes(std::int64_t bytes) {
    constexpr std::array<const char*, 5> kUnits = {"bytes", "kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1000 && unit + 1 < kUnits.size()) value /= 1000, ++unit;
    // With a point whatever the locale: reasons are English.
    std::array<char, 48> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed,
                                   unit == 0 || value >= 100 ? 0 : 1);
    return std::string(text.data(), end.ptr) + ' ' + kUnits[unit];
}

tl::expected<int, Failure> open_regular_file(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return system_failure(errno);
    if (!S_ISREG(status.st_mode)) return unreadable(kind_of(status.st_mode) + ", not a document");

    // Not blocking, in case the file was replaced by a pipe since.
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) return system_failure(errno);
    if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) return descriptor;
    ::close(descriptor);
    return unreadable(kind_of(status.st_mode) + ", not a document");
}

tl::expected<std::string, Failure> read_file_bytes(int file, const Limits& limits) {
    struct stat before {};
    if (::fstat(file, &before) != 0) return system_failure(errno);
    if (before.st_size > limits.max_file_bytes)
        return tl::unexpected(Failure{FailureKind::TooLarge, "is " + format_bytes(before.st_size) +
                                                                 " large; the limit is " +
                                                                 format_bytes(limits.max_file_bytes)});

    auto bytes = read_all(file, before.st_size, limits.max_file_bytes);
    if (!bytes) return bytes;
    struct stat after {};
    if (::fstat(file, &after) != 0) return system_failure(errno);
    if (!same_version(before, after)) return unreadable("changed while it was being read");
    if (bytes->empty()) return tl::unexpected(Failure{FailureKind::Empty, "has no bytes in it"});
    return bytes;
}

}  // namespace corpuscope::documents
