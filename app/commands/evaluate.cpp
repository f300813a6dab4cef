// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <iomanip>
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/terminal.h"
#include "engine/answers/evaluation.h"

namespace corpuscope::app {
namespace {

class EvaluateCommand : public Command {
 public:
    EvaluateCommand()
        : Command("evaluate", "How well your own questions are answered on your own documents") {}

    int run() override {
        const auto questions = answers::read_questions(file_);
        Session session = make_session();
        const auto evaluation = evaluate(session, questions);
        if (json())
            print_json(evaluation);
        else
            print_text(evaluation);
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option(
               "FILE", file_,
               R"(Lines {"question", "answers": [regular expressions], "path"?}; without answers: to be refused)")
            ->required()
            ->type_name("FILE.jsonl");
        app.add_option("--mode", mode_, "How to search")
            ->check(CLI::IsMember({"hybrid", "keyword", "vector"}))
            ->type_name("")
            ->capture_default_str();
        app.add_flag("--no-rerank", no_rerank_, "Leave out the second look at the best passages");
        add_library_option(app);
        add_engine_options(app);
        add_json_option(app);
    }

 private:
    answers::Evaluation evaluate(Session& session,
                                 const std::vector<answers::EvaluationQuestion>& questions) const {
        ProgressDisplay display;
        const auto total = static_cast<std::int64_t>(questions.size());
        return answers::evaluate(session.answerer(), session.searcher(), questions, *search::mode_from(mode_),
                                 !no_rerank_, [&](std::int64_t done) {
                                     display.show("evaluating",
                                                  static_cast<double>(done) / static_cast<double>(total),
                                                  grouped(done) + " of " + counted(total, "question"));
                                 });
    }

    void print_json(const answers::Evaluation& evaluation) const {
        const auto or_null = [](const std::optional<double>& share) { return share ? Json(*share) : Json(); };
        const Json json = {{"mode", mode_},
                           {"rerank", !no_rerank_},
                           {"answerable", evaluation.answerable},
                           {"unanswerable", evaluation.unanswerable},
                           {"recall_at_1", evaluation.recall_at_1},
                           {"recall_at_5", evaluation.recall_at_5},
                           {"mrr_at_10", evaluation.mrr_at_10},
                           {"refused_answerable", or_null(evaluation.refused_answerable)},
                           {"refused_unanswerable", or_null(evaluation.refused_unanswerable)},
                           {"first_answer", or_null(evaluation.first_answer)},
                           {"ranks", evaluation.ranks}};
        std::cout << dump(json) << '\n';
    }

    static void print_text(const answers::Evaluation& evaluation) {
        std::cout << std::fixed << std::setprecision(3);
        if (evaluation.answerable > 0)
            std::cout << "recall@1 " << evaluation.recall_at_1 << ", recall@5 " << evaluation.recall_at_5
                      << ", MRR@10 " << evaluation.mrr_at_10 << " over "
                      << counted(evaluation.answerable, "question") << '\n';
        if (evaluation.first_answer) std::cout << "first answer right: " << *evaluation.first_answer << '\n';
        if (evaluation.refused_answerable)
            std::cout << "refused although answerable: " << *evaluation.refused_answerable << '\n';
        if (evaluation.refused_unanswerable)
            std::cout << "refused of " << counted(evaluation.unanswerable, "question")
                      << " that the documents do not answer: " << *evaluation.refused_unanswerable << '\n';
    }

    std::string file_, mode_ = "hybrid";
    bool no_rerank_ = false;
};

}  // namespace

std::unique_ptr<Command> make_evaluate() { return std::make_unique<EvaluateCommand>(); }

}  // namespace corpuscope::app
