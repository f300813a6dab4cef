// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"

namespace corpuscope::app {
namespace {

class SummarizeCommand : public Command {
 public:
    SummarizeCommand()
        : Command("summarize", "The most central sentences, one a topic, each with its citation") {}

    int run() override {
        Session session = make_session();
        const auto documents = ids_of(documents_at(session.library(), paths_));
        const auto summary = answers::summarize(session.library(), documents, sentences_);
        if (json())
            std::cout << dump({{"sentences", to_json_array(summary.sentences)},
                               {"coverage", to_json(summary.coverage)}})
                      << '\n';
        else
            print(std::cout, summary);
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("PATH", paths_, "Documents and folders (default: the whole library)");
        app.add_option("--sentences", sentences_, "Length of the summary")
            ->check(CLI::Range(1, 10000))
            ->type_name("N")
            ->capture_default_str();
        add_library_option(app);
        add_json_option(app);
    }

 private:
    std::vector<std::string> paths_;
    int sentences_ = 8;
};

}  // namespace

std::unique_ptr<Command> make_summarize() { return std::make_unique<SummarizeCommand>(); }

}  // namespace corpuscope::app
