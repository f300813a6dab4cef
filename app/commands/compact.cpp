// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/interrupt.h"
#include "app/terminal.h"
#include "engine/indexing/indexer.h"

namespace corpuscope::app {
namespace {

class CompactCommand : public Command {
 public:
    CompactCommand()
        : Command("compact",
                  "Give back the space of removed documents; with --refresh read all in one context again") {}

    int run() override {
        Control control;
        const Interrupt interrupt(control);
        Session session = make_session();
        auto& library = session.library(library::OpenMode::ReadWrite);
        const auto before = library.counts().bytes;
        if (refresh_) refresh(session, control);
        library.compact();
        const auto after = library.counts().bytes;
        if (json())
            std::cout << dump({{"bytes_before", before}, {"bytes", after}}) << '\n';
        else
            std::cout << byte_size(before) << " before, " << byte_size(after) << " now\n";
        return kDone;
    }

    std::string after_interruption() const override { return "the same command goes on from here"; }

 protected:
    void define(CLI::App& app) override {
        app.add_flag("--refresh", refresh_,
                     "Also read the whole library anew, without the holes of what was removed");
        add_library_option(app);
        add_engine_options(app);
        add_json_option(app);
    }

 private:
    static void refresh(Session& session, Control& control) {
        ProgressDisplay display;
        indexing::Options options;
        options.control = &control;
        options.progress = [&](const indexing::Progress& progress) {
            const auto total = std::max<std::int64_t>(progress.tokens_total, 1);
            display.show("encoding", static_cast<double>(progress.tokens_done) / static_cast<double>(total),
                         grouped(progress.tokens_done) + " of " + counted(progress.tokens_total, "token"));
        };
        indexing::Indexer(session.library(), session.encoder(), session.model().tokenizer).refresh(options);
    }

    bool refresh_ = false;
};

}  // namespace

std::unique_ptr<Command> make_compact() { return std::make_unique<CompactCommand>(); }

}  // namespace corpuscope::app
