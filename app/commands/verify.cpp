// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/terminal.h"

namespace corpuscope::app {
namespace {

class VerifyCommand : public Command {
 public:
    VerifyCommand() : Command("verify", "Prove that the library file is sound") {}

    int run() override {
        Session session = make_session();
        const auto problems = session.library().verify();
        if (json()) {
            std::cout << dump({{"ok", problems.empty()}, {"problems", problems}}) << '\n';
        } else {
            for (const auto& problem : problems) std::cout << escaped(problem) << '\n';
            const auto file = escaped(session.library_file().string());
            if (problems.empty())
                std::cout << file << ": sound\n";
            else
                std::cout << file << ": " << counted(static_cast<std::int64_t>(problems.size()), "problem")
                          << '\n';
        }
        return problems.empty() ? kDone : kFailed;
    }

 protected:
    void define(CLI::App& app) override {
        add_library_option(app);
        add_json_option(app);
    }
};

}  // namespace

std::unique_ptr<Command> make_verify() { return std::make_unique<VerifyCommand>(); }

}  // namespace corpuscope::app
