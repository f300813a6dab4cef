// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/npy.h"

#include "engine/export/atomic_file.h"

namespace corpuscope::exporting {
namespace {

std::string tuple(const std::vector<std::int64_t>& shape) {
    std::string text = "(";
    for (const auto size : shape) text += std::to_string(size) + ", ";
    if (shape.size() > 1)
        text.resize(text.size() - 2);
    else if (!shape.empty())
        text.pop_back();
    return text + ")";
}

}  // namespace

std::string npy_header(std::string_view type, const std::vector<std::int64_t>& shape) {
    constexpr std::size_t kAlignment = 64;
    constexpr std::size_t kPreamble = 10;  // magic, version, length of the dictionary
    std::string dictionary =
        "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': " + tuple(shape) + ", }";
    const std::size_t length = kPreamble + dictionary.size() + 1;
    dictionary.append((kAlignment - length % kAlignment) % kAlignment, ' ');
    dictionary += '\n';
    std::string header("\x93NUMPY\x01\x00", 8);
    header += static_cast<char>(dictionary.size() & 0xff);
    header += static_cast<char>(dictionary.size() >> 8 & 0xff);
    return header + dictionary;
}

void write_npy(const std::filesystem::path& file, std::span<const float> values,
               const std::vector<std::int64_t>& shape) {
    AtomicFile out(file);
    out.write(npy_header("<f4", shape));
    out.write(std::as_bytes(values));
    out.commit();
}

}  // namespace corpuscope::exporting
