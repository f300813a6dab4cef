// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The zip archives that office documents and epub files are, read from memory within bounds.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "engine/documents/reader.h"

namespace corpuscope::documents {

enum class ZipKind : std::uint8_t { Docx, Odt, Pptx, Odp, Xlsx, Ods, Epub, Other };

/// By its members' names and its `mimetype` member; Damaged if it is no readable archive.
tl::expected<ZipKind, Failure> classify_zip(std::string_view bytes);

using ZipMembers = std::map<std::string, std::string, std::less<>>;

/// Bytes of a member; empty where there is none.
std::string_view member_of(const ZipMembers& members, std::string_view name);

/// The members that `wanted` accepts by name, inflated. Nothing is written to disk, so a name with ".." in it
/// is only a name. Stops with TooLarge before the wanted members exceed limits.max_inflated_bytes together;
/// Encrypted, Damaged.
tl::expected<ZipMembers, Failure> read_zip(std::string_view bytes, const Limits& limits,
                                           bool (*wanted)(std::string_view name));

}  // namespace corpuscope::documents
