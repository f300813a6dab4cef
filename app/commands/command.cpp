// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/commands/command.h"

#include <algorithm>
#include <filesystem>
#include <unordered_set>

namespace corpuscope::app {
namespace {

bool is_at_or_below(const std::string& path, const std::string& place) {
    if (!path.starts_with(place)) return false;
    return path.size() == place.size() || place.ends_with('/') || path[place.size()] == '/';
}

/// Absolute, without ".", ".." and a trailing slash. A path that is gone from the disk still names its
/// documents.
std::string stored_form(const std::string& path) {
    std::error_code ignored;
    auto canonical = std::filesystem::weakly_canonical(std::filesystem::absolute(path), ignored).string();
    if (canonical.empty()) canonical = std::filesystem::absolute(path).lexically_normal().string();
    while (canonical.size() > 1 && canonical.ends_with('/')) canonical.pop_back();
    return canonical;
}

/// Where the library has a document of that name, for whoever stands in another folder.
std::string hint_for(const std::string& path, const std::vector<library::DocumentRecord>& documents) {
    const auto name = std::filesystem::path(path).filename();
    for (const auto& document : documents)
        if (!name.empty() && std::filesystem::path(document.path).filename() == name)
            return "; did you mean " + document.path + "?";
    return {};
}

/// Documents at the paths or below them, in their order; `missing`: paths where there is none.
std::vector<library::DocumentRecord> matching(const std::vector<library::DocumentRecord>& all,
                                              const std::vector<std::string>& paths,
                                              std::vector<std::string>& missing) {
    std::unordered_set<std::int64_t> taken;
    for (const auto& path : paths) {
        const std::string place = stored_form(path);
        bool found = false;
        for (const auto& document : all) {
            if (document.path != path && !is_at_or_below(document.path, place)) continue;
            found = true;
            taken.insert(document.id.value);
        }
        if (!found) missing.push_back(path);
    }
    std::vector<library::DocumentRecord> chosen;
    for (const auto& document : all)
        if (taken.contains(document.id.value)) chosen.push_back(document);
    return chosen;
}

}  // namespace

void Command::attach(CLI::App& parent, Command*& chosen) {
    line_ = parent.get_parent() == nullptr ? name_ : parent.get_name() + ' ' + name_;
    CLI::App* app = parent.add_subcommand(name_, description_);
    define(*app);
    app->callback([this, &chosen] { chosen = this; });
}

void Command::add_library_option(CLI::App& app) {
    app.add_option("--library", library_, "Library file (default: $CORPUSCOPE_LIBRARY or the user's own)")
        ->type_name("FILE");
}

void Command::add_model_options(CLI::App& app) {
    app.add_option("--model", session_.model, "Model: a name that 'model list' shows, or a folder")
        ->type_name("NAME")
        ->capture_default_str();
    app.add_option("--backend", session_.backend, "Where to compute")
        ->check(CLI::IsMember({"auto", "cpu", "cuda", "reference"}))
        ->type_name("")
        ->capture_default_str();
    app.add_option("--threads", session_.threads, "Threads; 0: one a core")
        ->check(CLI::Range(0, 1024))
        ->type_name("N")
        ->capture_default_str();
}

void Command::add_engine_options(CLI::App& app) {
    add_model_options(app);
    app.add_option("--dtype", session_.precision, "Arithmetic; auto is what the machine does fastest")
        ->check(CLI::IsMember({"auto", "f32", "bf16", "int8"}))
        ->type_name("")
        ->capture_default_str();
}

void Command::add_json_option(CLI::App& app) { app.add_flag("--json", json_, "Print JSON for programs"); }

Session Command::make_session() const {
    SessionOptions options = session_;
    options.library = library_;
    return Session(std::move(options));
}

void CommandGroup::attach(CLI::App& parent, Command*& chosen) {
    CLI::App* app = parent.add_subcommand(name(), description());
    app->require_subcommand(1);
    for (const auto& command : commands_) command->attach(*app, chosen);
}

CLI::Validator not_negative() {
    return {[](const std::string& number) {
                return number.starts_with('-') ? number + " is below 0" : std::string();
            },
            std::string()};
}

longnet::Context context_from(const std::string& name) {
    if (name == "sequence") return longnet::Context::Sequence;
    if (name == "window") return longnet::Context::Window;
    if (name == "alone") return longnet::Context::Alone;
    throw UsageError("context " + name + ": not one of sequence, window, alone");
}

std::vector<library::DocumentRecord> documents_below(const library::Library& library,
                                                     const std::vector<std::string>& paths) {
    std::vector<std::string> missing;
    return matching(library.documents(), paths, missing);
}

std::vector<library::DocumentRecord> documents_at(const library::Library& library,
                                                  const std::vector<std::string>& paths) {
    const auto all = library.documents();
    std::vector<std::string> missing;
    auto chosen = matching(all, paths, missing);
    if (!missing.empty())
        throw CommandError(missing.front(),
                           "no document of the library is there" + hint_for(missing.front(), all));
    return chosen;
}

std::vector<DocumentId> ids_of(const std::vector<library::DocumentRecord>& documents) {
    std::vector<DocumentId> ids;
    ids.reserve(documents.size());
    for (const auto& document : documents) ids.push_back(document.id);
    return ids;
}

}  // namespace corpuscope::app
