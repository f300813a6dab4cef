// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/library/connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "engine/library/bm25.h"
#include "engine/library/schema.h"

namespace corpuscope::library {
namespace {

constexpr int kBusyTimeoutMs = 10000;

/// A file as SQLite's URI, so that a parameter can follow.
std::string uri_of(const std::filesystem::path& file) {
    std::string uri = "file:";
    for (const char c : file.string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || c == '/' || c == '.' || c == '-' || c == '_') {
            uri += c;
        } else {
            constexpr char kDigits[] = "0123456789abcdef";
            uri += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return uri;
}

bool is_all_in_file(const std::filesystem::path& file) {
    std::error_code error;
    const auto log_size = std::filesystem::file_size(file.string() + "-wal", error);
    return error || log_size == 0;
}

bool is_on_writable_medium(const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    return ::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) == 0;
}

}  // namespace

std::string_view blob(const SQLite::Column& column) {
    const void* bytes = column.getBlob();
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(column.getBytes())};
}

Connection::Connection(const std::filesystem::path& file, OpenMode mode) : file_(file) {
    // On a read-only or full disk SQLite cannot make the shared memory of its write-ahead log; the file can
    // still be read as long as nothing is left in that log.
    const bool can_do_without_log = mode == OpenMode::ReadOnly && is_all_in_file(file_);
    const bool has_log = !can_do_without_log || is_on_writable_medium(file_);
    guarded([&] {
        try {
            open(mode, has_log);
        } catch (const SQLite::Exception& error) {
            const bool is_full = error.getErrorCode() == SQLITE_IOERR || error.getErrorCode() == SQLITE_FULL;
            if (!is_full || !can_do_without_log || !has_log) throw;
            open(mode, false);
        }
    });
}

void Connection::open(OpenMode mode, bool with_log) {
    const int access =
        mode == OpenMode::ReadOnly ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
    const std::string uri = uri_of(file_) + (with_log ? "" : "?immutable=1");
    database_ = std::make_unique<SQLite::Database>(uri, access | SQLite::OPEN_URI, kBusyTimeoutMs);
    configure(mode);
    check_identity(mode);
}

void Connection::configure(OpenMode mode) {
    execute("PRAGMA foreign_keys = ON");
    execute("PRAGMA trusted_schema = OFF");
    execute("PRAGMA cell_size_check = ON");
    execute("PRAGMA cache_size = -65536");
    execute("PRAGMA temp_store = MEMORY");
    register_weighted_bm25(database_->getHandle(), lengths_);
    if (mode == OpenMode::ReadOnly) return;
    execute("PRAGMA page_size = 8192");
}

void Connection::check_identity(OpenMode mode) {
    const auto application = number("PRAGMA application_id");
    const auto version = number("PRAGMA user_version");
    const bool is_new = application == 0 && version == 0 && number("SELECT count(*) FROM sqlite_schema") == 0;
    if (!is_new && application != kApplicationId) {
        throw LibraryError(file_.string() +
                           " is not a Corpuscope library: it is the database of another application");
    }
    if (version > schema_version()) {
        throw LibraryError(file_.string() + " was made by a newer version of Corpuscope (format " +
                           std::to_string(version) + ", this version knows up to " +
                           std::to_string(schema_version()) + ")");
    }
    if (mode == OpenMode::ReadOnly) {
        if (is_new) throw LibraryError(file_.string() + " is not a Corpuscope library: it is empty");
        if (version < kOldestReadable) {
            throw LibraryError(file_.string() + " is of an older format (" + std::to_string(version) +
                               "): open it for writing once, which brings it up to date");
        }
        return;
    }
    // In WAL mode NORMAL keeps the file consistent through a power cut and everything committed through a
    // kill; what a power cut may undo (the last documents) is read again by the next run, so FULL's flush per
    // document buys nothing.
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = NORMAL");
    execute("PRAGMA journal_size_limit = 67108864");
    migrate(static_cast<int>(version));
}

bool Connection::has_sequence() { return number("PRAGMA user_version") >= 2; }

void Connection::migrate(int from) {
    if (from == schema_version()) return;
    transaction([&] {
        for (int version = from; version < schema_version(); ++version) {
            execute(migrations()[static_cast<std::size_t>(version)]);
        }
        execute("PRAGMA application_id = " + std::to_string(kApplicationId));
        execute("PRAGMA user_version = " + std::to_string(schema_version()));
    });
}

Query Connection::query(const char* sql) {
    auto& statement = statements_[sql];
    if (!statement) statement = std::make_unique<SQLite::Statement>(*database_, sql);
    return Query(*statement);
}

std::int64_t Connection::number(const char* sql) {
    SQLite::Statement statement(*database_, sql);
    return statement.executeStep() ? statement.getColumn(0).getInt64() : 0;
}

void Connection::begin_reading() {
    guarded([&] {
        if (readers_ == 0 && !in_transaction_) execute("BEGIN");
    });
    ++readers_;
}

void Connection::end_reading() {
    if (--readers_ == 0 && !in_transaction_) database_->tryExec("COMMIT");
}

LibraryError Connection::damaged(std::string_view what) const {
    return LibraryError(file_.string() + " is damaged: " + std::string(what));
}

LibraryError Connection::explain(const SQLite::Exception& error) const {
    const std::string name = file_.string();
    const int system_error = database_ ? sqlite3_system_errno(database_->getHandle()) : errno;
    const std::string system = system_error != 0 ? std::strerror(system_error) : error.what();
    switch (error.getErrorCode()) {
        case SQLITE_NOTADB:
            return LibraryError(name + " is not a Corpuscope library: it is not a database at all");
        case SQLITE_CORRUPT:
            return damaged(error.what());
        case SQLITE_FULL:
            return LibraryError(name + " cannot grow: the disk is full; what was stored before is safe");
        case SQLITE_IOERR:
            return LibraryError(name + " cannot be read or written: " + system +
                                "; what was stored before is safe");
        case SQLITE_READONLY:
            return LibraryError(name + " cannot be written: it is read-only");
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return LibraryError(name + " cannot be opened: " + system);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return LibraryError(name + " is in use by another program");
        default:
            return LibraryError(name + ": " + error.what());
    }
}

}  // namespace corpuscope::library
