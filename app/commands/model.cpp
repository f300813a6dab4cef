// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/terminal.h"
#include "engine/model_import.h"
#include "engine/models.h"

namespace corpuscope::app {
namespace {

class ModelListCommand : public Command {
 public:
    ModelListCommand() : Command("list", "Models that are installed") {}

    int run() override {
        Json models = Json::array();
        for (const auto& folder : model_folders()) {
            std::error_code error;
            for (const auto& entry : std::filesystem::directory_iterator(folder, error))
                if (std::filesystem::exists(entry.path() / "config.json", error))
                    models.push_back(
                        {{"name", entry.path().filename().string()}, {"folder", entry.path().string()}});
        }
        if (json())
            std::cout << dump(models) << '\n';
        else
            for (const auto& model : models)
                std::cout << escaped(model["name"].get<std::string>()) << "\t"
                          << escaped(model["folder"].get<std::string>()) << '\n';
        return kDone;
    }

 protected:
    void define(CLI::App& app) override { add_json_option(app); }
};

class ModelInfoCommand : public Command {
 public:
    ModelInfoCommand() : Command("info", "What a model is") {}

    int run() override {
        const auto model = longnet::load_model(find_model(name_));
        const auto& config = model->config;
        const Json info = {{"name", config.name},
                           {"folder", model->folder.string()},
                           {"hash", model->hash},
                           {"layers", config.layers},
                           {"heads", config.heads},
                           {"dimension", config.d_model},
                           {"vocabulary", config.vocabulary},
                           {"window", config.window},
                           {"branch_growth", config.branch_growth},
                           {"outer_gate", config.outer_gate},
                           {"unit_tokens", config.unit_tokens}};
        if (json()) {
            std::cout << dump(info) << '\n';
        } else {
            for (const auto& [key, value] : info.items())
                std::cout << key << ": "
                          << (value.is_string() ? escaped(value.get<std::string>()) : value.dump()) << '\n';
        }
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("NAME", name_, "A name that 'model list' shows, or a folder")->capture_default_str();
        add_json_option(app);
    }

 private:
    std::string name_ = "default";
};

class ModelImportCommand : public Command {
 public:
    ModelImportCommand() : Command("import", "Make a model of a BERT-shaped Hugging Face folder") {}

    int run() override {
        ImportOptions options;
        options.name = name_;
        options.storage = storage_ == "bf16" ? longnet::Storage::Bf16 : longnet::Storage::Int8;
        import_model(folder_, out_, options);
        const auto model = longnet::load_model(out_);
        std::cout << escaped(out_) << ": " << escaped(model->config.name) << ", " << model->config.layers
                  << " layers of " << model->config.d_model << ", "
                  << counted(model->config.vocabulary, "token") << ", hash " << model->hash << '\n';
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("HF_FOLDER", folder_, "Folder with config.json, model.safetensors and vocab.txt")
            ->required();
        app.add_option("OUT", out_, "Folder of the new model")->required();
        app.add_option("--name", name_, "Name of the model (default: the folder's)")->type_name("NAME");
        app.add_option("--storage", storage_, "How the weights are stored")
            ->check(CLI::IsMember({"int8", "bf16"}))
            ->type_name("")
            ->capture_default_str();
    }

 private:
    std::string folder_, out_, name_, storage_ = "int8";
};

}  // namespace

std::unique_ptr<Command> make_model() {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(std::make_unique<ModelListCommand>());
    commands.push_back(std::make_unique<ModelInfoCommand>());
    commands.push_back(std::make_unique<ModelImportCommand>());
    return std::make_unique<CommandGroup>("model", "Models: list, info, import", std::move(commands));
}

}  // namespace corpuscope::app
