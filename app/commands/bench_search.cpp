// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>

#include "app/commands/bench.h"
#include "app/commands/commands.h"

namespace corpuscope::app {
namespace {

constexpr std::size_t kQueryBytes = 60;

/// The first words of a passage, which is what somebody might type who remembers it.
std::string query_from(const std::string& passage) {
    if (passage.size() <= kQueryBytes) return passage;
    const auto space = passage.rfind(' ', kQueryBytes);
    return passage.substr(0, space == std::string::npos ? passage.find(' ') : space);
}

class BenchSearchCommand : public Command {
 public:
    BenchSearchCommand() : Command("search", "Questions against a library, one after another, warm") {}

    int run() override {
        Session session = make_session();
        const auto queries = make_queries(session.library());
        if (queries.empty()) throw CommandError(session.library_file().string(), "holds no passages");
        std::int64_t tokens = 0;
        for (const auto& query : queries)
            tokens += static_cast<std::int64_t>(session.model().tokenizer->encode(query).size());
        session.searcher().search(query_of(queries.front()));
        std::vector<double> times;
        for (const auto& query : queries) {
            const Stopwatch watch;
            session.searcher().search(query_of(query));
            times.push_back(watch.seconds());
        }
        report(result(session, tokens, times), json());
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("--queries", queries_, "How many")
            ->check(CLI::Range(1, 100000))
            ->type_name("N")
            ->capture_default_str();
        app.add_flag("--no-rerank", no_rerank_, "Leave out the second look at the best passages");
        add_library_option(app);
        add_engine_options(app);
        add_json_option(app);
    }

 private:
    search::Query query_of(const std::string& text) const {
        search::Query query;
        query.text = text;
        query.rerank = !no_rerank_;
        return query;
    }

    std::vector<std::string> make_queries(const library::Library& library) const {
        std::vector<std::string> queries;
        auto documents = library.documents();
        std::shuffle(documents.begin(), documents.end(), std::mt19937(1));
        for (const auto& document : documents)
            for (const auto& passage : library.passages(document.id)) {
                if (queries.size() == static_cast<std::size_t>(queries_)) return queries;
                queries.push_back(query_from(passage.text));
            }
        return queries;
    }

    BenchResult result(Session& session, std::int64_t tokens, std::vector<double> times) const {
        double total = 0;
        for (const double time : times) total += time;
        std::sort(times.begin(), times.end());
        const auto quantile_ms = [&](double share) {
            return 1000 * times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
        };
        auto& encoder = session.encoder();
        return {.tokens = tokens,
                .seconds = total,
                .backend = std::string(encoder.backend().name()),
                .dtype = to_string(encoder.precision()),
                .processor = encoder.backend().description(),
                .branches = {},
                .more = {{"queries", times.size()},
                         {"passages", session.library().counts().passages},
                         {"rerank", !no_rerank_},
                         {"p50_ms", quantile_ms(0.5)},
                         {"p99_ms", quantile_ms(0.99)}}};
    }

    int queries_ = 100;
    bool no_rerank_ = false;
};

}  // namespace

std::unique_ptr<Command> make_bench_search() { return std::make_unique<BenchSearchCommand>(); }

}  // namespace corpuscope::app
