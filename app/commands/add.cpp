// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/interrupt.h"
#include "app/terminal.h"
#include "engine/indexing/indexer.h"

namespace corpuscope::app {
namespace {

void show_progress(ProgressDisplay& display, const indexing::Progress& progress) {
    const auto share = [](std::int64_t done, std::int64_t total) {
        return total > 0 ? static_cast<double>(done) / static_cast<double>(total) : -1.0;
    };
    switch (progress.phase) {
        case indexing::Phase::Scanning:
            display.show("scanning", -1, counted(progress.documents_total, "document"));
            break;
        case indexing::Phase::Reading:
            display.show(
                "reading", share(progress.bytes_done, progress.bytes_total),
                grouped(progress.documents_done) + " of " + counted(progress.documents_total, "document"));
            break;
        case indexing::Phase::Encoding: {
            std::string detail =
                grouped(progress.tokens_done) + " of " + counted(progress.tokens_total, "token");
            if (progress.tokens_per_second > 0)
                detail += ", " + grouped(static_cast<std::int64_t>(progress.tokens_per_second)) + " a second";
            if (progress.seconds_left >= 0) detail += ", " + duration(progress.seconds_left) + " left";
            display.show("encoding", share(progress.tokens_done, progress.tokens_total), detail);
            break;
        }
        case indexing::Phase::Storing:
            display.show("storing", -1);
            break;
        case indexing::Phase::Done:
            break;
    }
}

Json describe(const indexing::Report& report) {
    Json failed = Json::array();
    for (const auto& document : report.failed)
        failed.push_back({{"path", document.path}, {"reason", document.reason}});
    return {{"added", report.added},
            {"updated", report.updated},
            {"unchanged", report.unchanged},
            {"removed", report.removed},
            {"failed", failed},
            {"tokens_encoded", report.tokens_encoded},
            {"read_seconds", report.read_seconds},
            {"encode_seconds", report.encode_seconds},
            {"store_seconds", report.store_seconds}};
}

void print_totals(const indexing::Report& report) {
    std::cout << grouped(report.added) << " added, " << grouped(report.updated) << " updated, "
              << grouped(report.unchanged) << " unchanged, " << grouped(report.removed) << " removed, "
              << grouped(static_cast<std::int64_t>(report.failed.size())) << " failed.\n";
    if (report.tokens_encoded > 0) {
        std::cout << counted(report.tokens_encoded, "token") << " encoded in "
                  << duration(report.encode_seconds);
        if (report.encode_seconds > 0)
            std::cout << " ("
                      << grouped(static_cast<std::int64_t>(static_cast<double>(report.tokens_encoded) /
                                                           report.encode_seconds))
                      << " a second)";
        std::cout << "; reading took " << duration(report.read_seconds) << ", storing "
                  << duration(report.store_seconds) << ".\n";
    }
}

class AddCommand : public Command {
 public:
    AddCommand() : Command("add", "Read, encode and store files and folders; again: only what changed") {}

    int run() override {
        for (const auto& path : paths_)
            if (std::error_code error; !std::filesystem::exists(path, error))
                throw CommandError(path, error ? error.message() : "no such file or folder");
        Control control;
        const Interrupt interrupt(control);
        Session session = make_session();
        auto& library = session.library(library::OpenMode::ReadWrite);
        indexing::Indexer indexer(library, session.encoder(), session.model().tokenizer);
        const indexing::Report report = index(indexer, session.reader(), control);
        report_failures(library, report);
        const Json warnings = warnings_of(documents_below(library, paths_));
        if (json()) {
            Json described = describe(report);
            described["warnings"] = warnings;
            std::cout << dump(described) << '\n';
        } else {
            print_totals(report);
            if (!warnings.empty())
                std::cout << "Something was left out of " << counted(std::ssize(warnings), "document")
                          << ": 'corpuscope status' says what.\n";
        }
        return report.failed.empty() ? kDone : kSomeDocumentsFailed;
    }

    std::string after_interruption() const override { return "the same command goes on from here"; }

 protected:
    void define(CLI::App& app) override {
        app.add_option("PATH", paths_, "Files and folders")->required();
        add_library_option(app);
        add_engine_options(app);
        add_json_option(app);
    }

 private:
    void report_failures(const library::Library& library, const indexing::Report& report) const {
        for (const auto& failed : report.failed)
            std::cerr << "corpuscope: " << escaped(failed.path) << ": " << escaped(failed.reason) << '\n';
        if (!report.failed.empty()) return;
        for (const auto& path : paths_)
            if (documents_below(library, {path}).empty())
                std::cerr << "corpuscope: " << escaped(path) << ": holds no documents that can be read\n";
    }

    indexing::Report index(indexing::Indexer& indexer, documents::ReadingProcess& reader,
                           Control& control) const {
        ProgressDisplay display;
        indexing::Options options;
        options.reader = &reader;
        options.control = &control;
        options.progress = [&](const indexing::Progress& progress) { show_progress(display, progress); };
        const std::vector<std::filesystem::path> paths(paths_.begin(), paths_.end());
        return indexer.add(paths, options);
    }

    std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Command> make_add() { return std::make_unique<AddCommand>(); }

}  // namespace corpuscope::app
