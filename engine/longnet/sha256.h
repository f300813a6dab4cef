// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace corpuscope::longnet {

/// SHA-256 (FIPS 180-4) in hexadecimal.
std::string sha256_hex(std::span<const std::byte> data);

}  // namespace corpuscope::longnet
