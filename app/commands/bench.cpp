// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/commands/bench.h"

#include <sys/resource.h>

#include <iomanip>
#include <iostream>

#include "app/commands/commands.h"
#include "app/terminal.h"

namespace corpuscope::app {

std::int64_t peak_rss_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

Json to_json(const BenchResult& result) {
    Json branches = Json::array();
    for (const auto& branch : result.branches) branches.push_back({branch.segment, branch.rate});
    Json json = {{"tokens", result.tokens},
                 {"seconds", result.seconds},
                 {"tokens_per_second", static_cast<double>(result.tokens) / result.seconds},
                 {"peak_rss_bytes", peak_rss_bytes()},
                 {"backend", result.backend},
                 {"dtype", result.dtype},
                 {"branches", branches},
                 {"processor", result.processor}};
    json.update(result.more);
    return json;
}

void report(const BenchResult& result, bool as_json) {
    const Json json = to_json(result);
    if (as_json) {
        std::cout << dump(json) << '\n';
        return;
    }
    std::cout << counted(result.tokens, "token") << " in " << std::fixed << std::setprecision(3)
              << result.seconds
              << " s: " << grouped(static_cast<std::int64_t>(json["tokens_per_second"].get<double>()))
              << " tokens/s\n"
              << result.backend << ' ' << result.dtype << ", " << result.processor << "; peak memory "
              << byte_size(json["peak_rss_bytes"].get<std::int64_t>()) << '\n';
    if (!result.branches.empty()) {
        std::cout << "branches:";
        for (const auto& branch : result.branches)
            std::cout << " (" << branch.segment << ", " << branch.rate << ')';
        std::cout << '\n';
    }
    for (const auto& [key, value] : result.more.items()) std::cout << key << ": " << value.dump() << '\n';
}

std::unique_ptr<Command> make_bench() {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(make_bench_encode());
    commands.push_back(make_bench_attention());
    commands.push_back(make_bench_search());
    return std::make_unique<CommandGroup>("bench", "Measure the speed on this machine", std::move(commands));
}

}  // namespace corpuscope::app
