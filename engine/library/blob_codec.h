// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// How structure is kept in blobs: unsigned LEB128 numbers, seven bits a byte, signed ones zigzagged. Ranges
// are stored as the distance from the end of the previous one and a size, so that most of them take two
// bytes.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/documents/document.h"
#include "engine/documents/passages.h"
#include "engine/library/sequence_part.h"
#include "engine/types.h"

namespace corpuscope::library {

/// The bytes of a blob are not what they should be.
struct DamagedBlob : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// CRC-32 (as in zlib) of bytes, continuing from `start`.
std::uint32_t checksum(std::string_view bytes, std::uint32_t start = 0);

std::string encode_ranges(std::span<const ByteRange> ranges);
std::vector<ByteRange> decode_ranges(std::string_view blob);

std::string encode_blocks(std::span<const documents::Block> blocks);
std::vector<documents::Block> decode_blocks(std::string_view blob);

std::string encode_source_map(std::span<const documents::SourceAnchor> anchors);
std::vector<documents::SourceAnchor> decode_source_map(std::string_view blob);

/// Units of one document without its id.
struct UnitTable {
    std::vector<std::int32_t> ids;
    std::vector<std::int64_t> offsets;  ///< [units + 1]
    std::vector<ByteRange> ranges;      ///< [units]
};
std::string encode_units(std::span<const documents::Unit> units);
UnitTable decode_units(std::string_view blob);

/// Windows of a part of the sequence.
struct WindowTable {
    std::vector<DocumentId> document;
    std::vector<std::uint16_t> filled;
};
std::string encode_windows(const WindowTable& windows);
WindowTable decode_windows(std::string_view blob);

/// Bf16 numbers in bytes: for each group of 32 a scale in bf16, the largest magnitude over 127 rounded up,
/// then a signed byte for each number. Numbers that are not finite throw std::invalid_argument.
std::string encode_numbers(std::span<const std::uint16_t> numbers);
/// Appends to `numbers`.
void decode_numbers(std::string_view blob, std::vector<std::uint16_t>& numbers);

}  // namespace corpuscope::library
