// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/session.h"

namespace corpuscope::app {

enum ExitCode : int { kDone = 0, kFailed = 1, kBadUsage = 2, kSomeDocumentsFailed = 3 };

/// Something is wrong with what was asked for; what() is "<what>: <reason>". Ends with kFailed.
struct CommandError : std::runtime_error {
    CommandError(const std::string& what, const std::string& reason)
        : std::runtime_error(what + ": " + reason) {}
};

/// The options do not fit together. Ends with kBadUsage.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A verb of the command line: its name, description, arguments and options, from which its help comes, and
/// its work. Results go to standard output, progress and errors to standard error.
class Command {
 public:
    Command(std::string name, std::string description)
        : name_(std::move(name)), description_(std::move(description)) {}
    virtual ~Command() = default;

    const std::string& name() const { return name_; }
    const std::string& description() const { return description_; }
    /// As it is typed, once attached: "ask", "bench encode".
    const std::string& line() const { return line_; }

    /// Adds the verb to `parent`; `chosen` becomes this command once a command line names it. `chosen`
    /// outlives parsing.
    virtual void attach(CLI::App& parent, Command*& chosen);
    /// Returns an ExitCode; throws where the work as a whole fails.
    virtual int run() = 0;
    /// What Ctrl-C in the middle of `run` leaves behind, for the line that says so.
    virtual std::string after_interruption() const { return "nothing was written"; }

 protected:
    /// Declares arguments and options, which write into members.
    virtual void define(CLI::App& app) = 0;

    // Options that several verbs share.
    void add_library_option(CLI::App& app);
    void add_model_options(CLI::App& app);   ///< --model, --backend, --threads
    void add_engine_options(CLI::App& app);  ///< those and --dtype
    void add_json_option(CLI::App& app);

    Session make_session() const;
    bool json() const { return json_; }

 private:
    std::string name_, description_, line_;
    SessionOptions session_;
    std::string library_;
    bool json_ = false;
};

/// A verb that is the first of two words: `model list`, `bench encode`.
class CommandGroup : public Command {
 public:
    CommandGroup(std::string name, std::string description, std::vector<std::unique_ptr<Command>> commands)
        : Command(std::move(name), std::move(description)), commands_(std::move(commands)) {}

    void attach(CLI::App& parent, Command*& chosen) override;
    int run() override { return kBadUsage; }

 protected:
    void define(CLI::App&) override {}

 private:
    std::vector<std::unique_ptr<Command>> commands_;
};

/// Checks a number.
CLI::Validator not_negative();

/// "sequence", "window" or "alone".
longnet::Context context_from(const std::string& name);

/// Documents of the library at these paths or below them, in the library's order.
std::vector<library::DocumentRecord> documents_below(const library::Library& library,
                                                     const std::vector<std::string>& paths);

/// The same; throws CommandError where a path matches none.
std::vector<library::DocumentRecord> documents_at(const library::Library& library,
                                                  const std::vector<std::string>& paths);

/// What documents_at found, as the engine takes it.
std::vector<DocumentId> ids_of(const std::vector<library::DocumentRecord>& documents);

}  // namespace corpuscope::app
