// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/atomic_file.h"

#include <stdexcept>
#include <system_error>

namespace corpuscope::exporting {
namespace {

/// Where the disk is full, Qt's first write ends halfway without a reason; only going on with it has one.
bool flush_all(QFileDevice& file) { return file.flush() || file.flush(); }

}  // namespace

bool write_all(QFileDevice& file, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const qint64 written =
            file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size()));
        if (written <= 0) {
            flush_all(file);
            return false;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

void check_writable(const std::filesystem::path& path) { const AtomicFile never_committed(path); }

AtomicFile::AtomicFile(const std::filesystem::path& path)
    : path_(path), file_(QString::fromStdString(path.string())) {
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        throw std::runtime_error(path.string() + ": cannot be written: it is not a file");
    if (!file_.open(QIODevice::WriteOnly)) fail();
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    if (!write_all(file_, bytes)) fail();
}

void AtomicFile::flush() {
    if (!flush_all(file_)) fail();
}

void AtomicFile::commit() {
    flush();
    if (!file_.commit()) fail();
}

void AtomicFile::fail() const {
    throw std::runtime_error(path_.string() + ": cannot be written: " + file_.errorString().toStdString());
}

}  // namespace corpuscope::exporting
