// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <QGuiApplication>
#include <QLoggingCategory>
#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <numeric>
#include <string>
#include <vector>

#include "app/commands/commands.h"
#include "app/terminal.h"
#include "engine/progress.h"

namespace corpuscope::app {
namespace {

/// Levenshtein's distance, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

using Commands = std::vector<std::unique_ptr<Command>>;

std::string_view first_word(int argc, char** argv) { return argc > 1 && argv[1][0] != '-' ? argv[1] : ""; }

bool names(const Commands& commands, std::string_view word) {
    return std::any_of(commands.begin(), commands.end(),
                       [&](const auto& command) { return command->name() == word; });
}

bool is_path(std::string_view word) {
    std::error_code ignored;
    return std::filesystem::exists(word, ignored);
}

int report_unknown_command(const Commands& commands, std::string_view word) {
    std::cerr << "corpuscope: " << escaped(word) << ": no such command or folder";
    std::string_view nearest;
    std::size_t distance = 3;
    for (const auto& command : commands)
        if (const auto d = edit_distance(word, command->name()); d < distance) {
            nearest = command->name();
            distance = d;
        }
    if (!nearest.empty()) std::cerr << "; did you mean '" << nearest << "'?";
    std::cerr << "\n'corpuscope --help' lists the commands.\n";
    return kBadUsage;
}

/// Behind a word that the parser would not take for what it is: it splits "[a,b]" in two, "++" ends a
/// command, and where nothing follows "--mode=" the next word does. No argument of a process holds this
/// character, so that it is taken off without loss.
constexpr char kMark = '\0';

bool needs_mark(std::string_view argument) {
    return argument.ends_with(']') || argument == "++" ||
           (argument.starts_with("--") && argument.ends_with('='));
}

/// As CLI::App::parse takes them: the last first.
std::vector<std::string> marked_arguments(int argc, char** argv) {
    std::vector<std::string> arguments;
    for (int i = argc - 1; i > 0; --i) {
        std::string& argument = arguments.emplace_back(argv[i]);
        if (needs_mark(argument)) argument += kMark;
    }
    return arguments;
}

/// The values of all options arrive as they were typed.
void take_marks_off(CLI::App& app) {
    const CLI::Validator unmarked(
        [](std::string& value) {
            if (value.ends_with(kMark)) value.pop_back();
            return std::string();
        },
        std::string());
    for (CLI::Option* option : app.get_options()) option->transform(unmarked);
    for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        take_marks_off(*command);
}

int report_bad_usage(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::App* deepest = &app;
    std::string line = "corpuscope";
    while (!deepest->get_subcommands().empty()) {
        deepest = deepest->get_subcommands().front();
        line += ' ' + deepest->get_name();
    }
    const auto verb =
        line == "corpuscope" ? std::string() : line.substr(std::string("corpuscope ").size()) + ": ";
    std::cerr << "corpuscope: " << verb << escaped(error.what()) << "\n'" << line
              << " --help' shows how it is used.\n";
    return kBadUsage;
}

void define_top_level(CLI::App& app, WindowArguments& arguments) {
    app.set_version_flag("--version", "corpuscope " CORPUSCOPE_VERSION, "Show the version and exit");
    app.set_help_flag("-h,--help", "Show this help and exit");
    app.require_subcommand(0, 1);
    app.footer(
        "Exit codes: 0 done, 1 failed, 2 bad usage, 3 done but some documents failed.\n"
        "'corpuscope COMMAND --help' explains a command.");
    app.add_option("PATH", arguments.paths, "Folders and files to open in the window");
    app.add_option("--library", arguments.library, "Library file of the window")->type_name("FILE");
    app.add_option("--model", arguments.model, "Model of the window")
        ->type_name("NAME")
        ->capture_default_str();
    app.add_option("--backend", arguments.backend, "Where the window computes")
        ->check(CLI::IsMember({"auto", "cpu", "cuda", "reference"}))
        ->type_name("")
        ->capture_default_str();
    app.add_option("--threads", arguments.threads, "Threads of the window; 0: one a core")
        ->check(CLI::Range(0, 1024))
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--screenshots", arguments.screenshots,
                   "Draw every panel to a picture in this folder instead")
        ->type_name("DIR");
    app.add_option("--question", arguments.question, "Question that the screenshots show")->type_name("TEXT");
}

int run(Command& command, int argc, char** argv) {
    // Fonts and pictures (text of PDF, attention maps) need a QGuiApplication, but no verb needs a display.
    // What Qt warns of on a bare console (no XDG_RUNTIME_DIR) is nothing to people who asked for a verb.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QLoggingCategory::setFilterRules(QStringLiteral("default.warning=false"));
    const QGuiApplication application(argc, argv);
    const auto failed = [](const std::string& message) {
        std::cerr << "corpuscope: " << escaped(message) << '\n';
        return static_cast<int>(kFailed);
    };
    try {
        const int code = command.run();
        std::cout.flush();
        return std::cout ? code : failed("standard output: cannot be written");
    } catch (const UsageError& error) {
        std::cerr << "corpuscope: " << command.line() << ": " << escaped(error.what()) << "\n'corpuscope "
                  << command.line() << " --help' shows how it is used.\n";
        return kBadUsage;
    } catch (const Cancelled&) {
        return failed(command.line() + ": interrupted; " + command.after_interruption());
    } catch (const std::bad_alloc&) {
        return failed(command.line() + ": not enough memory");
    } catch (const std::exception& error) {
        return failed(error.what());
    }
}

}  // namespace

std::vector<std::unique_ptr<Command>> all_commands() {
    std::vector<std::unique_ptr<Command>> commands;
    for (const auto make : {make_add, make_status, make_ask, make_search, make_summarize, make_text,
                            make_evaluate, make_attention, make_export, make_verify, make_compact,
                            make_remove, make_encode, make_model, make_bench})
        commands.push_back(make());
    return commands;
}

int run_command_line(int argc, char** argv, const WindowLauncher& window) {
    const auto commands = all_commands();
    if (const auto word = first_word(argc, argv); !word.empty() && !names(commands, word) && !is_path(word))
        return report_unknown_command(commands, word);

    CLI::App app(
        "Reads a folder of documents as one sequence and answers questions about all of it, with citations.\n"
        "Without a command it opens its window; 'corpuscope FOLDER' opens it on that folder.",
        "corpuscope");
    WindowArguments arguments;
    define_top_level(app, arguments);
    Command* chosen = nullptr;
    for (const auto& command : commands) command->attach(app, chosen);
    take_marks_off(app);
    try {
        app.parse(marked_arguments(argc, argv));
    } catch (const CLI::Success& success) {  // --help, --version
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        return report_bad_usage(app, error);
    }
    if (chosen != nullptr) {
        for (const CLI::Option* option : app.get_options())
            if (option->count() > 0) {
                std::cerr << "corpuscope: " << option->get_name() << " before '" << chosen->line()
                          << "' is the window's: give it behind\n";
                return kBadUsage;
            }
        return run(*chosen, argc, argv);
    }
    if (window) return window(arguments);
    std::cerr << "corpuscope: this build has no window; 'corpuscope --help' lists the commands\n";
    return kBadUsage;
}

}  // namespace corpuscope::app
