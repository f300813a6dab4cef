// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/interrupt.h"
#include "app/terminal.h"
#include "engine/export/atomic_file.h"
#include "engine/export/npy.h"
#include "engine/longnet/safetensors.h"

namespace corpuscope::app {
namespace {

/// Reads `ids` [T], `unit` [T] and, where there is one, `document` [units]; checks what the encoder relies
/// on.
longnet::Units read_units(const std::string& path, std::int64_t vocabulary) {
    const longnet::SafetensorsFile file(path);
    const auto integers = [&](const char* name) {
        const auto& tensor = file.at(name);
        if (tensor.shape.size() != 1)
            throw CommandError(path, std::string(name) + " must have one dimension");
        return file.integers(tensor);
    };
    longnet::Units units;
    units.ids = integers("ids");
    const auto unit = integers("unit");
    if (unit.size() != units.ids.size()) throw CommandError(path, "ids and unit differ in length");
    if (unit.empty()) throw CommandError(path, "holds no tokens");
    if (unit.front() < 0 || !std::is_sorted(unit.begin(), unit.end()))
        throw CommandError(path, "unit must begin at 0 and never fall");
    if (file.find("document") != nullptr) units.document = integers("document");
    // A last number far beyond the tokens is a mistake that would take memory for units that nobody has.
    if (units.document.empty() && static_cast<std::size_t>(unit.back()) >= 2 * unit.size())
        throw CommandError(path, "unit " + std::to_string(unit.back()) + " is one of " +
                                     counted(std::ssize(unit), "token") +
                                     ": numbers must not skip, or document must name every unit");
    const auto count =
        units.document.empty() ? static_cast<std::size_t>(unit.back()) + 1 : units.document.size();
    if (static_cast<std::size_t>(unit.back()) >= count)
        throw CommandError(path, "document has " + std::to_string(count) + " units, unit names number " +
                                     std::to_string(unit.back()));
    units.document.resize(count);
    if (!std::is_sorted(units.document.begin(), units.document.end()))
        throw CommandError(path, "document must never fall");
    const auto bad =
        std::find_if(units.ids.begin(), units.ids.end(), [&](auto id) { return id < 0 || id >= vocabulary; });
    if (bad != units.ids.end())
        throw CommandError(path, "id " + std::to_string(*bad) + " is not in the model's vocabulary of " +
                                     std::to_string(vocabulary));
    units.offsets.reserve(count + 1);
    for (std::size_t u = 0, token = 0; u <= count; ++u) {
        while (token < unit.size() && static_cast<std::size_t>(unit[token]) < u) ++token;
        units.offsets.push_back(static_cast<std::int64_t>(token));
    }
    return units;
}

class EncodeCommand : public Command {
 public:
    EncodeCommand()
        : Command("encode", "The encoder alone: token ids of units in, a vector of length 1 a unit out") {}

    int run() override {
        Control control;
        const Interrupt interrupt(control);
        exporting::check_writable(out_);
        Session session = make_session();
        const auto& config = session.model().model->config;
        const auto units = read_units(in_, config.vocabulary);
        const auto vectors = encode(session.encoder(), units, control);
        exporting::write_npy(out_, vectors, {units.size(), config.d_model});
        std::cout << escaped(out_) << ": " << units.size() << " x " << config.d_model << ", "
                  << session.backend_line() << '\n';
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("IN", in_, "ids [T], unit [T] and document [units], int32, ids without special tokens")
            ->required()
            ->type_name("IN.safetensors");
        app.add_option("OUT", out_, "Vectors [units, d], float32")->required()->type_name("OUT.npy");
        app.add_option("--context", context_,
                       "sequence: as the model reads a corpus; window: long branches closed; alone: each "
                       "unit by itself")
            ->check(CLI::IsMember({"sequence", "window", "alone"}))
            ->type_name("")
            ->capture_default_str();
        add_engine_options(app);
    }

 private:
    std::vector<float> encode(longnet::Encoder& encoder, const longnet::Units& units,
                              Control& control) const {
        ProgressDisplay display;
        longnet::EncodeOptions options;
        options.context = context_from(context_);
        options.control = &control;
        options.progress = [&](const longnet::EncodeProgress& progress) {
            display.show("encoding",
                         static_cast<double>(progress.positions_done) /
                             static_cast<double>(std::max<std::int64_t>(progress.positions_total, 1)));
        };
        try {
            return encoder.encode(units, options);
        } catch (const std::invalid_argument& error) {  // what only the encoder knows of units
            throw CommandError(in_, error.what());
        }
    }

    std::string in_, out_, context_ = "sequence";
};

}  // namespace

std::unique_ptr<Command> make_encode() { return std::make_unique<EncodeCommand>(); }

}  // namespace corpuscope::app
