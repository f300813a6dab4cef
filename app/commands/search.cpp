// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"

namespace corpuscope::app {
namespace {

class SearchCommand : public Command {
 public:
    SearchCommand() : Command("search", "The passages that fit a query best") {}

    int run() override {
        Session session = make_session();
        search::Query query;
        query.text = CLI::detail::join(words_, " ");
        query.mode = *search::mode_from(mode_);
        query.limit = limit_;
        query.rerank = !no_rerank_;
        const auto documents = ids_of(documents_at(session.library(), within_));
        query.within = documents;
        const auto passages = session.answerer().cite(session.searcher().search(query));
        const auto coverage = answers::coverage_of(session.library(), documents);
        if (json()) {
            std::cout << dump({{"query", query.text},
                               {"mode", mode_},
                               {"passages", to_json_array(passages)},
                               {"coverage", to_json(coverage)}})
                      << '\n';
        } else {
            print(std::cout, passages);
            print(std::cout, coverage);
        }
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("QUERY", words_, "Words or a question, quoted or not")->required();
        app.add_option("--mode", mode_, "How to search")
            ->check(CLI::IsMember({"hybrid", "keyword", "vector"}))
            ->type_name("")
            ->capture_default_str();
        app.add_option("--limit", limit_, "Passages at most")
            ->check(CLI::Range(1, 1000))
            ->type_name("N")
            ->capture_default_str();
        app.add_option("--within", within_, "Only documents at or below this path; may be repeated")
            ->allow_extra_args(false)
            ->type_name("PATH");
        app.add_flag("--no-rerank", no_rerank_, "Leave out the second look at the best passages");
        add_library_option(app);
        add_engine_options(app);
        add_json_option(app);
    }

 private:
    std::vector<std::string> words_, within_;
    std::string mode_ = "hybrid";
    int limit_ = 10;
    bool no_rerank_ = false;
};

}  // namespace

std::unique_ptr<Command> make_search() { return std::make_unique<SearchCommand>(); }

}  // namespace corpuscope::app
