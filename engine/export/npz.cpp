// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/npz.h"

#include <archive.h>
#include <archive_entry.h>

#include <stdexcept>

#include "engine/export/npy.h"

namespace corpuscope::exporting {
namespace {

constexpr std::int64_t element_bytes(std::string_view type) { return type.back() - '0'; }

// libarchive is C: no exception may pass through it, so a failed write is told as its error.
la_ssize_t write_to_file(archive* handle, void* file, const void* data, std::size_t size) {
    try {
        static_cast<AtomicFile*>(file)->write(std::span(static_cast<const std::byte*>(data), size));
        return static_cast<la_ssize_t>(size);
    } catch (const std::exception& error) {
        archive_set_error(handle, EIO, "%s", error.what());
        return -1;
    }
}

}  // namespace

void NpzWriter::Close::operator()(archive* handle) const { archive_write_free(handle); }

NpzWriter::NpzWriter(const std::filesystem::path& path) : file_(path), archive_(archive_write_new()) {
    check(archive_write_set_format_zip(archive_.get()));
    check(archive_write_zip_set_compression_store(archive_.get()));
    check(archive_write_set_bytes_in_last_block(archive_.get(), 1));
    check(archive_write_open2(archive_.get(), &file_, nullptr, write_to_file, nullptr, nullptr));
}

NpzWriter::~NpzWriter() {
    // Freeing an archive that was not closed would still write to the file.
    if (archive_) archive_write_fail(archive_.get());
}

void NpzWriter::begin(std::string_view name, std::string_view type, const std::vector<std::int64_t>& shape) {
    const std::string header = npy_header(type, shape);
    std::int64_t bytes = element_bytes(type);
    for (const auto size : shape) bytes *= size;
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_pathname(entry.get(), (std::string(name) + ".npy").c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<std::int64_t>(header.size()) + bytes);
    check(archive_write_header(archive_.get(), entry.get()));
    write(std::as_bytes(std::span(header)));
}

void NpzWriter::write(std::span<const std::byte> bytes) {
    check(archive_write_data(archive_.get(), bytes.data(), bytes.size()));
}

void NpzWriter::finish() {
    check(archive_write_close(archive_.get()));
    archive_.reset();
    file_.commit();
}

void NpzWriter::check(std::int64_t result) {
    if (result >= 0) return;
    const char* reason = archive_error_string(archive_.get());
    throw std::runtime_error(reason != nullptr ? reason : file_.path().string() + ": cannot be written");
}

}  // namespace corpuscope::exporting
