// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/indexing/file_reading.h"

#include <unistd.h>

#include <QCryptographicHash>
#include <QFile>
#include <QString>
#include <exception>
#include <filesystem>
#include <tl/expected.hpp>
#include <vector>

#include "engine/documents/file_bytes.h"

namespace corpuscope::indexing {
namespace {

using Outcome = ReadingResult::Outcome;

/// SHA-256 of the file in hex, or why it cannot be read.
tl::expected<std::string, std::string> hash_of(const std::string& path, Control* control) {
    const auto opened = documents::open_regular_file(path);
    if (!opened) return tl::unexpected(opened.error().reason);
    QFile file;
    if (!file.open(*opened, QIODevice::ReadOnly | QIODevice::Unbuffered, QFileDevice::AutoCloseHandle)) {
        ::close(*opened);
        return tl::unexpected("cannot be read: " + file.errorString().toStdString());
    }
    QCryptographicHash hash(QCryptographicHash::Sha256);
    std::vector<char> buffer(std::size_t{1} << 20);
    while (true) {
        if (control != nullptr) control->checkpoint();
        const qint64 count = file.read(buffer.data(), static_cast<qint64>(buffer.size()));
        if (count < 0) return tl::unexpected("cannot be read: " + file.errorString().toStdString());
        if (count == 0) return hash.result().toHex().toStdString();
        hash.addData(QByteArrayView(buffer.data(), count));
    }
}

bool is_gone(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    return status.type() == std::filesystem::file_type::not_found;
}

ReadingResult failed(ReadingResult result, const std::string& reason) {
    result.outcome = is_gone(result.record.path) ? Outcome::Vanished : Outcome::Failed;
    result.reason = result.outcome == Outcome::Vanished ? "vanished while it was being read" : reason;
    return result;
}

ReadingResult read_content(ReadingResult result, const ReadingSettings& settings) {
    auto document = settings.reader != nullptr
                        ? settings.reader->read(result.record.path, settings.limits, settings.control)
                        : documents::read_document(result.record.path, settings.limits);
    if (!document) return failed(std::move(result), document.error().reason);
    result.read.document = std::move(*document);
    result.read.passages =
        documents::cut_passages(result.read.document, settings.passages, settings.tokenize);
    result.record.format = result.read.document.format;
    result.record.title = result.read.document.title;
    result.record.warnings = result.read.document.warnings;
    result.outcome = Outcome::Read;
    return result;
}

}  // namespace

ReadingResult read_file(const ReadingTask& task, const ReadingSettings& settings) {
    if (settings.control != nullptr) settings.control->checkpoint();
    ReadingResult result;
    result.record.path = task.file.path;
    result.record.reader_version = documents::kReaderVersion;
    result.record.segmentation = settings.segmentation;
    result.record.title = std::filesystem::path(task.file.path).filename().string();
    // Taken before the content: what changes from here on is found by the next run.
    const FileStatus status = status_of(task.file.path).value_or(task.file.status);
    result.record.bytes = status.bytes;
    result.record.modified_ns = status.modified_ns;
    try {
        if (status.bytes <= settings.limits.max_file_bytes) {
            const auto hash = hash_of(task.file.path, settings.control);
            if (!hash) return failed(std::move(result), hash.error());
            result.record.sha256 = *hash;
            if (!task.again && *hash == task.known.sha256) return result;
        }
        return read_content(std::move(result), settings);
    } catch (const Cancelled&) {
        throw;
    } catch (const documents::ReadingProcessError&) {
        throw;
    } catch (const std::bad_alloc&) {
        return failed(std::move(result), "needs more memory than there is");
    } catch (const std::exception& error) {
        return failed(std::move(result), std::string("cannot be read: ") + error.what());
    }
}

library::ReadDocument cut_again(const library::DocumentRecord& record, library::StoredText stored,
                                const ReadingSettings& settings) {
    library::ReadDocument read;
    read.document.format = record.format;
    read.document.title = record.title;
    read.document.text = std::move(stored.text);
    read.document.blocks = std::move(stored.blocks);
    read.document.pages = std::move(stored.pages);
    read.document.source_map = std::move(stored.source_map);
    read.document.warnings = record.warnings;
    read.passages = documents::cut_passages(read.document, settings.passages, settings.tokenize);
    return read;
}

}  // namespace corpuscope::indexing
