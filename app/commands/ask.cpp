// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/terminal.h"

namespace corpuscope::app {
namespace {

/// Json copies what is within it when its objects grow, by recursion.
bool refuse_depth(int depth, Json::parse_event_t, const Json&) {
    constexpr int kDeepest = 100;
    if (depth > kDeepest) throw std::runtime_error("its values are nested too deeply");
    return true;
}

/// One line of a batch; std::runtime_error has the reason where it is none.
Json parse_line(const std::string& line) {
    Json object = Json::parse(line, refuse_depth, false);
    if (object.is_discarded()) throw std::runtime_error("not JSON");
    if (!object.is_object()) throw std::runtime_error("not a JSON object");
    if (!object.contains("id")) throw std::runtime_error("has no \"id\"");
    if (!object["id"].is_primitive()) throw std::runtime_error("its \"id\" is neither text nor a number");
    return object;
}

std::string question_of(const Json& line) {
    const auto question = line.find("question");
    if (question == line.end() || !question->is_string())
        throw std::runtime_error("has no \"question\" that is text");
    return question->get<std::string>();
}

class AskCommand : public Command {
 public:
    AskCommand()
        : Command("ask", "Answer a question from the documents, with citations and what was searched") {}

    int run() override {
        if (words_.empty() == batch_.empty()) throw UsageError("either QUESTION or --batch FILE");
        Session session = make_session();
        return batch_.empty() ? ask_one(session) : ask_batch(session);
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("QUESTION", words_, "The question, quoted or not");
        app.add_option(
               "--batch", batch_,
               R"(Lines {"id", "question"}; prints a JSON object a line, in order (where it failed, "id" and "error"); - reads standard input)")
            ->type_name("FILE.jsonl");
        app.add_option("--limit", limit_, "Answers and passages at most")
            ->check(CLI::Range(1, 1000))
            ->type_name("N")
            ->capture_default_str();
        add_library_option(app);
        add_engine_options(app);
        add_json_option(app);
    }

 private:
    int ask_one(Session& session) const {
        const auto answer = session.answerer().ask(CLI::detail::join(words_, " "), limit_);
        if (json())
            std::cout << dump(to_json(answer)) << '\n';
        else
            print(std::cout, answer);
        return kDone;
    }

    int ask_batch(Session& session) const {
        if (batch_ == "-") return ask_lines(session, std::cin, "standard input");
        std::ifstream file(batch_);
        if (!file) throw CommandError(batch_, "cannot be read");
        return ask_lines(session, file, batch_);
    }

    /// A line that cannot be answered is reported, has an object with its id and the reason, and the rest
    /// goes on.
    int ask_lines(Session& session, std::istream& lines, const std::string& name) const {
        answers::Answerer& answerer = session.answerer();
        int code = kDone;
        std::string line;
        for (std::int64_t number = 1; std::cout && std::getline(lines, line); ++number) {
            if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
            Json object;
            try {
                const Json item = parse_line(line);
                object["id"] = item["id"];
                object.update(to_json(answerer.ask(question_of(item), limit_)));
            } catch (const std::exception& error) {
                std::cerr << "corpuscope: " << escaped(name) << ": line " << number << ": "
                          << escaped(error.what()) << '\n';
                code = kSomeDocumentsFailed;
                if (!object.contains("id")) continue;
                object["error"] = error.what();
            }
            std::cout << dump(object) << std::endl;
        }
        if (lines.bad()) throw CommandError(name, "cannot be read to its end");
        return code;
    }

    std::vector<std::string> words_;
    std::string batch_;
    int limit_ = 5;
};

}  // namespace

std::unique_ptr<Command> make_ask() { return std::make_unique<AskCommand>(); }

}  // namespace corpuscope::app
