// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "engine/export/rows.h"

namespace corpuscope::exporting {

/// A file of rows under way. Without `finish` nothing of it is left.
class VectorFile {
 public:
    virtual ~VectorFile() = default;
    virtual void add(const Row& row, std::span<const float> vector) = 0;
    virtual void finish() = 0;
};

/// `rows` rows of `dimension` will follow.
std::unique_ptr<VectorFile> open_vector_file(const std::filesystem::path& path, Format format,
                                             ElementType element, std::int64_t rows, std::int64_t dimension);

/// Whether the file itself says where each row comes from.
bool names_its_rows(Format format);

/// The numbers of a vector as the file holds them: float32 or IEEE 754 binary16, little-endian.
std::vector<std::byte> elements(std::span<const float> vector, ElementType element);

// One a kind of file; open_vector_file chooses.
std::unique_ptr<VectorFile> make_npy_file(const std::filesystem::path&, ElementType, std::int64_t rows,
                                          std::int64_t dimension);
std::unique_ptr<VectorFile> make_npz_file(const std::filesystem::path&, ElementType, std::int64_t rows,
                                          std::int64_t dimension);
std::unique_ptr<VectorFile> make_safetensors_file(const std::filesystem::path&, ElementType,
                                                  std::int64_t rows, std::int64_t dimension);
std::unique_ptr<VectorFile> make_jsonl_file(const std::filesystem::path&, ElementType);
/// Columns path, start, end, page, then v0, v1, ...; fields quoted as RFC 4180 says.
std::unique_ptr<VectorFile> make_table_file(const std::filesystem::path&, ElementType, char separator,
                                            std::int64_t dimension);
std::unique_ptr<VectorFile> make_parquet_file(const std::filesystem::path&, ElementType,
                                              std::int64_t dimension);

}  // namespace corpuscope::exporting
