// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The safetensors format: 8 bytes little-endian length of a JSON header, the header (name → dtype, shape,
// data_offsets), the data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/longnet/mapped_file.h"

namespace corpuscope::longnet {

enum class TensorType : std::uint8_t { Bool, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64 };

std::size_t size_of(TensorType type);
std::string_view name_of(TensorType type);  ///< as the format spells it: "F32", "BF16", ...

/// A tensor of an open file; `data` points into it and may be unaligned.
struct Tensor {
    std::string name;
    TensorType type = TensorType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> data;
    std::int64_t elements() const;
};

/// An open safetensors file. Every function throws std::runtime_error naming the file, and the tensor where
/// it is about one.
class SafetensorsFile {
 public:
    /// Checks the header's length, its JSON, and for each tensor type, shape and offsets against the file's
    /// size.
    explicit SafetensorsFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return path_; }
    const std::map<std::string, Tensor>& tensors() const { return tensors_; }
    const std::map<std::string, std::string>& metadata() const { return metadata_; }
    std::span<const std::byte> bytes() const { return file_.bytes(); }

    const Tensor* find(const std::string& name) const;
    const Tensor& at(const std::string& name) const;
    /// at(name), which must have this shape.
    const Tensor& at(const std::string& name, std::span<const std::int64_t> shape) const;

    std::vector<float> floats(const Tensor& tensor) const;           ///< of F32, F16 or BF16
    std::vector<std::int32_t> integers(const Tensor& tensor) const;  ///< of I32 or I64; values must fit

 private:
    [[noreturn]] void fail(const std::string& what) const;
    void read_header();

    std::filesystem::path path_;
    MappedFile file_;
    std::map<std::string, Tensor> tensors_;
    std::map<std::string, std::string> metadata_;
};

/// Writes to a temporary name beside `path` and renames when complete. Throws std::runtime_error naming the
/// file.
void write_safetensors(const std::filesystem::path& path, std::span<const Tensor> tensors,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace corpuscope::longnet
