// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/library/write_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "engine/library/library.h"

namespace corpuscope::library {
namespace {

std::string holder(int descriptor) {
    char number[32] = {};
    const ssize_t count = ::pread(descriptor, number, sizeof number - 1, 0);
    const std::string text(number, count > 0 ? static_cast<std::size_t>(count) : 0);
    return text.empty() ? "unknown" : text;
}

/// Whether the name still leads to the file that was locked: the previous holder removes it when it ends.
bool still_named(int descriptor, const std::filesystem::path& file) {
    struct stat locked = {}, named = {};
    return ::fstat(descriptor, &locked) == 0 && ::stat(file.c_str(), &named) == 0 &&
           locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

}  // namespace

WriteLock::WriteLock(const std::filesystem::path& library_file) : file_(library_file) {
    file_ += ".lock";
    while (true) {
        descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (descriptor_ < 0) {
            throw LibraryError(library_file.string() + " cannot be written: " + std::strerror(errno));
        }
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            const std::string process = holder(descriptor_);
            ::close(descriptor_);
            throw LibraryError(library_file.string() + " is in use by another Corpuscope (process " +
                               process + ")");
        }
        if (still_named(descriptor_, file_)) break;
        ::close(descriptor_);
    }
    const std::string process = std::to_string(::getpid());
    if (::ftruncate(descriptor_, 0) != 0 ||
        ::pwrite(descriptor_, process.data(), process.size(), 0) != static_cast<ssize_t>(process.size())) {
        const int error = errno;
        ::close(descriptor_);
        throw LibraryError(library_file.string() + " cannot be written: " + std::strerror(error));
    }
}

WriteLock::~WriteLock() {
    ::unlink(file_.c_str());
    ::close(descriptor_);
}

}  // namespace corpuscope::library
