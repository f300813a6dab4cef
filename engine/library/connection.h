// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/library/library.h"
#include "engine/library/passage_lengths.h"

namespace corpuscope::library {

/// A prepared statement on loan from its connection: reset and unbound when it goes.
class Query {
 public:
    explicit Query(SQLite::Statement& statement) : statement_(statement) {}
    ~Query() {
        statement_.tryReset();
        try {
            statement_.clearBindings();
        } catch (const SQLite::Exception&) {
            // Nothing is bound then, which is what was wanted.
        }
    }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    SQLite::Statement* operator->() { return &statement_; }
    SQLite::Statement& operator*() { return statement_; }

    /// Binds values to parameters 1, 2, ...; views and strings are copied as text.
    template <typename... Values>
    Query& bind(const Values&... values) {
        int index = 0;
        (bind_one(++index, values), ...);
        return *this;
    }
    void run() { statement_.exec(); }

 private:
    void bind_one(int index, std::int64_t value) { statement_.bind(index, value); }
    void bind_one(int index, int value) { statement_.bind(index, value); }
    void bind_one(int index, double value) { statement_.bind(index, value); }
    void bind_one(int index, const std::string& value) { statement_.bind(index, value); }
    void bind_one(int index, std::string_view value) { statement_.bind(index, std::string(value)); }
    SQLite::Statement& statement_;
};

/// Bytes of a blob column, valid until the statement steps on.
std::string_view blob(const SQLite::Column& column);

/// The SQLite connection of one library, and how its errors are told to people.
class Connection {
 public:
    /// Opens, creates and migrates. Throws LibraryError.
    Connection(const std::filesystem::path& file, OpenMode mode);

    const std::filesystem::path& file() const { return file_; }
    SQLite::Database& database() { return *database_; }

    /// `sql` is a literal: its address is the key of the cache.
    Query query(const char* sql);
    void execute(const std::string& sql) { database_->exec(sql); }
    std::int64_t number(const char* sql);
    /// A file of version 1, open for reading, has no tables for it.
    bool has_sequence();

    /// The error as a sentence that names the file and the reason.
    LibraryError explain(const SQLite::Exception& error) const;
    LibraryError damaged(std::string_view what) const;

    /// Runs `work` and turns what SQLite throws into LibraryError.
    template <typename Work>
    auto guarded(Work&& work) {
        try {
            return work();
        } catch (const SQLite::Exception& error) {
            throw explain(error);
        }
    }
    /// The same in a transaction; inside another one it is part of that. Throws std::logic_error inside a
    /// read transaction, which would take it along.
    template <typename Work>
    void transaction(Work&& work) {
        if (readers_ > 0) throw std::logic_error("a library is written while it is read in a transaction");
        guarded([&] {
            if (in_transaction_) {
                work();
                return;
            }
            const Nesting nesting(in_transaction_);
            SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
            work();
            transaction.commit();
        });
    }

    /// What ranking by keywords knows of the lengths of passages.
    PassageLengths& lengths() { return lengths_; }

    /// A read transaction; inside another transaction it is part of that.
    void begin_reading();
    void end_reading();

 private:
    struct Nesting {
        explicit Nesting(bool& flag) : flag_(flag) { flag_ = true; }
        ~Nesting() { flag_ = false; }
        bool& flag_;
    };
    void open(OpenMode mode, bool with_log);
    void configure(OpenMode mode);
    void check_identity(OpenMode mode);
    void migrate(int from);

    std::filesystem::path file_;
    std::unique_ptr<SQLite::Database> database_;
    std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
    PassageLengths lengths_;
    bool in_transaction_ = false;
    int readers_ = 0;  ///< read transactions within one another
};

}  // namespace corpuscope::library
