// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/export/atomic_file.h"

struct archive;

namespace corpuscope::exporting {

/// NumPy's archive of named arrays: a zip file, not compressed, of .npy files. Written under a temporary
/// name; without `finish` nothing of it is left. Throws std::runtime_error naming the file.
class NpzWriter {
 public:
    explicit NpzWriter(const std::filesystem::path& path);
    ~NpzWriter();

    /// A whole array at once.
    template <typename T>
    void add(std::string_view name, std::string_view type, const std::vector<std::int64_t>& shape,
             std::span<const T> values) {
        begin(name, type, shape);
        write(std::as_bytes(values));
    }
    /// An array whose elements follow piece by piece, all before the next one begins.
    void begin(std::string_view name, std::string_view type, const std::vector<std::int64_t>& shape);
    void write(std::span<const std::byte> bytes);
    void finish();

 private:
    struct Close {
        void operator()(archive* handle) const;
    };
    void check(std::int64_t result);

    AtomicFile file_;
    std::unique_ptr<archive, Close> archive_;
};

}  // namespace corpuscope::exporting
