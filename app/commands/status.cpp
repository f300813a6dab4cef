// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/terminal.h"

namespace corpuscope::app {
namespace {

class StatusCommand : public Command {
 public:
    StatusCommand()
        : Command("status",
                  "What the library holds, which documents failed, and what was left out of others") {}

    int run() override {
        Session session = make_session();
        const auto counts = session.library().counts();
        if (json())
            print_json(session, counts);
        else
            print_text(session, counts);
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        add_library_option(app);
        add_json_option(app);
    }

 private:
    /// Whatever has no vectors yet, read or not.
    static std::int64_t pending(const library::Counts& counts) { return counts.pending + counts.read; }

    static void print_json(Session& session, const library::Counts& counts) {
        std::cout << dump({{"documents", counts.documents},
                           {"passages", counts.passages},
                           {"tokens", counts.tokens},
                           {"failed", counts.failed},
                           {"pending", pending(counts)},
                           {"bytes", counts.bytes},
                           {"model", counts.model},
                           {"generation", counts.generation},
                           {"warnings", warnings_of(session.library().documents())}})
                  << '\n';
    }

    static void print_text(Session& session, const library::Counts& counts) {
        std::cout << escaped(session.library_file().string()) << " (" << byte_size(counts.bytes) << ")\n"
                  << counted(counts.documents, "document") << ", " << counted(counts.passages, "passage")
                  << ", " << counted(counts.tokens, "token") << '\n'
                  << grouped(counts.failed) << " failed, " << grouped(pending(counts)) << " waiting\n";
        if (!counts.model.empty())
            std::cout << "Model: " << escaped(counts.model) << ", generation " << counts.generation << '\n';
        for (const auto& document : session.library().documents())
            if (document.state == library::DocumentState::Failed)
                std::cout << "failed: " << escaped(document.path) << ": " << escaped(document.reason) << '\n';
            else
                for (const auto& warning : document.warnings)
                    std::cout << "incomplete: " << escaped(document.path) << ": " << escaped(warning) << '\n';
    }
};

}  // namespace

std::unique_ptr<Command> make_status() { return std::make_unique<StatusCommand>(); }

}  // namespace corpuscope::app
