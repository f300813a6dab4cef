// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The formats that hold an array and nothing else: npy and safetensors.
#include <QFloat16>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/export/atomic_file.h"
#include "engine/export/npy.h"
#include "engine/export/vector_file.h"

namespace corpuscope::exporting {
namespace {

static_assert(std::endian::native == std::endian::little, "the array files are little-endian");

/// A header, then the elements.
class ArrayFile : public VectorFile {
 public:
    ArrayFile(const std::filesystem::path& path, const std::string& header, ElementType element)
        : file_(path), element_(element) {
        file_.write(header);
    }
    void add(const Row&, std::span<const float> vector) override { file_.write(elements(vector, element_)); }
    void finish() override { file_.commit(); }

 private:
    AtomicFile file_;
    ElementType element_;
};

std::string safetensors_header(ElementType element, std::int64_t rows, std::int64_t dimension) {
    const std::int64_t bytes = rows * dimension * (element == ElementType::F32 ? 4 : 2);
    const nlohmann::json description = {{"vectors",
                                         {{"dtype", element == ElementType::F32 ? "F32" : "F16"},
                                          {"shape", {rows, dimension}},
                                          {"data_offsets", {0, bytes}}}}};
    std::string text = description.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    std::string header(8, '\0');
    const auto length = static_cast<std::uint64_t>(text.size());
    std::memcpy(header.data(), &length, sizeof length);
    return header + text;
}

}  // namespace

std::vector<std::byte> elements(std::span<const float> vector, ElementType element) {
    const auto bytes = std::as_bytes(vector);
    if (element == ElementType::F32) return {bytes.begin(), bytes.end()};
    std::vector<std::byte> halves(vector.size() * sizeof(qfloat16));
    qFloatToFloat16(reinterpret_cast<qfloat16*>(halves.data()), vector.data(),
                    static_cast<qsizetype>(vector.size()));
    return halves;
}

std::unique_ptr<VectorFile> make_npy_file(const std::filesystem::path& path, ElementType element,
                                          std::int64_t rows, std::int64_t dimension) {
    const auto header = npy_header(element == ElementType::F32 ? "<f4" : "<f2", {rows, dimension});
    return std::make_unique<ArrayFile>(path, header, element);
}

std::unique_ptr<VectorFile> make_safetensors_file(const std::filesystem::path& path, ElementType element,
                                                  std::int64_t rows, std::int64_t dimension) {
    return std::make_unique<ArrayFile>(path, safetensors_header(element, rows, dimension), element);
}

}  // namespace corpuscope::exporting
