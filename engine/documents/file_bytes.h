// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>

#include "engine/documents/reader.h"

namespace corpuscope::documents {

/// Opens a regular file for reading without ever waiting, whatever stands under its name by now. Folders,
/// pipes, sockets and devices are refused without being opened. The caller closes the descriptor.
tl::expected<int, Failure> open_regular_file(const std::filesystem::path& file);

/// All bytes of an open regular file from where it stands. A file above the limit is refused by its size,
/// without being read; one that changes while it is being read is Unreadable, since half of it would be of
/// another version.
tl::expected<std::string, Failure> read_file_bytes(int file, const Limits& limits);

/// "1.5 GB", "12 kB": decimal units, for reasons that people read.
std::string format_bytes(std::int64_t bytes);

}  // namespace corpuscope::documents
