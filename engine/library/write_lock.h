// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace corpuscope::library {

/// Keeps every other writing process away from a library file: an advisory lock on "<file>.lock", which holds
/// the number of the process. The kernel drops it when its process ends, however it ends, so there is no
/// stale lock to clear.
class WriteLock {
 public:
    /// Throws LibraryError where another process (or another Library of this one) holds the lock, or the
    /// folder cannot be written.
    explicit WriteLock(const std::filesystem::path& library_file);
    ~WriteLock();
    WriteLock(const WriteLock&) = delete;
    WriteLock& operator=(const WriteLock&) = delete;

 private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

}  // namespace corpuscope::library
