// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/exporter.h"

#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/interrupt.h"
#include "app/terminal.h"

namespace corpuscope::app {
namespace {

class ExportCommand : public Command {
 public:
    ExportCommand()
        : Command("export", "Write the vectors to a file, and what they are to manifest.json beside it") {}

    int run() override {
        Control control;
        const Interrupt interrupt(control);
        Session session = make_session();
        const auto report = write(session, control);
        if (json()) {
            std::cout << dump({{"file", report.file.string()},
                               {"manifest", report.manifest.string()},
                               {"rows", report.rows},
                               {"dimension", report.dimension}})
                      << '\n';
        } else {
            std::cout << escaped(report.file.string()) << ": " << counted(report.rows, "row") << " of "
                      << grouped(report.dimension) << "; described in " << escaped(report.manifest.string())
                      << '\n';
        }
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("OUT", out_, "File to write")->required()->type_name("FILE");
        app.add_option("--level", level_, "What a row is")
            ->check(CLI::IsMember({"token", "passage", "document"}))
            ->type_name("")
            ->capture_default_str();
        app.add_option("--format", format_, "Format (default: by the file's ending)")
            ->check(CLI::IsMember({"npy", "npz", "safetensors", "jsonl", "csv", "tsv", "parquet"}))
            ->type_name("");
        app.add_option("--dtype", element_, "Type of the numbers")
            ->check(CLI::IsMember({"f32", "f16"}))
            ->type_name("")
            ->capture_default_str();
        add_library_option(app);
        add_model_options(app);
        add_json_option(app);
    }

 private:
    exporting::Options options() const {
        exporting::Options options;
        options.level = *exporting::level_from(level_);
        options.element = element_ == "f16" ? exporting::ElementType::F16 : exporting::ElementType::F32;
        auto name = format_;
        if (name.empty()) {
            name = std::filesystem::path(out_).extension().string();
            name.erase(0, 1);
        }
        const auto format = exporting::format_from(name);
        if (!format) throw UsageError("--format: " + out_ + " does not end in a format; say which");
        options.format = *format;
        return options;
    }

    exporting::Report write(Session& session, Control& control) const {
        auto options = this->options();
        ProgressDisplay display;
        options.control = &control;
        options.progress = [&](double fraction) { display.show("exporting", fraction); };
        return exporting::export_vectors(session.library(), session.encoder(), out_, options);
    }

    std::string out_, level_ = "passage", format_, element_ = "f32";
};

}  // namespace

std::unique_ptr<Command> make_export() { return std::make_unique<ExportCommand>(); }

}  // namespace corpuscope::app
