// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/progress.h"

namespace corpuscope::indexing {

struct FileStatus {
    std::int64_t bytes = 0;
    std::int64_t modified_ns = 0;  ///< since the epoch
};
/// Of a regular file; nothing where there is none or it cannot be asked.
std::optional<FileStatus> status_of(const std::filesystem::path& file);

/// Whether a path lies in a folder or in one below it.
bool is_below(std::string_view path, std::string_view folder);

struct FoundFile {
    std::string path;  ///< absolute, links resolved, UTF-8
    FileStatus status;
    bool named = false;  ///< by the user, not found in a folder
};

struct Unreadable {
    std::string path;
    std::string reason;
};

struct Scan {
    std::vector<FoundFile> files;        ///< by path, each once
    std::vector<std::string> folders;    ///< those given, absolute, links resolved
    std::vector<Unreadable> unreadable;  ///< paths given or folders found that could not be looked into

    /// Whether a path is below a folder given and the scan would have met it.
    bool covers(std::string_view path) const;
};

/// Looks for documents in files and folders, recursively. In folders it passes over hidden entries, links
/// (what they lead to is met where it is, or lies outside), what is no candidate by its name, and everything
/// whose path begins with `own_files` (the library itself).
Scan scan(std::span<const std::filesystem::path> paths, const std::string& own_files, Control* control);

}  // namespace corpuscope::indexing
