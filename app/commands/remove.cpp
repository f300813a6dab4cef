// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/interrupt.h"
#include "app/terminal.h"

namespace corpuscope::app {
namespace {

class RemoveCommand : public Command {
 public:
    RemoveCommand() : Command("remove", "Take documents out of the library; the files stay where they are") {}

    int run() override {
        Control control;
        const Interrupt interrupt(control);
        Session session = make_session();
        auto& library = session.library(library::OpenMode::ReadWrite);
        const auto documents = documents_at(library, paths_);
        for (const auto& document : documents) {
            control.checkpoint();
            library.remove(document.id);
        }
        if (json()) {
            Json removed = Json::array();
            for (const auto& document : documents) removed.push_back(document.path);
            std::cout << dump({{"removed", removed}}) << '\n';
        } else {
            std::cout << counted(static_cast<std::int64_t>(documents.size()), "document") << " removed\n";
        }
        return kDone;
    }

    std::string after_interruption() const override { return "the same command goes on from here"; }

 protected:
    void define(CLI::App& app) override {
        app.add_option("PATH", paths_, "Documents, or folders with all documents below them")->required();
        add_library_option(app);
        add_json_option(app);
    }

 private:
    std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Command> make_remove() { return std::make_unique<RemoveCommand>(); }

}  // namespace corpuscope::app
