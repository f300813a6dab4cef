// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Opening, settings, what the program knows of itself. Reading is in reading.cpp, writing in writing.cpp,
// keyword search in keyword_search.cpp, the proof in verify.cpp.
#include "engine/library/library.h"

#include <cstdlib>
#include <system_error>

#include "engine/library/state.h"
#include "engine/user_folders.h"

namespace corpuscope::library {
namespace {

/// Opening a pipe would wait for somebody who writes to it.
void expect_no_other_kind(const std::filesystem::path& file, std::filesystem::file_status status) {
    if (std::filesystem::is_directory(status)) throw LibraryError(file.string() + " is a folder");
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        throw LibraryError(file.string() + " is not a Corpuscope library: it is a pipe or a device");
}

void expect_file(const std::filesystem::path& file) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status)) {
        const bool missing = !error || error == std::errc::no_such_file_or_directory;
        throw LibraryError(file.string() +
                           (missing ? " does not exist" : " cannot be opened: " + error.message()));
    }
    expect_no_other_kind(file, status);
}

void make_room_for(const std::filesystem::path& file) {
    std::error_code error;
    expect_no_other_kind(file, std::filesystem::status(file, error));
    if (!file.has_parent_path()) return;
    std::filesystem::create_directories(file.parent_path(), error);
    if (error) {
        throw LibraryError(file.string() +
                           " cannot be created: its folder cannot be made: " + error.message());
    }
}

}  // namespace

std::string_view to_string(DocumentState state) {
    switch (state) {
        case DocumentState::Pending:
            return "pending";
        case DocumentState::Read:
            return "read";
        case DocumentState::Ready:
            return "ready";
        case DocumentState::Failed:
            return "failed";
    }
    return "unknown";
}

std::unique_ptr<Library> Library::open(const std::filesystem::path& file, OpenMode mode) {
    if (mode == OpenMode::ReadOnly) {
        expect_file(file);
    } else {
        make_room_for(file);
    }
    // One name whatever links lead to it: the lock, the log and what lies beside it are called after it.
    std::error_code error;
    auto name = std::filesystem::weakly_canonical(file, error);
    if (error) name = std::filesystem::absolute(file).lexically_normal();
    return std::unique_ptr<Library>(new Library(std::make_unique<State>(name, mode)));
}

Library::Library(std::unique_ptr<State> state) : state_(std::move(state)) {}
Library::~Library() = default;

Library::ReadTransaction::ReadTransaction(const Library& library) : library_(library) {
    library_.state_->connection.begin_reading();
}
Library::ReadTransaction::~ReadTransaction() { library_.state_->connection.end_reading(); }

const std::filesystem::path& Library::file() const { return state_->connection.file(); }

std::optional<std::string> Library::setting(std::string_view key) const {
    return state_->connection.guarded([&]() -> std::optional<std::string> {
        Query query = state_->connection.query("SELECT value FROM settings WHERE key = ?");
        query.bind(key);
        if (!query->executeStep()) return std::nullopt;
        return query->getColumn(0).getString();
    });
}

void Library::set_setting(std::string_view key, std::string_view value) {
    state_->connection.transaction([&] {
        state_->connection
            .query(
                "INSERT INTO settings (key, value) VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value")
            .bind(key, value)
            .run();
    });
}

void Library::remove_setting(std::string_view key) {
    state_->connection.transaction(
        [&] { state_->connection.query("DELETE FROM settings WHERE key = ?").bind(key).run(); });
}

void Library::in_transaction(const std::function<void()>& work) { state_->connection.transaction(work); }

std::string model_identity(std::string_view name, std::string_view hash) {
    return std::string(name) + " " + std::string(hash);
}

void refuse_to_replace(const Library& library, const std::filesystem::path& out) {
    for (const char* ending : {"", "-wal", "-shm", ".lock"}) {
        std::error_code error;
        if (std::filesystem::equivalent(out, library.file().string() + ending, error) && !error)
            throw LibraryError(out.string() + ": is the library itself, which would be replaced");
    }
}

void check_model(const Library& library, std::string_view identity) {
    const std::string made_by = library.counts().model;
    if (!made_by.empty() && made_by != identity)
        throw LibraryError(library.file().string() + ": its vectors were made by the model " + made_by +
                           ", not by " + std::string(identity));
}

std::filesystem::path default_library_file() {
    if (const char* file = std::getenv("CORPUSCOPE_LIBRARY"); file != nullptr && *file != '\0') return file;
    const std::filesystem::path data = user_data_folder();
    if (data.empty())
        throw LibraryError(
            "no library was named, and there is no home folder for one: set CORPUSCOPE_LIBRARY");
    return data / "corpuscope" / "library.corpuscope";
}

}  // namespace corpuscope::library
