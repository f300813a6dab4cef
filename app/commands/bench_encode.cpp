// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <random>

#include "app/commands/bench.h"
#include "app/commands/commands.h"
#include "app/interrupt.h"
#include "app/terminal.h"

namespace corpuscope::app {
namespace {

constexpr std::int64_t kTokensPerDocument = 4000;
/// Enough to touch the memory that a block takes: where the machine is a virtual one, fresh pages take longer
/// than all that is written to them. Peers get a whole run to warm up too.
constexpr std::int64_t kWarmUpTokens = 131072;

/// Random ids in units of 16 to 28 tokens (22 in the mean, as running prose gives where a unit is closed from
/// 16 tokens on) and documents of some 4,000 tokens. The arithmetic does not depend on which ids they are.
longnet::Units synthetic_units(std::int64_t tokens, std::int64_t vocabulary) {
    std::mt19937 random(1);
    std::uniform_int_distribution<std::int64_t> length(16, 28);
    std::uniform_int_distribution<std::int32_t> id(
        static_cast<std::int32_t>(std::min<std::int64_t>(1000, vocabulary / 2)),
        static_cast<std::int32_t>(vocabulary - 1));
    longnet::Units units;
    units.ids.reserve(static_cast<std::size_t>(tokens));
    units.offsets.push_back(0);
    for (std::int64_t done = 0; done < tokens;) {
        const std::int64_t here = std::min(length(random), tokens - done);
        units.document.push_back(static_cast<std::int32_t>(done / kTokensPerDocument));
        for (std::int64_t i = 0; i < here; ++i) units.ids.push_back(id(random));
        done += here;
        units.offsets.push_back(done);
    }
    return units;
}

/// A folder of its own for hidden states, removed with the object.
class States {
 public:
    explicit States(const std::string& parent) {
        if (parent.empty()) return;
        folder_ =
            std::filesystem::path(parent) / ("corpuscope-bench-" + std::to_string(std::random_device()()));
        std::filesystem::create_directory(folder_);
    }
    ~States() {
        std::error_code ignored;
        if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
    }
    States(const States&) = delete;
    States& operator=(const States&) = delete;

    const std::filesystem::path& folder() const { return folder_; }

 private:
    std::filesystem::path folder_;
};

class BenchEncodeCommand : public Command {
 public:
    BenchEncodeCommand() : Command("encode", "The whole encoder over one long sequence of made-up units") {}

    int run() override {
        Control control;
        const Interrupt interrupt(control);
        Session session = make_session();
        const auto& config = session.model().model->config;
        auto& encoder = session.encoder();
        longnet::EncodeOptions options;
        options.context = context_from(context_);
        options.control = &control;
        encoder.encode(synthetic_units(std::min(tokens_, kWarmUpTokens), config.vocabulary), options);
        options.recompute = recompute_;
        const States states(scratch_);
        options.scratch = states.folder();

        const auto units = synthetic_units(tokens_, config.vocabulary);
        const auto layout = longnet::lay_out(units, config);
        const double seconds = measure(encoder, units, options);
        const std::int64_t read = tokens_ + 2 * units.size();
        report({.tokens = tokens_,
                .seconds = seconds,
                .backend = std::string(encoder.backend().name()),
                .dtype = to_string(encoder.precision()),
                .processor = encoder.backend().description(),
                .branches = longnet::branches_for(config, layout.length),
                .more = {{"context", context_},
                         {"states", recompute_         ? "recomputed"
                                    : scratch_.empty() ? "memory"
                                                       : "scratch"},
                         {"units", units.size()},
                         {"positions", layout.length},
                         {"tokens_with_special", read},
                         {"tokens_with_special_per_second", static_cast<double>(read) / seconds}}},
               json());
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("--tokens", tokens_, "Tokens of text; [CLS] and [SEP] of each unit come on top")
            ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
            ->type_name("N")
            ->capture_default_str();
        app.add_option("--context", context_, "What a unit is read in")
            ->check(CLI::IsMember({"sequence", "window", "alone"}))
            ->type_name("")
            ->capture_default_str();
        auto* scratch =
            app.add_option("--scratch", scratch_, "Keep hidden states in a folder rather than in memory")
                ->check(CLI::ExistingDirectory)
                ->type_name("FOLDER");
        app.add_flag("--recompute", recompute_, "Keep none: compute them again for each layer")
            ->excludes(scratch);
        add_engine_options(app);
        add_json_option(app);
    }

 private:
    static double measure(longnet::Encoder& encoder, const longnet::Units& units,
                          longnet::EncodeOptions options) {
        ProgressDisplay display;
        options.progress = [&](const longnet::EncodeProgress& progress) {
            display.show("encoding",
                         static_cast<double>(progress.positions_done) /
                             static_cast<double>(std::max<std::int64_t>(progress.positions_total, 1)));
        };
        const Stopwatch watch;
        encoder.encode(units, options);
        return watch.seconds();
    }

    std::int64_t tokens_ = 131072;
    std::string context_ = "sequence";
    std::string scratch_;
    bool recompute_ = false;
};

}  // namespace

std::unique_ptr<Command> make_bench_encode() { return std::make_unique<BenchEncodeCommand>(); }

}  // namespace corpuscope::app
