// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>

#include "engine/documents/reader.h"

namespace corpuscope::documents {

/// All bytes of a regular file. Folders, pipes, sockets and devices are refused without being opened, so this
/// never blocks; a file above the limit is refused by its size, without being read; one that changes while it
/// is being read is Unreadable, since half of it would be of another version.
tl::expected<std::string, Failure> read_file_bytes(const std::filesystem::path& file, const Limits& limits);

/// Opens a regular file for reading without ever waiting, whatever stands under its name by now. The caller
/// closes the descriptor.
tl::expected<int, Failure> open_regular_file(const std::filesystem::path& file);

/// "1.5 GB", "12 kB": decimal units, for reasons that people read.
std::string format_bytes(std::int64_t bytes);

}  // namespace corpuscope::documents
