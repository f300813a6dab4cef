// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// NumPy's array file format, version 1.0: magic, header (a Python dictionary), the elements in C order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::exporting {

/// `type` as NumPy spells it: "<f4", "<f2", "<i8", "|u1". Padded so that the elements begin at a multiple
/// of 64.
std::string npy_header(std::string_view type, const std::vector<std::int64_t>& shape);

/// One float32 array. Written to a temporary name and renamed when complete; throws std::runtime_error naming
/// the file.
void write_npy(const std::filesystem::path& file, std::span<const float> values,
               const std::vector<std::int64_t>& shape);

}  // namespace corpuscope::exporting
