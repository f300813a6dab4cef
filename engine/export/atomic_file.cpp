// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/atomic_file.h"

#include <stdexcept>

namespace corpuscope::exporting {

AtomicFile::AtomicFile(const std::filesystem::path& path)
    : path_(path), file_(QString::fromStdString(path.string())) {
    if (!file_.open(QIODevice::WriteOnly)) fail();
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    const auto size = static_cast<qint64>(bytes.size());
    if (file_.write(reinterpret_cast<const char*>(bytes.data()), size) != size) fail();
}

void AtomicFile::commit() {
    if (!file_.commit()) fail();
}

void AtomicFile::fail() const {
    throw std::runtime_error(path_.string() + ": cannot be written: " + file_.errorString().toStdString());
}

}  // namespace corpuscope::exporting
