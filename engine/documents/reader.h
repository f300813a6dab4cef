// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "engine/documents/document.h"

namespace corpuscope::documents {

/// Bounds on what an untrusted file may cost. A document beyond them fails with a reason that names the
/// bound.
struct Limits {
    std::int64_t max_file_bytes = std::int64_t{512} << 20;
    std::int64_t max_text_bytes = std::int64_t{256} << 20;    ///< of extracted text
    std::int64_t max_inflated_bytes = std::int64_t{1} << 30;  ///< of one archive, all members together
    /// How many times its own size an archive may unpack to, once that is more than 4 MiB: real documents
    /// stay below 50, bombs reach 1,000.
    std::int64_t max_expansion = 200;
    int max_pages = 20000;
};

enum class FailureKind : std::uint8_t {
    Unreadable,   ///< missing, no permission, vanished, I/O error
    Empty,        ///< no bytes, or no text in it
    Encrypted,    ///< needs a password
    Damaged,      ///< not what its format promises
    TooLarge,     ///< beyond a Limit
    Unsupported,  ///< of a kind that no reader takes (pictures, programs, binary data)
};

/// Why a document could not be read; `reason` is a sentence for people without the path, e.g. "needs a
/// password".
struct Failure {
    FailureKind kind = FailureKind::Unreadable;
    std::string reason;
};

using ReadResult = tl::expected<Document, Failure>;

/// Reads one file, whatever its format; the format is found from its content (and its name where content
/// cannot tell). A pure function of the file: no state, no side effect, safe on several threads at once.
ReadResult read_document(const std::filesystem::path& file, const Limits& limits = {});

/// The same of an open file, read from its beginning; `file_name` is its name without the folder.
ReadResult read_document(int descriptor, const std::string& file_name, const Limits& limits);

/// Whether a file of this name is worth trying when a folder is opened: false for pictures, programs,
/// archives, ... so that they are passed over in silence instead of being listed as failed. A file named by
/// the user is always tried.
bool is_candidate(const std::filesystem::path& file);

/// Version of the readers; a stored document that an older version read is read again.
inline constexpr int kReaderVersion = 5;

}  // namespace corpuscope::documents
