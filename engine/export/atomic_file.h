// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSaveFile>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace corpuscope::exporting {

/// A file that is there whole or not at all: written under a temporary name, renamed by `commit`; without it
/// the destructor leaves what was there before. Pipes, devices and folders are refused rather than replaced.
/// Throws std::runtime_error naming the file and the reason.
class AtomicFile {
 public:
    explicit AtomicFile(const std::filesystem::path& path);

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
    /// What can fail of `commit` for want of room: several files are flushed before the first is renamed.
    void flush();
    void commit();
    const std::filesystem::path& path() const { return path_; }

 private:
    [[noreturn]] void fail() const;

    std::filesystem::path path_;
    QSaveFile file_;
};

/// Throws what writing the file at the end of long work would throw; leaves nothing behind.
void check_writable(const std::filesystem::path& path);

/// Writes all of it; false where that fails, the reason then in file.errorString().
bool write_all(QFileDevice& file, std::span<const std::byte> bytes);

}  // namespace corpuscope::exporting
